import type { IRoomCache } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import type { Redis } from "ioredis";
import type { Logger } from "../ops/logger.ts";
import { refusedError } from "../session/approval.ts";
import { faultOf } from "./fault.ts";
import { inTime } from "./inTime.ts";
import { KEYS } from "./scripts.ts";

/** More than Redis takes to answer; so long a goodbye is late while it does not. */
const WRITE_MS = 500;

/**
 * The framework's list of rooms, without its trust in Redis. The framework waits for each change to be written, before it
 * closes a client, for example, and expects no error: here a change waits a moment at most, and one that could not be
 * written is written when Redis is well again.
 */
export class ListingDriver extends RedisDriver {
  readonly #redis: Redis;
  readonly #logger: Logger;
  /** Of the rooms of this process, as they are now. By room id. */
  readonly #listings = new Map<string, IRoomCache>();
  /** Rooms that are being listed for the first time. By room id. */
  readonly #opening = new Set<string>();
  /** Rooms that ended, and may be listed still. */
  readonly #ended = new Set<string>();
  /** What Redis has may be older than what is here. */
  #isBehind = false;

  constructor(redis: Redis, logger: Logger) {
    super(redis);
    this.#redis = redis;
    this.#logger = logger;
  }

  /** Whoever opens a room waits until it can be found, and hears when it cannot: also when the room has ended meanwhile. */
  override async persist(room: IRoomCache, isNew = false): Promise<boolean> {
    if (!isNew) return this.#write(super.persist(room));
    const { roomId } = room;
    this.#opening.add(roomId);
    let isAwaited = false;
    try {
      await super.persist(room, isNew);
    } finally {
      isAwaited = this.#opening.delete(roomId);
    }
    // It ended while Redis was away. To the framework it would be open for ever: it cannot end a second time.
    if (!isAwaited) throw refusedError({ reason: "server/unavailable" });
    this.#listings.set(roomId, room);
    return true;
  }

  override update(...args: Parameters<RedisDriver["update"]>): Promise<boolean> {
    return this.#write(super.update(...args));
  }

  override remove(roomId: string): Promise<boolean> {
    this.#opening.delete(roomId);
    this.#listings.delete(roomId);
    this.#ended.add(roomId);
    const removed = super.remove(roomId).then((wasThere) => {
      this.#ended.delete(roomId);
      return wasThere;
    });
    return this.#write(removed);
  }

  override async query(...args: Parameters<RedisDriver["query"]>): Promise<IRoomCache[]> {
    try {
      return await super.query(...args);
    } catch (error) {
      // Whoever asks at the same time shares an answer. One that failed would be everybody's from now on.
      Reflect.set(this, "_concurrentRoomCacheRequest", undefined);
      Reflect.set(this, "_roomCacheRequestByName", {});
      throw error;
    }
  }

  /** Redis is well: write what it could not take, if there is anything. */
  async catchUp(): Promise<void> {
    if (this.#isBehind) await this.writeAll();
  }

  /** List all rooms of this process as they are now. */
  async writeAll(): Promise<void> {
    this.#isBehind = false;
    const listings = [...this.#listings].flatMap(([roomId, room]) => [roomId, JSON.stringify(room)]);
    const ended = [...this.#ended];
    try {
      if (listings.length > 0) await this.#redis.hset(KEYS.listings, ...listings);
      if (ended.length > 0) await this.#redis.hdel(KEYS.listings, ...ended);
      for (const roomId of ended) this.#ended.delete(roomId);
    } catch (error) {
      this.#isBehind = true;
      throw error;
    }
  }

  async #write(work: Promise<boolean>): Promise<boolean> {
    try {
      return await inTime(work, WRITE_MS, () => new Error("no answer in time"));
    } catch (error) {
      if (!this.#isBehind) {
        this.#logger.warn(
          { event: "redis", fault: faultOf(error) },
          "a room is listed as it was: written anew when Redis is well",
        );
      }
      this.#isBehind = true;
      return false;
    }
  }
}
