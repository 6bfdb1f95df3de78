import { type Client, CloseCode } from "@colyseus/core";
import type { LeaveCause } from "@tagalong/shared/chat/protocol.ts";
import { Presence } from "@tagalong/shared/session/presence.ts";
import { type Reason, type Refusal, refusalOfClose } from "@tagalong/shared/session/reasons.ts";

/** One guest's membership of one room, from the approved join until it is given up or runs out. */
export interface Seat {
  readonly sessionId: string;
  readonly guestId: string;
  readonly publicId: string;
  readonly address: string;
  /** When it was taken (ms since the epoch). */
  readonly since: number;
  readonly colour: number;
  readonly hat: number;
  /** They were in the room that this one was opened again for: whoever was there with them never saw them go. */
  readonly wasHere: boolean;
  name: string;
  /** The current socket; the old one while dropped. */
  client: Client;
  /** Its greeting arrived: there is a player. */
  approved: boolean;
  /** What the others see, also while it is not in the state yet. */
  presence: Presence;
  /** Presence before the drop, to go back to. */
  presenceBefore: Presence;
  /** While the seat is held without a connection: gives it up. */
  release: ((refusal: Refusal) => void) | undefined;
  /** When it was held lately (ms of the room's clock). */
  holds: readonly number[];
  /** Why it ends, once that is known. */
  ending: Reason | undefined;
}

/** Why a session ended that neither we nor a leave message closed. */
export function endingOfClose(code: number | undefined): Reason {
  // A socket closed in good order, without the message: a page or a script that was shut down.
  if (code === CloseCode.NORMAL_CLOSURE) return "session/left";
  return refusalOfClose(code, undefined).reason;
}

/** How the end of a seat is told to the others. */
export function causeOf(seat: Seat, code: number | undefined): LeaveCause {
  switch (seat.ending) {
    case "session/left":
      return "left";
    case "lobby/kicked":
    case "session/input_flood":
    case "session/too_many_messages":
      return "kicked";
    case "session/replaced":
      return "replaced";
    case "lobby/room_moved":
    case "session/server_restarting":
      return "moved";
    case undefined:
      if (code === CloseCode.CONSENTED) return "left";
      return seat.presence === Presence.RECONNECTING ? "timeout" : "left";
    case "session/connection_lost":
      return "timeout";
    default:
      return "removed";
  }
}
