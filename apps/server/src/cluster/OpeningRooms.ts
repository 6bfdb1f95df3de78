import { EventEmitter, once } from "node:events";

/** Rooms of this process that are being opened: not in any list yet, but maybe with a code already. */
export class OpeningRooms {
  readonly #rooms = new Set<object>();
  readonly #events = new EventEmitter();

  get size(): number {
    return this.#rooms.size;
  }

  add(room: object): void {
    this.#rooms.add(room);
  }

  /** It is open, or was thrown away. */
  delete(room: object): void {
    if (this.#rooms.delete(room) && this.#rooms.size === 0) this.#events.emit("none");
  }

  /** Resolves when there is none, or so much time is over. */
  async none(withinMs: number): Promise<void> {
    if (this.#rooms.size === 0) return;
    // Being late is no error: whoever waits goes on without them.
    await once(this.#events, "none", { signal: AbortSignal.timeout(withinMs) }).catch(() => undefined);
  }
}
