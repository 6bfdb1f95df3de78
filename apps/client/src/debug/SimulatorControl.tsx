import { useApp } from "../app/AppContext.ts";

const PRESETS = [
  { label: "Off", latencyMs: 0, jitterMs: 0 },
  { label: "Good", latencyMs: 60, jitterMs: 10 },
  { label: "Far", latencyMs: 150, jitterMs: 30 },
  { label: "Bad", latencyMs: 300, jitterMs: 120 },
] as const;

/** Makes the network worse on purpose. Development builds only. */
export function SimulatorControl() {
  const { debug } = useApp();
  const conditions = debug.conditions.value;
  return (
    <fieldset class="simulator">
      <legend>Network simulator</legend>
      <div class="simulator-presets">
        {PRESETS.map(({ label, ...preset }) => (
          <button key={label} type="button" onClick={() => debug.simulate(preset)}>
            {label}
          </button>
        ))}
      </div>
      {(["latencyMs", "jitterMs"] as const).map((key) => (
        <label key={key}>
          {key === "latencyMs" ? "Round trip" : "Jitter"} {conditions[key]} ms
          <input
            type="range"
            min={0}
            max={key === "latencyMs" ? 600 : 200}
            step={10}
            value={conditions[key]}
            onInput={(event) => debug.simulate({ ...conditions, [key]: Number(event.currentTarget.value) })}
          />
        </label>
      ))}
    </fieldset>
  );
}
