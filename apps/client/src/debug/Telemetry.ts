import type { NetStats } from "../world/net.ts";
import { createTraffic, TRAFFIC_KINDS, type Traffic } from "./traffic.ts";

/** What there is to read at a moment. Counts only grow; a new world begins its own again at 0. */
export interface Gauges {
  /** Pictures drawn so far. */
  readonly frames: number;
  /** The longest wait for a picture since the reading before (ms). */
  readonly longestFrameMs: number;
  /** Bytes so far. */
  readonly traffic: Traffic;
  /** Of the room's world, while there is one. */
  readonly stats: Readonly<NetStats> | undefined;
}

/** Everything the graphs show, at one moment. */
export interface Reading {
  /** Time of the reading (s). */
  readonly at: number;
  /** Pictures per second. */
  readonly fps: number;
  /** The longest wait for a picture in that second (ms). */
  readonly longestFrameMs: number;
  /** Bytes per second. */
  readonly traffic: Traffic;
  readonly net: Readonly<NetStats> | undefined;
  /** Size of the newest correction since the reading before, 0 without one (u). */
  readonly correction: number;
}

/** How much of the past the graphs show (s). */
export const KEPT_S = 60;
/** Rates are taken over this much of it (s). */
const RATE_S = 1;

/** The readings of the last minute, oldest first. */
export class Telemetry {
  readonly #readings: Reading[] = [];
  /** What was counted in about the last second, to take rates from. */
  readonly #counts: { at: number; frames: number; longestFrameMs: number; traffic: Traffic }[] = [];
  #corrections = 0;

  get readings(): readonly Reading[] {
    return this.#readings;
  }

  /** @param nowMs on a clock that never goes back */
  read(nowMs: number, { frames, longestFrameMs, traffic, stats }: Gauges): Reading {
    const at = nowMs / 1000;
    const counts = this.#counts;
    while (counts[1] && counts[1].at <= at - RATE_S) counts.shift();
    const before = counts[0];
    counts.push({ at, frames, longestFrameMs, traffic: structuredClone(traffic) });
    const perSecond = (now: number, then: number) =>
      before && at > before.at ? (now - then) / (at - before.at) : 0;

    const rates = createTraffic();
    for (const direction of ["down", "up"] as const) {
      for (const kind of TRAFFIC_KINDS) {
        rates[direction][kind] = perSecond(traffic[direction][kind], before?.traffic[direction][kind] ?? 0);
      }
    }
    const reading: Reading = {
      at,
      fps: perSecond(frames, before?.frames ?? 0),
      longestFrameMs: Math.max(...counts.map((count) => count.longestFrameMs)),
      traffic: rates,
      net: stats && { ...stats },
      correction: this.#newCorrection(stats),
    };
    const readings = this.#readings;
    readings.push(reading);
    while (readings[0] && readings[0].at < at - KEPT_S) readings.shift();
    return reading;
  }

  #newCorrection(stats: Readonly<NetStats> | undefined): number {
    const known = this.#corrections;
    this.#corrections = stats?.corrections ?? 0;
    if (!stats) return 0;
    // Fewer than before: another world, of which none is known yet.
    const isNew = stats.corrections > (stats.corrections < known ? 0 : known);
    return isNew ? stats.correction : 0;
  }
}
