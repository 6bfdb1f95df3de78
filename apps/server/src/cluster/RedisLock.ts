import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { poll } from "./poll.ts";
import { KEYS, LOCK, RENEW, UNLOCK } from "./scripts.ts";

/** A holder that is stopped for longer than this has lost it; one that dies, as soon as it is known to be dead. */
const LEASE_MS = 5_000;
const RENEW_MS = 1_500;
const ASK_AGAIN_MS = 25;

/**
 * Hold a lock that one process at a time can have. Kept as long as its holder lives, which suits what is checked once
 * more where it counts (a code has one home): a holder that stalls past the lease does no harm beyond a second try.
 *
 * @param processId the holder, whose lock it is for as long as it counts as alive
 * @param waitMs how long to try
 * @returns the way to give it back, or `undefined` when it could not be had in time. Throws when Redis is away.
 */
export async function lock(
  redis: Redis,
  processId: string,
  name: string,
  waitMs: number,
): Promise<(() => Promise<void>) | undefined> {
  const key = KEYS.lock(name);
  const token = `${processId} ${randomUUID()}`;
  const take = async () => (await redis.eval(LOCK, 1, key, token, LEASE_MS)) === 1;
  const giveBack = () => redis.eval(UNLOCK, 1, key, token).catch(leave);
  try {
    if (!(await poll(take, ASK_AGAIN_MS, waitMs))) return undefined;
  } catch (error) {
    // What had no answer in time may be done all the same, when Redis goes on: nobody would give it back.
    void giveBack();
    throw error;
  }
  let renewal: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    renewal = redis.eval(RENEW, 1, key, token, LEASE_MS).catch(leave);
  }, RENEW_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await renewal;
    await giveBack();
  };

  /** Redis is away: the lease ends by itself, if it does not come back before that. */
  function leave(): void {
    // Told by whoever sees it first, which is the next beat.
  }
}
