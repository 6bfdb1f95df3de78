import { NETWORK_PRESETS } from "./networkPresets.ts";
import type { NetworkConditions } from "./networkSimulator.ts";

const seconds = (ms: number) => `${ms / 1000} s`;

/** What the simulator adds to the network, in words. */
export function networkText({ latencyMs, jitterMs, stall, cut }: NetworkConditions): string {
  const parts = [roundTripText(latencyMs, jitterMs)];
  if (stall) parts.push(`stalls for ${seconds(stall.forMs)} every ${seconds(stall.everyMs)}`);
  if (cut) {
    const how = cut.as === "restart" ? "a restart of" : "cut for";
    parts.push(`${how} ${seconds(cut.forMs)}, once, after ${seconds(cut.afterMs)}`);
  }
  return parts.join(", ");
}

/** To whoever asked for a network that there is not. */
export function unknownNetworkText(name: string): string {
  return `There is no simulated network “${name}”; there are: ${Object.keys(NETWORK_PRESETS).join(", ")}.`;
}

/** Nothing arrives before it was sent: more jitter than latency is cut off at 0. */
function roundTripText(latencyMs: number, jitterMs: number): string {
  if (jitterMs > latencyMs) return `0 to ${latencyMs + jitterMs} ms`;
  return jitterMs > 0 ? `${latencyMs} ± ${jitterMs} ms` : `${latencyMs} ms`;
}
