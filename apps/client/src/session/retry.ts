import { type Reason, type Refusal, reasonEntry } from "@tagalong/shared/session/reasons.ts";

/** The server takes this token no longer: a new one makes a new guest. */
export function isAboutToken({ reason }: Refusal): boolean {
  return reason === "session/token_invalid" || reason === "session/token_expired";
}

/** This room cannot be had, another one may. */
export function isAboutRoom({ reason }: Refusal): boolean {
  return reason === "lobby/room_full" || reason === "lobby/room_locked" || reason === "lobby/room_not_found";
}

/** There is no such room where we were told that it is. */
export function isRoomGone({ reason }: Refusal): boolean {
  return reason === "lobby/room_not_found" || reason === "lobby/room_closed";
}

/** The server gave the seat up as it closed the room: asking for it is a wasted round trip, the room opens by its ticket. */
export function isSeatGone({ reason }: Refusal): boolean {
  return reason === "lobby/room_moved" || reason === "session/server_restarting";
}

const PASSING: ReadonlySet<Reason> = new Set<Reason>([
  "session/connection_lost",
  "session/server_unreachable",
  "session/server_restarting",
  "session/connect_timeout",
  "session/internal_error",
  "server/unavailable",
  "lobby/room_moved",
  // Whoever had a seat is one of many who come back at once, and need not be told so.
  "session/too_many_requests",
  "session/too_many_connections",
  // Those of a process that went are with the others now, and a place is free as soon as somebody leaves or it is back.
  "session/server_full",
]);

/** Worth another try for whoever had a seat: the network or the server is away for a moment, or has its hands full. */
export function isPassing(refusal: Refusal): boolean {
  return PASSING.has(refusal.reason) || isServerBehind(refusal);
}

/** By this try the place is free again that was promised to an earlier one, which came to nothing on the way. */
const PROMISE_TRIES = 6;

/** Whether a room is full only because one's own place in it is kept for a try that has failed. */
export function isMaybeOurs({ reason }: Refusal, attempt: number): boolean {
  return reason === "lobby/room_full" && attempt < PROMISE_TRIES;
}

/**
 * Whoever had a seat lost it for no fault of theirs: they were away for too long, or all tries were in vain. They may ask
 * for the room by its ticket, which opens it where it has ended, and lets in where it is locked.
 */
export function isMissed(refusal: Refusal): boolean {
  return refusal.reason === "session/seat_expired" || refusal.reason === "name/taken" || isPassing(refusal);
}

/** Worth another try for whoever wants in, without asking them: what is in the way goes away by itself. */
export function isSoonOver(refusal: Refusal): boolean {
  return (reasonEntry(refusal.reason).retry === "auto" && !isAboutToken(refusal)) || isServerBehind(refusal);
}

/**
 * In the middle of an update this page may be newer than the server it reached. That passes. If it does not with all
 * tries, the server was put back to an older version, and reloading brings the page that fits.
 */
export function isServerBehind({ reason, detail }: Refusal): boolean {
  return reason === "session/version_mismatch" && Number(detail?.server) < Number(detail?.client);
}

/** Tries that cover the longest hold of a seat and a server's restart. */
export const MAX_ATTEMPTS = 16;

/** Whether a server that is behind was waited for in vain: so many tries had the same answer. */
export function isBehindForGood(refusal: Refusal, attempt: number): boolean {
  return attempt >= MAX_ATTEMPTS && isServerBehind(refusal);
}

/** Before the second try, the third and so on. The last one repeats. */
const DELAYS_MS = [400, 800, 1500, 2500, 3000] as const;
/** The first try is made at once, give or take this: whoever loses a server loses it together with everybody else. */
const SPREAD_MS = 300;
/** Longer than this nobody waits, whatever the server asks for. */
const ASKED_MAX_MS = 30_000;

/**
 * How long to wait before a try.
 *
 * @param attempt from 1
 * @param refusal why it is needed; its `retryMs` says how long the server wants to be left alone
 * @param random 0 to 1: keeps the many who wait for the same from coming at the same instant
 * @param tookMs how long the try before it took: whoever was kept waiting by that has waited already
 */
export function retryDelayMs(attempt: number, { detail }: Refusal, random: () => number, tookMs = 0): number {
  const delayMs = DELAYS_MS[Math.min(attempt - 2, DELAYS_MS.length - 1)];
  const ownMs =
    delayMs === undefined ? SPREAD_MS * random() : Math.max(delayMs * (0.75 + random() / 2) - tookMs, 0);
  const askedMs = Math.min(Number(detail?.retryMs ?? 0), ASKED_MAX_MS);
  return askedMs > 0 ? Math.max(ownMs, askedMs + SPREAD_MS * random()) : ownMs;
}
