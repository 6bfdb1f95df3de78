import { machineNow } from "../clock.ts";
import type { TruthLog } from "../distance.ts";
import type { RunningContender } from "./contender.ts";

/** Enough to know the others' drawing by, few enough to cost the server nothing. */
const TRACKED_MAX = 50;

/** Writes down where some players are after every step. */
export class TruthRecorder {
  readonly #contender: RunningContender;
  readonly #ids: string[];
  readonly #times: number[] = [];
  readonly #places: number[] = [];

  constructor(contender: RunningContender) {
    this.#contender = contender;
    this.#ids = contender.ids().slice(0, TRACKED_MAX);
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  record(): void {
    this.#times.push(machineNow());
    for (const id of this.#ids) {
      const place = this.#contender.place(id);
      if (!place) throw new Error(`player ${id} is gone in the middle of the measurement`);
      this.#places.push(place.x, place.y);
    }
  }

  get log(): TruthLog {
    return {
      ids: [...this.#ids],
      times: Float64Array.from(this.#times),
      places: Float64Array.from(this.#places),
    };
  }
}
