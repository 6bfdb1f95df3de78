import type { NetworkConditions } from "./networkSimulator.ts";

const seconds = (ms: number) => `${ms / 1000} s`;

/** What the simulator adds to the network, in words. */
export function networkText({ latencyMs, jitterMs, stall, cut }: NetworkConditions): string {
  const roundTrip = jitterMs > 0 ? `${latencyMs} ± ${jitterMs} ms` : `${latencyMs} ms`;
  const parts = [roundTrip];
  if (stall) parts.push(`stalls for ${seconds(stall.forMs)} every ${seconds(stall.everyMs)}`);
  if (cut) {
    const how = cut.as === "restart" ? "a restart of" : "cut for";
    parts.push(`${how} ${seconds(cut.forMs)}, once, after ${seconds(cut.afterMs)}`);
  }
  return parts.join(", ");
}
