import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Config } from "../config.ts";
import { type AddressTest, networkOf } from "../http/addresses.ts";

/** A bucket of permissions per key. */
export interface Limiter {
  /** Take one; answers how long to wait (ms) when there is none left, and 0 when there was. */
  take(key: string): Promise<number>;
  /** Put one back that was not meant to count. */
  giveBack(key: string): Promise<void>;
}

/**
 * So many keys are kept in mind. Past that the oldest is forgotten: whoever has that many addresses gets no more out of
 * it than the addresses gave them anyway, and nobody else is locked out.
 */
const KEYS_MAX = 10_000;

/** A school behind one address, all of whose players come back at once after an update. */
const CROWD = 10;

/**
 * Every rate limit that is not about single frames. Keys are addresses, guests or sessions; addresses of one network
 * count as one. A refused try does not make the wait longer: whoever tries again too early waits as long as they would
 * have anyway.
 */
export class Limits {
  readonly guests: Limiter;
  readonly joins: Limiter;
  /** All that an address asks for, also where each guest is counted by themselves. */
  readonly crowds: Limiter;
  /** The same of whoever says that they have a seat: nobody at an honest address can use it up by themselves. */
  readonly returns: Limiter;
  readonly rooms: Limiter;
  /** Rooms that are opened again: many of one address are, when a process goes. */
  readonly reopenings: Limiter;
  /** Wrong passwords for one room from one address: see {@link passwordKey}. */
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

  /** Wrong secrets on the operations port from one address. */
  readonly operators: Limiter = limiter("operator", 10, 60);

  /** @param isFree tells the addresses that are not limited by the minute */
  constructor(
    config: Pick<Config, "GUESTS_PER_MINUTE" | "JOINS_PER_MINUTE" | "ROOMS_PER_MINUTE">,
    isFree: AddressTest = () => false,
  ) {
    this.guests = byNetwork(isFree, limiter("guest", config.GUESTS_PER_MINUTE, 60));
    this.joins = byNetwork(isFree, limiter("join", config.JOINS_PER_MINUTE, 60));
    this.crowds = byNetwork(isFree, limiter("crowd", config.JOINS_PER_MINUTE * CROWD, 60));
    this.returns = byNetwork(isFree, limiter("return", config.JOINS_PER_MINUTE * CROWD * CROWD, 60));
    this.rooms = byNetwork(isFree, limiter("room", config.ROOMS_PER_MINUTE, 60));
    this.reopenings = byNetwork(isFree, limiter("reopening", config.ROOMS_PER_MINUTE * CROWD, 60));
  }
}

/** What guesses of a room's password are counted by. */
export function passwordKey(roomId: string, address: string): string {
  return `${roomId}:${networkOf(address)}`;
}

function byNetwork(isFree: AddressTest, inner: Limiter): Limiter {
  return {
    take: async (address) => (isFree(address) ? 0 : inner.take(networkOf(address))),
    giveBack: (address) => inner.giveBack(networkOf(address)),
  };
}

function limiter(keyPrefix: string, points: number, duration: number): Limiter {
  const bucket = new RateLimiterMemory({ keyPrefix, points, duration });
  const { take } = wrap(bucket);
  /** When each key is as good as new, oldest first. */
  const ends = new Map<string, number>();
  return {
    async take(key) {
      const now = Date.now();
      if (!ends.has(key)) {
        for (const [oldest, end] of ends) {
          if (end > now && ends.size < KEYS_MAX) break;
          ends.delete(oldest);
          if (end > now) void bucket.delete(oldest);
        }
        ends.set(key, now + duration * 1_000);
      }
      return take(key);
    },
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
