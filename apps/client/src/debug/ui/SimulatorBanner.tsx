import "./banner.css";
import { Button } from "../../app/ui/Button.tsx";
import { NETWORK_PRESETS } from "../networkPresets.ts";
import { networkText, unknownNetworkText } from "../networkText.ts";
import { useDebug } from "./DebugContext.ts";

/** Nobody should wonder for an hour why the game is slow. */
export function SimulatorBanner() {
  const debug = useDebug();
  const choice = debug.network.value;
  const unknown = debug.unknownNetwork.value;
  if (unknown !== undefined) {
    return (
      <aside class="simulator-banner simulator-banner-long" aria-label="Simulated network">
        <span>{unknownNetworkText(unknown)}</span>
        <Button
          size="small"
          onClick={() => {
            debug.unknownNetwork.value = undefined;
          }}
        >
          Dismiss
        </Button>
      </aside>
    );
  }
  if (choice === "off") return null;
  const label = choice === "custom" ? "Custom" : NETWORK_PRESETS[choice].label;
  return (
    <aside class="simulator-banner" aria-label="Simulated network">
      <span>
        <strong>Simulated network: {label}</strong>{" "}
        <span class="simulator-banner-numbers">({networkText(debug.conditions.value)})</span>
      </span>
      <Button size="small" onClick={() => debug.chooseNetwork("off")}>
        Turn off
      </Button>
    </aside>
  );
}
