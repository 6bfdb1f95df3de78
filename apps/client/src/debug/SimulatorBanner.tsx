import { useApp } from "../app/AppContext.ts";
import { Button } from "../app/ui/Button.tsx";

/** Nobody should wonder for an hour why the game is slow. */
export function SimulatorBanner() {
  const { debug } = useApp();
  const { latencyMs, jitterMs } = debug.conditions.value;
  if (!debug.canSimulate || !debug.isSimulating) return null;
  return (
    <div class="simulator-banner">
      <span>
        Simulated network: {latencyMs} ms ± {jitterMs} ms
      </span>
      <Button size="small" onClick={() => debug.simulate({ latencyMs: 0, jitterMs: 0 })}>
        Turn off
      </Button>
    </div>
  );
}
