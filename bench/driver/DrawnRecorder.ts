import { machineNow } from "../clock.ts";
import type { DrawnLog } from "../distance.ts";
import type { ClientView } from "./client.ts";

/** Writes down where some clients draw the others. */
export class DrawnRecorder {
  readonly #ids: readonly string[];
  readonly #times: number[] = [];
  readonly #players: number[] = [];
  readonly #places: number[] = [];

  /** @param ids who is looked at, as in the server's log */
  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  record(view: ClientView): void {
    const now = machineNow();
    for (const [player, id] of this.#ids.entries()) {
      const place = view.placeOf(id);
      if (!place) continue;
      this.#times.push(now);
      this.#players.push(player);
      this.#places.push(place.x, place.y);
    }
  }

  get log(): DrawnLog {
    return {
      times: Float64Array.from(this.#times),
      players: Uint16Array.from(this.#players),
      places: Float64Array.from(this.#places),
    };
  }
}
