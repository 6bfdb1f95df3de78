import { matchMaker } from "@colyseus/core";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import type { Redis } from "ioredis";
import type { Logger } from "../ops/logger.ts";
import type { Conflict, Liveness, Member, SelfReport, Stage } from "./Cluster.ts";
import { Conflicts, type Identity } from "./Conflicts.ts";
import { faultOf, wordOf } from "./fault.ts";
import { inTime } from "./inTime.ts";
import type { ListingDriver } from "./ListingDriver.ts";
import { poll } from "./poll.ts";
import { BEAT, BURY, KEYS } from "./scripts.ts";

export const BEAT_MS = 500;
/** Three seconds without a beat: dead, whatever the reason. */
const LIFETIME_MS = 3_000;
/** Two beats are missing: who asks should ask again. */
const SILENT_MS = 1_200;
/** As long without an answer, Redis is away. */
export const ANSWER_MS = 1_500;
/** After Redis was away: so long every process gets to take its codes back, with its second beat, before one is given away. */
const SETTLE_MS = 3 * BEAT_MS;
/** So long it is known that a code had a home: by then whoever was there has opened the room again. */
const LOST_MS = 8_000;
/** What a room adds to a process's load, in players: a burst of new rooms is as much work to come. */
export const ROOM_LOAD = 4;

type Told = Omit<Member, "processId">;

/** What goes with every beat: that the rooms of this process are the homes of their codes. */
export interface Claims {
  /** Room ids by code. */
  readonly held: ReadonlyMap<string, string>;
  /**
   * Redis has answered.
   *
   * @param sent codes with the rooms that were said to be their homes
   * @param lost rooms of them whose code has another home by now
   */
  onAnswer(sent: readonly (readonly [string, string])[], lost: readonly string[]): Promise<void>;
}

/**
 * Who is there, and how much each has to do. A member beats: it tells of itself again and again, and learns of the
 * others. One that does not for a while is dead to them.
 */
export class Membership {
  readonly #identity: Identity;
  readonly #conflicts: Conflicts;
  readonly #redis: Redis;
  readonly #driver: ListingDriver;
  readonly #claims: Claims;
  readonly #logger: Logger;
  readonly #goneListeners = new Set<(processId: string) => void>();
  #members: readonly Member[] = [];
  #stage: Stage = "open";
  #report: (() => SelfReport) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();
  /** That Redis is away was told. */
  #isMissed = false;
  /** What Redis said, when it last refused a beat. */
  #fault: string | undefined;
  /** When Redis last answered a beat, and since when it has without a gap (ms, monotonic). */
  #beatAt = Number.NEGATIVE_INFINITY;
  #settledAt = Number.NEGATIVE_INFINITY;
  /** The connection was lost since: what Redis has now may be nothing, until the next beat tells. */
  #isDoubtful = false;

  /**
   * @param redis fails at once while Redis is away
   * @param driver told to list its rooms anew
   */
  constructor(identity: Identity, redis: Redis, driver: ListingDriver, claims: Claims, logger: Logger) {
    this.#identity = identity;
    this.#conflicts = new Conflicts(identity, logger);
    this.#redis = redis;
    this.#driver = driver;
    this.#claims = claims;
    this.#logger = logger;
  }

  get isAvailable(): boolean {
    if (this.#isDoubtful) return false;
    const now = performance.now();
    return now - this.#beatAt < BEAT_MS + ANSWER_MS && now >= this.#settledAt;
  }

  get conflicts(): readonly Conflict[] {
    return this.#conflicts.all;
  }

  get fault(): string | undefined {
    return this.#fault;
  }

  get stage(): Stage {
    return this.#stage;
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  // --- this process ---

  /** Redis may go away in this very moment, and is waited for. */
  async join(report: () => SelfReport): Promise<void> {
    this.#report = report;
    const isIn = async () => {
      await this.#tryBeat();
      return this.#beatAt > Number.NEGATIVE_INFINITY || this.#report === undefined;
    };
    await poll(isIn, BEAT_MS, Number.POSITIVE_INFINITY);
    this.#schedule();
  }

  /** The connection was lost: it may lead to another Redis now, or to one that forgot everything. */
  doubt(): void {
    this.#isDoubtful = true;
  }

  async enter(stage: Stage): Promise<void> {
    this.#stage = stage;
    await this.#tryBeat();
  }

  async leave(): Promise<void> {
    this.stop();
    // Then the others see that it is gone by themselves.
    if (!this.isAvailable) return;
    try {
      await this.#bury(matchMaker.processId);
    } catch (error) {
      this.#logger.warn({ event: "redis", fault: faultOf(error) }, "left without a word: Redis is away");
    }
  }

  /** Beat no more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#report = undefined;
  }

  #schedule(): void {
    this.#timer = setTimeout(async () => {
      await this.#tryBeat();
      if (this.#report) this.#schedule();
    }, BEAT_MS);
    this.#timer.unref();
  }

  /** One after the other: an older beat must not tell, or learn, after a newer one. */
  #tryBeat(): Promise<void> {
    this.#beating = this.#beating.then(() => this.#tryNow());
    return this.#beating;
  }

  async #tryNow(): Promise<void> {
    if (!this.#report) return;
    try {
      await this.#beat();
      this.#isMissed = false;
      this.#fault = undefined;
    } catch (error) {
      this.#fault = wordOf(error);
      this.#logger.debug({ event: "redis", fault: faultOf(error) }, "no answer from Redis");
      if (this.isAvailable || this.#isMissed) return;
      this.#isMissed = true;
      this.#logger.error(
        { event: "redis_away", fault: faultOf(error) },
        "Redis is away: rooms go on, nobody new gets in",
      );
    }
  }

  async #beat(): Promise<void> {
    const report = this.#report?.();
    if (!report) return;
    const { processId } = matchMaker;
    const told: Told = {
      name: this.#identity.name,
      ...report,
      stage: this.#stage,
      protocol: PROTOCOL_VERSION,
    };
    // One that the others do not agree with is no place for their players.
    const takesRooms = this.#stage === "open" && this.#conflicts.all.length === 0;
    const load = takesRooms ? report.players + ROOM_LOAD * report.rooms : "";
    const sent = [...this.#claims.held];
    const [known, processes, lost, fingerprint] = (await this.#redis.eval(
      BEAT,
      5,
      KEYS.process(processId),
      KEYS.processes,
      KEYS.load,
      KEYS.codes,
      KEYS.secret,
      processId,
      JSON.stringify(told),
      LIFETIME_MS,
      load,
      this.#identity.fingerprint,
      this.#conflicts.mayLead ? "1" : "0",
      ...sent.flat(),
    )) as [number, string[], string[], string];
    // First of all: a room that goes on elsewhere must not be listed again.
    await this.#claims.onAnswer(sent, lost);
    this.#conflicts.noteSecret(fingerprint);
    await this.#noteAnswer(known === 1);
    await this.#meet(processes, { processId, ...told });
  }

  /** @param known whether the others still took this process for alive, with all that it had told */
  async #noteAnswer(known: boolean): Promise<void> {
    const now = performance.now();
    const isFirst = this.#beatAt === Number.NEGATIVE_INFINITY;
    const wasAway = now - this.#beatAt > BEAT_MS + ANSWER_MS;
    const hadToWait = this.#isDoubtful;
    this.#beatAt = now;
    this.#isDoubtful = false;
    if (isFirst) {
      // The others may have told nothing yet to a Redis that has only just come.
      if (hadToWait) this.#settledAt = now + SETTLE_MS;
      return;
    }
    if (known && !wasAway) return this.#soon(this.#driver.catchUp());
    this.#settledAt = now + SETTLE_MS;
    this.#logger.warn({ event: "redis_back" }, "Redis is back, or forgot this process: telling it anew");
    await this.#soon(this.#driver.writeAll());
    await this.#soon(Promise.resolve(matchMaker.stats.persist(true)));
  }

  // --- the others ---

  /** Learn of them, and bury the dead. */
  async #meet(processes: readonly string[], self: Member): Promise<void> {
    const others = processes.filter((processId) => processId !== self.processId);
    const members = [self];
    for (const processId of others) {
      if ((await this.liveness(processId)) === "dead") continue;
      const told = await this.#redis.get(KEYS.process(processId));
      if (told) members.push({ processId, ...(JSON.parse(told) as Told) });
    }
    this.#conflicts.noteOthers(members.slice(1));
    const present = new Set(members.map(({ processId }) => processId));
    const gone = this.#members.filter(({ processId }) => !present.has(processId));
    this.#members = members;
    for (const { processId } of gone) for (const listener of this.#goneListeners) listener(processId);
  }

  async liveness(processId: string): Promise<Liveness> {
    if (processId === matchMaker.processId) return "alive";
    const [leftMs, [, listeners]] = await Promise.all([
      this.#redis.pttl(KEYS.process(processId)),
      // The framework's own channel of the process: whoever was killed listens no more, before any beat is missed.
      this.#redis.pubsub("NUMSUB", `p:${processId}`) as Promise<[string, number]>,
    ]);
    const isListening = Number(listeners) > 0;
    const silentMs = LIFETIME_MS - leftMs;
    if (leftMs <= 0 || (!isListening && silentMs > SILENT_MS)) {
      // Before anybody acts on it: who asks may be about to take a code that the dead one still has.
      const buried = await this.#bury(processId, isListening ? 0 : LIFETIME_MS - SILENT_MS);
      // It woke up just now.
      if (buried === -1) return "silent";
      // Whoever said goodbye, or was found by another one, is forgotten already.
      if (buried === 1) this.#logger.warn({ event: "process_died", processId }, "a process died");
      return "dead";
    }
    return isListening && silentMs <= SILENT_MS ? "alive" : "silent";
  }

  /**
   * Nobody must find its rooms any more.
   *
   * @param leftMs the longest that it may have left to live, and still count as dead
   */
  async #bury(processId: string, leftMs?: number): Promise<unknown> {
    const { listings, statistics, processes, load, codes } = KEYS;
    const keys = [KEYS.process(processId), processes, load, codes, listings, statistics];
    return this.#redis.eval(BURY, keys.length, ...keys, processId, LOST_MS, leftMs ?? "");
  }

  /** Hear of those that left or died. Returns the way to stop. */
  onGone(listener: (processId: string) => void): () => void {
    this.#goneListeners.add(listener);
    return () => void this.#goneListeners.delete(listener);
  }

  /** What goes through a connection that waits: a beat must not wait with it. */
  #soon<T>(work: Promise<T>): Promise<T> {
    return inTime(work, ANSWER_MS, () => new Error("no answer from Redis"));
  }
}
