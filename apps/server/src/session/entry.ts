import { checkName, foldName, suggestName } from "@tagalong/shared/session/names.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { verifyPassword } from "../lobby/passwords.ts";
import type { RoomSettings } from "../lobby/settings.ts";
import type { Ticket } from "../lobby/Tickets.ts";
import type { Services } from "../services.ts";
import type { Approved } from "./approval.ts";
import { passwordKey } from "./Limits.ts";

/** Whoever has a place in a room, or is to have it. */
interface Placed {
  readonly guestId: string;
  readonly name: string;
}

/** What of a room decides who gets in. */
interface Entered {
  readonly roomId: string;
  readonly maxClients: number;
  readonly settings: RoomSettings;
  readonly seats: ReadonlyMap<string, Placed>;
}

/** The ticket that came with a join, if it is this guest's and of this room: a code alone may be drawn again. */
export function ticketOf(
  { tickets }: Pick<Services, "tickets">,
  { code, creator }: RoomSettings,
  { guestId, options }: Approved,
): Ticket | undefined {
  const ticket = tickets.open(options.ticket);
  const isOurs = ticket?.guestId === guestId && ticket.code === code && ticket.creator === creator;
  return isOurs ? ticket : undefined;
}

/** Who is on the way back to a room. */
interface Expected {
  /** By guest id: who was here when the room was handed on. */
  readonly awaited: ReadonlyMap<string, Placed>;
  /** So may be anybody who has a ticket. */
  readonly isReturning: boolean;
}

/**
 * What only the room can say about a join: bans, the lock, the password, and seats that are kept for others.
 *
 * @param hasTicket it came with one of theirs and of this room (`ticketOf`)
 */
export async function checkEntry(
  services: Pick<Services, "limits">,
  { roomId, maxClients, settings, seats }: Entered,
  { awaited, isReturning }: Expected,
  approved: Approved,
  hasTicket: boolean,
): Promise<Refusal | undefined> {
  const { guestId, name } = approved;
  if (settings.banned.includes(guestId)) return { reason: "lobby/banned" };
  if (name === undefined) return { reason: "name/too_short" };
  const isKnown = awaited.has(guestId) || [...seats.values()].some((seat) => seat.guestId === guestId);
  // Seats of those who are on their way are not free.
  if (!isKnown && awaited.size > 0 && seats.size + awaited.size >= maxClients) {
    return { reason: "lobby/room_full", detail: { max: String(maxClients) } };
  }
  if (isKnown || settings.creator === guestId || hasTicket) return undefined;
  // The lock is asked here and not left to the matchmaker: whoever was in before comes back through it,
  // also into a room that was opened again, locked as it was, after a restart.
  if (settings.locked) return { reason: "lobby/room_locked" };
  const wrong = await checkPassword(services, roomId, settings, approved);
  if (wrong) return wrong;
  // Meanwhile a newer ticket may have come.
  if (settings.banned.includes(guestId)) return { reason: "lobby/banned" };
  return isReturning ? { reason: "server/unavailable" } : undefined;
}

async function checkPassword(
  { limits }: Pick<Services, "limits">,
  roomId: string,
  { passwordHash }: RoomSettings,
  { address, options }: Approved,
): Promise<Refusal | undefined> {
  if (passwordHash === undefined) return undefined;
  if (!options.password) return { reason: "lobby/password_needed" };
  const key = passwordKey(roomId, address);
  // Counted before it is looked at, and given back when it was right: guesses that come all at once must not
  // slip past the limit while the first of them is still being hashed.
  const waitMs = await limits.passwords.take(key);
  if (waitMs > 0) return { reason: "lobby/too_many_attempts", detail: { retryMs: String(waitMs) } };
  if (!(await verifyPassword(options.password, passwordHash))) return { reason: "lobby/password_wrong" };
  await limits.passwords.giveBack(key);
  return undefined;
}

/** Whether this guest can have this name among the others, and if not, one that is free. */
export function checkNameAmong(
  name: string,
  guestId: string,
  others: readonly Placed[],
): Refusal | undefined {
  const bad = checkName(name);
  if (bad) return { reason: bad };
  const isFree = (candidate: string) =>
    checkName(candidate) === undefined &&
    !others.some((other) => other.guestId !== guestId && foldName(other.name) === foldName(candidate));
  if (isFree(name)) return undefined;
  return { reason: "name/taken", detail: { suggestion: suggestName(name, isFree) } };
}
