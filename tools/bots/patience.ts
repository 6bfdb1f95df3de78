import { isAboutRoom, isPassing } from "@tagalong/client/session/retry.ts";
import type { Reason, Refusal } from "@tagalong/shared/session/reasons.ts";

/** Waits before the second and every later try (ms): together a little longer than a server's restart. */
const WAITS_MS = [500, 1_000, 2_000, 3_000, 5_000] as const;
/** Without a word on how long (ms). */
const LIMIT_WAIT_MS = 10_000;

/** The button says "Try again" or "Rejoin", and it may well help. */
const WORTH_ANOTHER: ReadonlySet<Reason> = new Set<Reason>([
  "session/approval_timeout",
  "session/loading_timeout",
  "session/seat_expired",
]);

/**
 * How long a patient player waits before they ask again (ms); `undefined` when they give up.
 *
 * @param tries how often in a row they have been refused by now, from 1
 * @param anyRoom whether another room is as good
 */
export function waitBeforeRetry(refusal: Refusal, tries: number, anyRoom: boolean): number | undefined {
  const { reason, detail } = refusal;
  // The limit says itself when it ends, so asking then is no trial and error: it can be done for ever.
  if (reason === "session/too_many_requests") return Number(detail?.retryMs) || LIMIT_WAIT_MS;
  const wait = WAITS_MS[tries - 1];
  if (reason === "name/taken") return detail?.suggestion && wait !== undefined ? 0 : undefined;
  const helps = isPassing(refusal) || WORTH_ANOTHER.has(reason) || (anyRoom && isAboutRoom(refusal));
  return helps ? wait : undefined;
}
