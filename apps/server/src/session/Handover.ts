import type { Room } from "@colyseus/core";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import type { RoomSettings } from "../lobby/settings.ts";
import type { Logger } from "../ops/logger.ts";
import type { Services } from "../services.ts";
import { type KeptPlayer, KeptRoom, keptRoom, readKept } from "./KeptRoom.ts";
import type { Seat } from "./seat.ts";

/** Why a room was not opened: another one, that is alive, has its code. */
export const CODE_TAKEN = "another room has this code";

/** So long a room that was opened by a ticket alone is for those who have one (ms): most are back within half of it. */
const RETURN_MS = 5_000;

/** What a room does for its going on in another process. */
export interface HandoverHost extends Pick<Room, "roomId" | "autoDispose" | "clock"> {
  readonly services: Pick<Services, "cluster" | "config">;
  readonly log: Logger;
  readonly settings: RoomSettings;
  readonly seats: ReadonlyMap<string, Seat>;
  /** What a player takes along, beside name and look; comes back in `onSeated`. */
  bodyOf(seat: Seat): unknown;
  /** All that its players would miss, but for the players. */
  keep(): Pick<KeptRoom, "leader" | "chat">;
  /** The room was handed on to this process. */
  restore(kept: Pick<KeptRoom, "leader" | "chat">): void;
  /** The count of those who are awaited changed. */
  onAwaited(): void;
  /** Whoever has not come back by now does not. */
  onAwaitedGone(): void;
  /** This guest led before: they lead again when they are here, and until `onAwaitedGone` nobody else. */
  awaitLeader(guestId: string): void;
}

/**
 * How a room goes on in another process. The one that ends gives up the code and keeps what its players would miss; the
 * one that opens the room next makes it the home of the code, takes what was kept, and awaits the players.
 */
export class Handover {
  readonly #room: HandoverHost;
  /** That this room is the home of, or may be. */
  #code: string | undefined;
  /** Something was kept under it. It stays kept until the room is listed: only then can the players come. */
  #hasFound = false;
  /** By guest id, in the order of their joins. */
  readonly #awaited = new Map<string, KeptPlayer>();
  #leaderTimer: { clear(): void } | undefined;
  #isReturning = false;

  constructor(room: HandoverHost) {
    this.#room = room;
  }

  /** Players of a room that was handed on, who are still on their way. By guest id. */
  get awaited(): ReadonlyMap<string, KeptPlayer> {
    return this.#awaited;
  }

  /** Nobody knows who was here: any seat may be that of somebody on the way back. */
  get isReturning(): boolean {
    return this.#isReturning;
  }

  /**
   * Be the home of this code, and learn what was kept under it. Throws `CODE_TAKEN`.
   *
   * @param isNew the code was just drawn
   */
  async take(code: string, isNew: boolean): Promise<KeptRoom | undefined> {
    const { cluster } = this.#room.services;
    // Whatever goes wrong from here on, the code is given back when the room is thrown away.
    this.#code = code;
    if (!(await cluster.claim(code, this.#room.roomId, isNew))) {
      this.#code = undefined;
      throw new Error(CODE_TAKEN);
    }
    const found = await cluster.readKept(code);
    this.#hasFound = found !== undefined;
    return readKept(KeptRoom, found, `room ${code}`, this.#room.log);
  }

  /** Be as the room was. */
  resume(kept: KeptRoom): void {
    const room = this.#room;
    for (const player of kept.players) this.#awaited.set(player.guestId, player);
    room.restore(kept);
    const players = kept.players.length;
    room.log.info({ event: "room_restored", code: kept.settings.code, players }, "room handed on to here");
  }

  /** The room can be found: wait for those who were in it when it was handed on, if it was. */
  onListed(): void {
    if (this.#code === undefined || !this.#hasFound) return;
    const room = this.#room;
    // Had this process died until here, the next to open the room would have found it as this one did.
    void room.services.cluster.dropKept(this.#code);
    if (this.#awaited.size === 0) return;
    // As a seat is held: name and place are kept for those who have not come back yet, and so is the room.
    room.autoDispose = false;
    room.clock.setTimeout(() => {
      room.autoDispose = true;
      if (this.#awaited.size > 0) {
        this.#awaited.clear();
        room.onAwaited();
      }
      // Whoever led may be none of them: they were awaited before the room was handed on, and did not come.
      room.onAwaitedGone();
    }, room.services.config.SEAT_HOLD_SECONDS * 1_000);
  }

  /** Be as a ticket says the room was, and leave its seats to those who have one, for a moment. */
  reopen({ leader }: RoomSettings): void {
    this.awaitLeader(leader);
    const room = this.#room;
    this.#isReturning = true;
    room.clock.setTimeout(
      () => {
        this.#isReturning = false;
        room.onAwaited();
      },
      Math.min(RETURN_MS, room.services.config.SEAT_HOLD_SECONDS * 1_000),
    );
  }

  /** Nothing was kept, and a ticket says who led: they have as long as a seat is held. */
  awaitLeader(guestId: string | undefined): void {
    // Whoever is awaited already has the rest of their time.
    if (guestId === undefined) return;
    this.#leaderTimer?.clear();
    const room = this.#room;
    room.awaitLeader(guestId);
    this.#leaderTimer = room.clock.setTimeout(
      () => room.onAwaitedGone(),
      room.services.config.SEAT_HOLD_SECONDS * 1_000,
    );
  }

  /** This guest has come. Returns them as they were, if they were awaited: `onAwaited` is due. */
  arrive(guestId: string): KeptPlayer | undefined {
    const kept = this.#awaited.get(guestId);
    this.#awaited.delete(guestId);
    return kept;
  }

  /**
   * Give the room to whoever opens it next: its code is free, and what its players would miss is kept for them.
   *
   * @returns what they are told
   */
  async handOn(): Promise<Reason> {
    const { services, settings, seats, log } = this.#room;
    const { cluster } = services;
    const { code } = settings;
    const players = playersToKeep(this.#awaited.values(), seats.values(), (seat) => this.#room.bodyOf(seat));
    const kept = keptRoom({ settings, ...this.#room.keep(), players });
    const isKept = players.length > 0 && (await cluster.keep(code, kept));
    await this.release();
    log.info({ event: "room_handed_on", code, players: players.length, isKept }, "room handed on");
    return cluster.isShared && isKept ? "lobby/room_moved" : "session/server_restarting";
  }

  /** Be the home of the code no more. */
  async release(): Promise<void> {
    if (this.#code === undefined) return;
    const code = this.#code;
    this.#code = undefined;
    await this.#room.services.cluster.release(code, this.#room.roomId);
  }
}

/**
 * Who goes on with a room, in the order of their joins: everybody with a seat that is not about to end.
 *
 * @param awaited those who were in it when it was handed on the last time, and have not come back yet
 * @param bodyOf what each takes along, beside name and look
 */
export function playersToKeep<
  S extends Pick<Seat, "guestId" | "name" | "colour" | "hat" | "approved" | "ending">,
>(awaited: Iterable<KeptPlayer>, seats: Iterable<S>, bodyOf: (seat: S) => unknown): KeptPlayer[] {
  const seated = [...seats]
    .filter(({ approved, ending }) => approved && !ending)
    .map((seat) => {
      const { guestId, name, colour, hat } = seat;
      return { guestId, name, colour, hat, body: bodyOf(seat) };
    });
  return [...awaited, ...seated];
}
