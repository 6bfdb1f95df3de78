import type { NetworkConditions } from "./networkSimulator.ts";

/** A kind of network to play on. */
export interface NetworkPreset extends NetworkConditions {
  /** As people read it. */
  readonly label: string;
}

/** The one table: of the debug overlay, `?net=NAME`, the bots and the tests. */
export const NETWORK_PRESETS = {
  good: { label: "Good", latencyMs: 40, jitterMs: 6 },
  "4g": { label: "4G", latencyMs: 90, jitterMs: 40 },
  wifi: { label: "Busy Wi-Fi", latencyMs: 30, jitterMs: 60 },
  "200ms": { label: "200 ms", latencyMs: 200, jitterMs: 20 },
  stall: { label: "Stalls", latencyMs: 60, jitterMs: 10, stall: { everyMs: 6_000, forMs: 2_000 } },
  cut8s: {
    label: "Cut for 8 s",
    latencyMs: 60,
    jitterMs: 10,
    cut: { afterMs: 2_000, forMs: 8_000, as: "lost" },
  },
  restart: {
    label: "Restart",
    latencyMs: 60,
    jitterMs: 10,
    cut: { afterMs: 2_000, forMs: 2_000, as: "restart" },
  },
} as const satisfies Readonly<Record<string, NetworkPreset>>;

export type NetworkPresetName = keyof typeof NETWORK_PRESETS;

export function isNetworkPreset(name: string): name is NetworkPresetName {
  return Object.hasOwn(NETWORK_PRESETS, name);
}
