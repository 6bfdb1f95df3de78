import { INTERPOLATION_DELAY_MS, PLAYOUT_SNAP_MS, TICK_HZ, TICK_MS } from "@tagalong/shared/world/tuning.ts";

const DELAY_PATCHES = INTERPOLATION_DELAY_MS / TICK_MS;
const SNAP_PATCHES = PLAYOUT_SNAP_MS / TICK_MS;
/** How much faster or slower than real time is played to catch up: too little to be seen. */
const RATE_MAX = 0.05;
/** Patches over which the quickest one tells how long the way takes: older ones are forgotten after twice as many. */
const WINDOW_PATCHES = 2 * TICK_HZ;

/**
 * The clock that others are drawn by, counted in patches since the room was entered: a little in the past, so that late
 * patches are there before they are due. It runs evenly whatever the network does, holds at the newest patch
 * when that fails to come, and then catches up too slowly to be seen, or jumps when that would take too long.
 */
export class Playout {
  /** The newest patch received; the first one is 0. */
  newest = -1;
  /** What is drawn: a patch, and how far on the way to the next one. */
  at = 0;
  /** How often `at` has jumped. */
  snaps = 0;
  #drawnAt: number | undefined;
  /** The shortest time, less its place in the row, that a patch of this window and of the one before took (ms). */
  #quickest = Number.POSITIVE_INFINITY;
  #quickestBefore = Number.POSITIVE_INFINITY;

  /** Motion received and not drawn yet (ms). */
  get bufferedMs(): number {
    return Math.max(0, this.newest - this.at) * TICK_MS;
  }

  /** @param now on the line of `performance.now()` (ms) */
  receive(now: number): void {
    this.newest += 1;
    if (this.newest % WINDOW_PATCHES === 0) {
      this.#quickestBefore = this.#quickest;
      this.#quickest = Number.POSITIVE_INFINITY;
    }
    this.#quickest = Math.min(this.#quickest, now - this.newest * TICK_MS);
  }

  /** @param now time of the frame on the same line (ms) */
  advance(now: number): void {
    if (this.newest < 0) return;
    const begin = Math.min(this.#quickest, this.#quickestBefore);
    const target = Math.min((now - begin) / TICK_MS - DELAY_PATCHES, this.newest);
    if (this.#drawnAt === undefined) {
      this.at = target;
    } else {
      const elapsed = Math.max(0, now - this.#drawnAt) / TICK_MS;
      const behind = target - (this.at + elapsed);
      if (Math.abs(behind) > SNAP_PATCHES) {
        this.at = target;
        this.snaps += 1;
      } else {
        const rate = 1 + Math.max(-RATE_MAX, Math.min(RATE_MAX, behind * RATE_MAX));
        this.at = Math.min(this.at + elapsed * rate, this.newest);
      }
    }
    this.#drawnAt = now;
  }
}
