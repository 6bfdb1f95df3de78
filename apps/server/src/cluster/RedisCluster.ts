import { setTimeout as wait } from "node:timers/promises";
import { matchMaker } from "@colyseus/core";
import type { RedisPresence } from "@colyseus/redis-presence";
import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "../ops/logger.ts";
import { refusedError } from "../session/approval.ts";
import {
  type Cluster,
  type Conflict,
  type GiveTurnOn,
  type Liveness,
  type Member,
  PROMISE_MS,
  type RoomHome,
  type SelfReport,
  type Stage,
  takesBack,
} from "./Cluster.ts";
import type { Identity } from "./Conflicts.ts";
import { faultOf, wordOf } from "./fault.ts";
import { ListingDriver } from "./ListingDriver.ts";
import { ANSWER_MS, BEAT_MS, Membership, ROOM_LOAD } from "./Membership.ts";
import { poll } from "./poll.ts";
import { lock } from "./RedisLock.ts";
import { CLAIM, KEYS, PLACE, PROMISE, RELEASE } from "./scripts.ts";
import { WatchedPresence } from "./WatchedPresence.ts";

const TURN_WAIT_MS = 4_000;
/** Of several processes that are stopped at once, each waits so long for the successor of the one before it. */
const SUCCESSOR_WAIT_MS = 10_000;
const STOPPED_MS = 30_000;
const STOP_TURN_WAIT_MS = 60_000;
/** A room that nobody comes back to is forgotten. */
const KEPT_SECONDS = 120;
const RETRY_MAX_MS = 500;
const CONNECT_MS = 2_000;
const KEEP_ALIVE_MS = 5_000;
/** Whoever starts the server looks at its last lines. */
const WAITING_TOLD_MS = 30_000;

/** Several processes that meet in one Redis. */
export class RedisCluster implements Cluster {
  readonly presence: RedisPresence;
  readonly driver: ListingDriver;
  readonly publicAddress: string;
  readonly isShared = true;
  readonly #membership: Membership;
  readonly #logger: Logger;
  /** Fails at once while Redis is away, where the framework's own connections wait. */
  readonly #redis: Redis;
  /** Why there is no connection. What waits for one is told no more than that it is closed. */
  #connectionFault: string | undefined;
  readonly #claims = new Map<string, string>();
  /** Homes by code that could not be given up, because Redis was away: done with the next beat. */
  readonly #given = new Map<string, string>();
  readonly #lostListeners = new Set<(roomId: string) => void>();

  constructor(url: string, identity: Identity, logger: Logger) {
    this.#logger = logger;
    this.publicAddress = `p/${identity.name}`;
    const retryStrategy = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 10), RETRY_MAX_MS);
    const options: RedisOptions = {
      lazyConnect: true,
      retryStrategy,
      maxRetriesPerRequest: null,
      // A machine that is gone without a word is given up sooner than systems do by themselves.
      connectTimeout: CONNECT_MS,
      keepAlive: KEEP_ALIVE_MS,
    };
    // What the framework asks for waits until Redis is back: it does not expect an error.
    const patient = () => watched(new Redis(url, options));
    this.presence = new WatchedPresence(patient(), logger);
    this.driver = new ListingDriver(patient(), logger);
    const impatient: RedisOptions = { enableOfflineQueue: false, commandTimeout: ANSWER_MS };
    this.#redis = watched(new Redis(url, { ...options, ...impatient, maxRetriesPerRequest: 0 }));
    this.#redis.on("error", (error) => {
      this.#connectionFault = wordOf(error);
    });
    this.#redis.on("ready", () => {
      this.#connectionFault = undefined;
    });
    this.#redis.on("close", () => this.#membership.doubt());
    this.#membership = new Membership(
      identity,
      this.#redis,
      this.driver,
      { held: this.#claims, onAnswer: (sent, lost) => this.#onAnswer(sent, lost) },
      logger,
    );

    /** Connecting is tried for ever; that it fails is told by `isAvailable` and, once, by the log. */
    function watched(redis: Redis): Redis {
      return redis.on("error", (error) =>
        logger.debug({ event: "redis", fault: faultOf(error) }, "redis connection"),
      );
    }
  }

  get isAvailable(): boolean {
    return this.#membership.isAvailable;
  }

  get conflicts(): readonly Conflict[] {
    return this.#membership.conflicts;
  }

  get fault(): string | undefined {
    return this.#connectionFault ?? this.#membership.fault;
  }

  get stage(): Stage {
    return this.#membership.stage;
  }

  get members(): readonly Member[] {
    return this.#membership.members;
  }

  // --- being a member ---

  async connect(): Promise<void> {
    let toldAt = Number.NEGATIVE_INFINITY;
    for (;;) {
      try {
        if (this.#redis.status === "wait") await this.#redis.connect();
        await this.#redis.ping();
        return;
      } catch (error) {
        if (performance.now() - toldAt >= WAITING_TOLD_MS) {
          toldAt = performance.now();
          const fault = this.#connectionFault ?? faultOf(error);
          this.#logger.warn({ event: "redis", fault }, `waiting for Redis: ${fault}`);
        }
        await wait(BEAT_MS);
      }
    }
  }

  join(report: () => SelfReport): Promise<void> {
    return this.#membership.join(report);
  }

  enter(stage: Stage): Promise<void> {
    return this.#membership.enter(stage);
  }

  leave(): Promise<void> {
    return this.#membership.leave();
  }

  async close(): Promise<void> {
    this.#membership.stop();
    this.#redis.disconnect();
  }

  liveness(processId: string): Promise<Liveness> {
    return this.#ask(() => this.#membership.liveness(processId));
  }

  // --- rooms ---

  async place(anywhere: boolean): Promise<string | undefined> {
    const placed = await this.#ask(() => this.#redis.eval(PLACE, 1, KEYS.load, ROOM_LOAD));
    if (typeof placed === "string") return placed;
    if (!anywhere) return undefined;
    const { processId: self } = matchMaker;
    // Being open it would have been placed there, had it no conflict.
    const rank = ({ processId, stage }: Member) => Number(processId === self) + 2 * Number(stage === "open");
    return this.members
      .filter(takesBack)
      .sort((a, b) => rank(a) - rank(b) || a.players - b.players)
      .at(0)?.processId;
  }

  async promiseSeat(roomId: string, players: number, maxPlayers: number): Promise<boolean> {
    const promised = await this.#ask(() =>
      this.#redis.eval(PROMISE, 1, KEYS.sent(roomId), players, maxPlayers, PROMISE_MS),
    );
    return promised === 1;
  }

  async exclusively<T>(name: string, task: () => Promise<T>): Promise<T> {
    const unlock = await this.#ask(() => lock(this.#redis, matchMaker.processId, name, TURN_WAIT_MS));
    if (!unlock) throw refusedError({ reason: "server/unavailable" });
    try {
      return await task();
    } finally {
      await unlock();
    }
  }

  async claim(code: string, roomId: string, isNew: boolean): Promise<boolean> {
    const { processId } = matchMaker;
    const claimed = await this.#ask(() =>
      this.#redis.eval(CLAIM, 2, KEYS.codes, KEYS.kept(code), code, processId, roomId, isNew ? "1" : "0"),
    );
    if (claimed !== 1) return false;
    this.#claims.set(code, roomId);
    return true;
  }

  async release(code: string, roomId: string): Promise<void> {
    if (this.#claims.get(code) === roomId) this.#claims.delete(code);
    const home = `${matchMaker.processId} ${roomId}`;
    try {
      await this.#redis.eval(RELEASE, 1, KEYS.codes, code, home);
    } catch (error) {
      this.#given.set(code, home);
      this.#logger.debug(
        { event: "redis", fault: faultOf(error) },
        "a code is given back later: Redis did not take it",
      );
    }
  }

  async homeOf(code: string): Promise<RoomHome | undefined> {
    const home = await this.#ask(() => this.#redis.hget(KEYS.codes, code));
    const [processId, roomId] = home?.split(" ") ?? [];
    return processId && roomId ? { processId, roomId } : undefined;
  }

  /** What a beat brought back. */
  async #onAnswer(sent: readonly (readonly [string, string])[], lost: readonly string[]): Promise<void> {
    for (const [code, roomId] of sent) {
      // Told again until the room has gone, and with it the claim.
      if (!lost.includes(roomId) || this.#claims.get(code) !== roomId) continue;
      for (const listener of this.#lostListeners) listener(roomId);
    }
    for (const [code, home] of this.#given) {
      await this.#redis.eval(RELEASE, 1, KEYS.codes, code, home);
      this.#given.delete(code);
    }
  }

  // --- stopping ---

  async keep(name: string, value: unknown): Promise<boolean> {
    try {
      await this.#redis.setex(KEYS.kept(name), KEPT_SECONDS, JSON.stringify(value));
      return true;
    } catch (error) {
      this.#logger.error(
        { event: "redis", fault: faultOf(error) },
        "a room could not be handed on: Redis did not take it",
      );
      return false;
    }
  }

  async isKept(name: string): Promise<boolean> {
    return (await this.#ask(() => this.#redis.exists(KEYS.kept(name)))) === 1;
  }

  async isLost(code: string): Promise<boolean> {
    return (await this.#ask(() => this.#redis.exists(KEYS.lost(code)))) === 1;
  }

  async readKept(name: string): Promise<unknown> {
    const kept = await this.#ask(() => this.#redis.get(KEYS.kept(name)));
    return kept ? JSON.parse(kept) : undefined;
  }

  async dropKept(name: string): Promise<void> {
    try {
      await this.#redis.del(KEYS.kept(name));
    } catch (error) {
      this.#logger.debug(
        { event: "redis", fault: faultOf(error) },
        "what was kept stays for its time: Redis did not drop it",
      );
    }
  }

  async takeTurn(): Promise<GiveTurnOn> {
    const unlock = await this.#ask(() => lock(this.#redis, matchMaker.processId, "stop", STOP_TURN_WAIT_MS));
    let before: string | null;
    try {
      before = await this.#ask(() => this.#redis.get(KEYS.stopped));
    } catch (error) {
      await unlock?.();
      throw error;
    }
    const { processId: self } = matchMaker;
    const hasSuccessor = () =>
      this.members.some(({ processId, stage }) => processId !== self && stage === "open");
    // Whoever is first goes at once, to the others. When it is gone its successor is started, and takes the next.
    const isReplaced = await poll(hasSuccessor, BEAT_MS, before === "replaced" ? SUCCESSOR_WAIT_MS : 0);
    // Nobody came in time: all are stopped for good, and the others need not wait as well.
    const after = before === null || isReplaced ? "replaced" : "alone";
    return async (hasGone) => {
      try {
        if (hasGone) await this.#redis.set(KEYS.stopped, after, "PX", STOPPED_MS);
      } catch (error) {
        this.#logger.warn(
          { event: "redis", fault: faultOf(error) },
          "the turn could not be given on: Redis did not take it",
        );
      }
      await unlock?.();
    };
  }

  // --- listeners ---

  onGone(listener: (processId: string) => void): () => void {
    return this.#membership.onGone(listener);
  }

  onClaimLost(listener: (roomId: string) => void): () => void {
    this.#lostListeners.add(listener);
    return () => void this.#lostListeners.delete(listener);
  }

  /** Redis fails in many ways, and for whoever waits all of them mean the same. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      this.#logger.debug({ event: "redis", fault: faultOf(error) }, "no answer from Redis");
      throw refusedError({ reason: "server/unavailable" });
    }
  }
}
