import { focusGame } from "../../app/focus.ts";
import type { NetworkChoice } from "../DebugTools.ts";
import { isNetworkPreset, NETWORK_PRESETS } from "../networkPresets.ts";
import { networkText } from "../networkText.ts";
import { ActionButton } from "./ActionButton.tsx";
import { useDebug } from "./DebugContext.ts";
import { Section } from "./Section.tsx";
import { Toggle } from "./Toggle.tsx";

const SLIDERS = [
  { key: "latencyMs", title: "Round trip", max: 600 },
  { key: "jitterMs", title: "Jitter", max: 200 },
] as const;

/** The connection, and a worse network for it on purpose. */
export function NetworkSection() {
  const debug = useDebug();
  const { client } = debug;
  const state = client.state.value.name;
  const choice = debug.network.value;
  return (
    <Section name="network" title="Network">
      <div class="debug-buttons">
        <ActionButton isPossible={state === "connected"} onClick={() => client.connection.drop()}>
          Drop
        </ActionButton>
        <ActionButton isPossible={state === "reconnecting"} onClick={() => client.connection.retryNow()}>
          Reconnect
        </ActionButton>
        <ActionButton isPossible={state === "connected"} onClick={() => void client.sayHi()}>
          Say hi
        </ActionButton>
      </div>
      <fieldset class="debug-network">
        <legend>Simulated network</legend>
        <div class="debug-buttons">
          <Toggle isOn={choice === "off"} onClick={() => debug.chooseNetwork("off")}>
            Off
          </Toggle>
          {Object.entries(NETWORK_PRESETS).map(([name, { label }]) => (
            <Toggle
              key={name}
              isOn={choice === name}
              onClick={() => isNetworkPreset(name) && debug.chooseNetwork(name)}
            >
              {label}
            </Toggle>
          ))}
        </div>
        <Sliders choice={choice} />
      </fieldset>
    </Section>
  );
}

function Sliders({ choice }: { choice: NetworkChoice }) {
  const debug = useDebug();
  const conditions = debug.conditions.value;
  return (
    <>
      <div class="debug-sliders">
        {SLIDERS.map(({ key, title, max }) => (
          <label key={key}>
            <span>
              {title} <b>{conditions[key]} ms</b>
            </span>
            <input
              type="range"
              min={0}
              max={max}
              step={10}
              value={conditions[key]}
              onInput={({ currentTarget }) =>
                debug.customiseNetwork({ ...conditions, [key]: Number(currentTarget.value) })
              }
              // Or the slider would keep the keys that walk.
              onPointerUp={() => debug.client.state.value.name === "connected" && focusGame()}
            />
          </label>
        ))}
      </div>
      {choice !== "off" && <p class="debug-hint">Added to the real one: {networkText(conditions)}.</p>}
    </>
  );
}
