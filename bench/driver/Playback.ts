import { INTERPOLATION_DELAY_MS } from "@tagalong/shared/world/tuning.ts";
import type { Place } from "../distance.ts";

const SNAPSHOTS_MAX = 16;

/** Everybody's place when a frame of state arrived. */
interface Snapshot {
  at: number;
  places: ReadonlyMap<string, Place>;
}

/** The usual interpolation: others are drawn as they were a tenth of a second ago, between the two snapshots around that. */
export class Playback {
  #snapshots: Snapshot[] = [];

  /** @param at when it arrived (ms, `performance.now`) */
  receive(at: number, places: ReadonlyMap<string, Place>): void {
    this.#snapshots.push({ at, places });
    if (this.#snapshots.length > SNAPSHOTS_MAX) this.#snapshots.shift();
  }

  /** Where to draw a player at a moment. */
  placeOf(id: string, now: number): Place | undefined {
    const drawnAt = now - INTERPOLATION_DELAY_MS;
    const next = this.#snapshots.findIndex(({ at }) => at > drawnAt);
    const to = this.#snapshots.at(next);
    const from = this.#snapshots[next - 1] ?? to;
    const end = to?.places.get(id);
    const start = from?.places.get(id);
    if (!from || !to || !start || !end) return end;
    const share = to.at === from.at ? 1 : Math.min(1, (drawnAt - from.at) / (to.at - from.at));
    return { x: start.x + (end.x - start.x) * share, y: start.y + (end.y - start.y) * share };
  }
}
