import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Config } from "../config.ts";

/** A bucket of permissions per key. */
export interface Limiter {
  /** Take one; answers how long to wait (ms) when there is none left, and 0 when there was. */
  take(key: string): Promise<number>;
  /** Put one back that was not meant to count. */
  giveBack(key: string): Promise<void>;
}

/**
 * Every rate limit that is not about single frames. Keys are addresses or guests. A refused try does not
 * make the wait longer: whoever tries again too early waits as long as they would have anyway.
 */
export class Limits {
  readonly guests: Limiter;
  readonly joins: Limiter;
  readonly rooms: Limiter;
  /** Wrong passwords for one room from one address. */
  readonly passwords: Limiter = limiter("password", 5, 60);
  /** Bursts of lines are how people talk: five at once (the first, and four more), then one a second. */
  readonly chat: Pick<Limiter, "take"> = wrap(
    new BurstyRateLimiter(
      new RateLimiterMemory({ keyPrefix: "chat", points: 1, duration: 1 }),
      new RateLimiterMemory({ keyPrefix: "chat-burst", points: 4, duration: 8 }),
    ),
  );

  /** Changes that others are told of: of a room's settings, of a name in the lobby. */
  readonly changes: Pick<Limiter, "take"> = limiter("change", 10, 10);

  /** @param isFree tells the addresses that are not limited by the minute */
  constructor(
    config: Pick<Config, "GUESTS_PER_MINUTE" | "JOINS_PER_MINUTE" | "ROOMS_PER_MINUTE">,
    isFree: (address: string) => boolean = () => false,
  ) {
    this.guests = except(isFree, limiter("guest", config.GUESTS_PER_MINUTE, 60));
    this.joins = except(isFree, limiter("join", config.JOINS_PER_MINUTE, 60));
    this.rooms = except(isFree, limiter("room", config.ROOMS_PER_MINUTE, 60));
  }
}

function except(isFree: (key: string) => boolean, inner: Limiter): Limiter {
  return { ...inner, take: async (key) => (isFree(key) ? 0 : inner.take(key)) };
}

function limiter(keyPrefix: string, points: number, duration: number): Limiter {
  const bucket = new RateLimiterMemory({ keyPrefix, points, duration });
  return {
    ...wrap(bucket),
    async giveBack(key) {
      await bucket.reward(key);
    },
  };
}

function wrap(inner: { consume(key: string): Promise<unknown> }): Pick<Limiter, "take"> {
  return {
    async take(key) {
      try {
        await inner.consume(key);
        return 0;
      } catch (refusal) {
        // The library throws its answer when the bucket is empty; anything else is a real error.
        if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
        throw refusal;
      }
    },
  };
}
