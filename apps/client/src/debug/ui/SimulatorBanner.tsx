import "./banner.css";
import { Button } from "../../app/ui/Button.tsx";
import { NETWORK_PRESETS } from "../networkPresets.ts";
import { networkText } from "../networkText.ts";
import { useDebug } from "./DebugContext.ts";

/** Nobody should wonder for an hour why the game is slow. */
export function SimulatorBanner() {
  const debug = useDebug();
  const choice = debug.network.value;
  if (choice === "off") return null;
  const label = choice === "custom" ? "Custom" : NETWORK_PRESETS[choice].label;
  return (
    <aside class="simulator-banner" aria-label="Simulated network">
      <span>
        <strong>Simulated network: {label}</strong> ({networkText(debug.conditions.value)})
      </span>
      <Button size="small" onClick={() => debug.chooseNetwork("off")}>
        Turn off
      </Button>
    </aside>
  );
}
