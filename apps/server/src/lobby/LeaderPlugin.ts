import { type Client, type MessageContext, RoomPlugin } from "@colyseus/core";
import { LEADER_MESSAGES } from "@tagalong/shared/lobby/protocol.ts";
import { checkTitle, cleanTitle } from "@tagalong/shared/lobby/rules.ts";
import { message } from "../contract.ts";
import type { SessionRoom } from "../session/SessionRoom.ts";
import type { Seat } from "../session/seat.ts";

/** What leading a room asks of it. */
export interface LeaderHost {
  /** Session id of the leader, or an empty text while there is none. */
  leader: string;
  /** Title or lock changed: show it in the state and the list. */
  onConfigured(): Promise<void> | void;
}

/** A room's leader: the creator first, then whoever has been there longest. They keep order. */
export class LeaderPlugin extends RoomPlugin<SessionRoom & LeaderHost> {
  override readonly pluginName = "leader" as const;

  override messages = {
    "lobby:kick": message(LEADER_MESSAGES["lobby:kick"], (client, { sessionId }, context) => {
      if (!this.#leads(client)) return this.#refuse(client, context, "lobby/not_leader");
      if (sessionId === client.sessionId) return this.#refuse(client, context, "lobby/cannot_kick_self");
      const seat = this.room.seats.get(sessionId);
      if (!seat?.approved) return this.#refuse(client, context, "lobby/no_such_player");
      this.room.log.info(
        { event: "kick", ...this.room.logFields(client), kicked: seat.sessionId, name: seat.name },
        "kicked by the leader",
      );
      this.room.ban(seat.guestId);
      this.room.endSeat(seat, { reason: "lobby/kicked" });
      return undefined;
    }),
    "lobby:configure": message(
      LEADER_MESSAGES["lobby:configure"],
      async (client, { title, locked }, context) => {
        if (!this.#leads(client)) return this.#refuse(client, context, "lobby/not_leader");
        const { settings } = this.room;
        const haste = await this.room.hasteOf(client);
        if (haste) return this.room.refuse(client, context, haste);
        if (title !== undefined) {
          const clean = cleanTitle(title);
          const reason = checkTitle(clean);
          if (reason) return this.#refuse(client, context, reason);
          settings.title = clean;
        }
        if (locked !== undefined) settings.locked = locked;
        await this.room.onConfigured();
        return undefined;
      },
    ),
  };

  /** Guest who led before the room was handed on, or opened again, and is on the way back. */
  #awaited: string | undefined;

  /** The first to sit down leads; an older seat of the same guest hands its lead on to the newer one. */
  seated(seat: Seat, takenFrom: Seat | undefined): void {
    const isVacant = this.room.leader === "" && (this.#awaited ?? seat.guestId) === seat.guestId;
    if (!isVacant && this.room.leader !== takenFrom?.sessionId) return;
    this.#give(seat);
    this.#awaited = undefined;
  }

  /** Guest id of whoever leads, or is awaited to. */
  keep(): string | undefined {
    return this.room.seats.get(this.room.leader)?.guestId ?? this.#awaited;
  }

  /** This guest led, and leads again. Returns the new leader, if it changed and they are here. */
  restore(guestId: string | undefined): Seat | undefined {
    const heir = this.#heirs().find((seat) => seat.guestId === guestId);
    this.#awaited = heir ? undefined : guestId;
    if (heir?.sessionId === this.room.leader) return undefined;
    this.#give(heir);
    return heir;
  }

  /** Whoever led does not come back. Returns the new leader, if there is one. */
  awaitedGone(): Seat | undefined {
    this.#awaited = undefined;
    return this.room.leader === "" ? this.#passOn() : undefined;
  }

  /** Pass the lead on. Returns the new leader, if it changed and there is one. */
  unseated(seat: Seat): Seat | undefined {
    return this.room.leader === seat.sessionId ? this.#passOn() : undefined;
  }

  #passOn(): Seat | undefined {
    const heirs = this.#heirs();
    // Seats are in the order of their joins. Someone who is here leads before someone who may come back.
    const heir = heirs.find((other) => !other.release) ?? heirs[0];
    this.#give(heir);
    return heir;
  }

  #heirs(): Seat[] {
    return [...this.room.seats.values()].filter((seat) => seat.approved && !seat.ending);
  }

  #give(seat: Seat | undefined): void {
    this.room.leader = seat?.sessionId ?? "";
    if (seat) this.room.noteLeader(seat.guestId);
  }

  #leads(client: Client): boolean {
    return this.room.leader === client.sessionId;
  }

  #refuse(client: Client, context: MessageContext, reason: Parameters<SessionRoom["refuse"]>[2]["reason"]) {
    return this.room.refuse(client, context, { reason });
  }
}
