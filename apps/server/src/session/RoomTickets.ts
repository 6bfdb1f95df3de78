import type { Client, Room } from "@colyseus/core";
import type { RoomSettings } from "../lobby/settings.ts";
import type { Ticket } from "../lobby/Tickets.ts";
import type { Services } from "../services.ts";
import type { Seat } from "./seat.ts";

/** Those of a room that changes all the time are renewed this often. */
const RENEW_MS = 1_000;
/** All others this often: a ticket is good for half a day, and a room may stand for longer. */
const RENEW_ALL_MS = 3_600_000;

/** What a room does for it. */
export interface RoomTicketsHost extends Pick<Room, "roomId" | "clock"> {
  readonly services: Pick<Services, "config" | "tickets">;
  readonly settings: RoomSettings;
  readonly seats: ReadonlyMap<string, Seat>;
  /** Whether this socket's greeting was answered, with a ticket in it. */
  isGreeted(client: Client): boolean;
}

/** What the players of a room hold to open it again as it was, and what a room that was opened again learns from them. */
export class RoomTickets {
  readonly #room: RoomTicketsHost;
  /** All were renewed a moment ago; `again` when there was a change since. */
  #renewal: { again: boolean } | undefined;
  /** The room before this one, whose ticket it was opened with: others of it may be newer. */
  #openedFrom: string | undefined;
  /** Revision of the newest ticket of it so far. */
  #openedAt = 0;

  constructor(room: RoomTicketsHost) {
    this.#room = room;
  }

  /** The room has its settings: as a ticket of this room said, or else of nobody's telling. */
  begin(openedFrom: string | undefined): void {
    this.#openedFrom = openedFrom;
    this.#openedAt = this.#room.settings.revision;
    this.#room.clock.setInterval(() => this.renew(), RENEW_ALL_MS);
  }

  for(guestId: string): string {
    const { services, settings, roomId } = this.#room;
    return services.tickets.seal(settings, guestId, roomId);
  }

  /**
   * The settings have changed. Everybody gets a new one at once, and then not before a while: that is much work for one
   * small change. Whoever is not greeted yet, or whose seat is held, gets theirs with the welcome.
   */
  renew(): void {
    if (this.#renewal) {
      this.#renewal.again = true;
      return;
    }
    const { seats, settings, clock } = this.#room;
    const holders = [...seats.values()].filter(
      ({ client, release, guestId }) =>
        this.#room.isGreeted(client) && !release && !settings.banned.includes(guestId),
    );
    if (holders.length === 0) return;
    const renewal = { again: false };
    this.#renewal = renewal;
    clock.setTimeout(() => {
      this.#renewal = undefined;
      if (renewal.again) this.renew();
    }, RENEW_MS);
    for (const { client, guestId } of holders) {
      client.send("session:ticket", { ticket: this.for(guestId) });
    }
  }

  /** Whether its bearer comes from the room before this one, and no later than a seat is held. */
  bringsBack({ roomId }: Ticket): boolean {
    const { clock, services } = this.#room;
    return roomId === this.#openedFrom && clock.elapsedTime < services.config.SEAT_HOLD_SECONDS * 1_000;
  }

  /**
   * Whoever comes back first opens the room as their ticket says, which may be older than another's: somebody was
   * kicked, or the room locked, while they were away.
   *
   * @param ticket that came with a join, of this room and its bearer
   * @returns whether it says how the room was later than all before it
   */
  learnFrom({ roomId, revision, guestId }: Ticket): boolean {
    // Each room counts on from where it was opened, so that only tickets of one and the same can be compared.
    if (roomId !== this.#openedFrom || revision <= this.#openedAt) return false;
    if (this.#room.settings.banned.includes(guestId)) return false;
    this.#openedAt = revision;
    return true;
  }
}
