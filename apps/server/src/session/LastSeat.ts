import type { Room } from "@colyseus/core";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { faultOf } from "../cluster/fault.ts";
import { KEYS } from "../cluster/scripts.ts";
import type { Logger } from "../ops/logger.ts";
import type { Seat } from "./seat.ts";

/** Tells every room of every process that a guest took a seat. */
const CHANNEL = "session:seated";
/** So long it is known which one was the last: two that are taken at the same moment hear of each other by then. */
const KNOWN_SECONDS = 5;

type Seated = Pick<Seat, "guestId" | "sessionId">;

/** What a room does for it. */
export interface LastSeatHost extends Pick<Room, "presence"> {
  readonly log: Logger;
  readonly seats: ReadonlyMap<string, Seat>;
  endSeat(seat: Seat, refusal: Refusal): void;
}

/** A guest has one seat in all rooms of all processes: the one that they took last. */
export class LastSeat {
  readonly #room: LastSeatHost;

  constructor(room: LastSeatHost) {
    this.#room = room;
  }

  listen(): void {
    void this.#room.presence.subscribe(CHANNEL, this.#hear);
  }

  close(): void {
    void this.#room.presence.unsubscribe(CHANNEL, this.#hear);
  }

  /** Written down before it is told: of two that are taken at once all rooms find the same one to be the last. */
  async tell({ guestId, sessionId }: Seated): Promise<void> {
    const { presence, log } = this.#room;
    try {
      await presence.setex(KEYS.seated(guestId), sessionId, KNOWN_SECONDS);
      await presence.publish(CHANNEL, { guestId, sessionId } satisfies Seated);
    } catch (error) {
      log.warn({ event: "redis", fault: faultOf(error) }, "an older seat of a guest may stay");
    }
  }

  readonly #hear = ({ guestId, sessionId }: Seated) => {
    for (const seat of this.#room.seats.values()) {
      // One that is not greeted is not taken yet: when it is, it is the newer one.
      if (seat.guestId !== guestId || seat.sessionId === sessionId || !seat.approved) continue;
      void this.#yield(seat);
    }
  };

  /** The guest took a seat elsewhere: this one ends, unless it was the other way round and the word came late. */
  async #yield(seat: Seat): Promise<void> {
    const { presence, log } = this.#room;
    try {
      const last = await presence.get(KEYS.seated(seat.guestId));
      if (last === seat.sessionId) return;
    } catch (error) {
      log.debug({ event: "redis", fault: faultOf(error) }, "no answer: whoever was told of is the last");
    }
    this.#room.endSeat(seat, { reason: "session/replaced" });
  }
}
