import { setTimeout as wait } from "node:timers/promises";
import { matchMaker } from "@colyseus/core";
import type { Logger } from "../ops/logger.ts";
import type { BaseRoom } from "../session/BaseRoom.ts";
import { type Cluster, type GiveTurnOn, isLast } from "./Cluster.ts";
import { faultOf } from "./fault.ts";
import type { OpeningRooms } from "./OpeningRooms.ts";

/** Longer than any room takes to open while Redis answers. */
const OPENING_MS = 2_000;

/** How a process goes away: nothing yet, telling its players, or with everything handed on. */
export type DrainState = "off" | "draining" | "done";

/**
 * Empties this process without anybody losing their game: no new rooms, a word to every player, a while to finish what
 * they say, and then every room goes on in another process, where its players find themselves.
 */
export class Drain {
  readonly #cluster: Cluster;
  readonly #rooms: Iterable<BaseRoom>;
  readonly #opening: OpeningRooms;
  readonly #noticeMs: number;
  readonly #logger: Logger;
  #run: Promise<void> | undefined;
  #cancelled: AbortController | undefined;
  #isDone = false;
  #isFinal = false;
  /** When the rooms move, as they were told (ms, monotonic). */
  #movesAt = 0;

  /**
   * @param rooms all that there are, at any time
   * @param opening those that will be in a moment
   * @param noticeMs between the word and the move
   */
  constructor(
    cluster: Cluster,
    rooms: Iterable<BaseRoom>,
    opening: OpeningRooms,
    noticeMs: number,
    logger: Logger,
  ) {
    this.#cluster = cluster;
    this.#rooms = rooms;
    this.#opening = opening;
    this.#noticeMs = noticeMs;
    this.#logger = logger;
  }

  get state(): DrainState {
    if (this.#isDone) return "done";
    return this.#run ? "draining" : "off";
  }

  /** Whether anybody is here who would have to go elsewhere. */
  get isInhabited(): boolean {
    return [...this.#rooms].some(({ clients }) => clients.length > 0);
  }

  /**
   * Resolves when everything is handed on. Asked twice, it is the same one.
   *
   * @param isFinal the process ends after it: nobody can call it off any more
   */
  start({ isFinal = false } = {}): Promise<void> {
    this.#isFinal ||= isFinal;
    this.#run ??= this.#drain();
    return this.#run;
  }

  /** A room was opened meanwhile: those in it are told as well. */
  note(room: BaseRoom): void {
    const leftMs = this.#movesAt - performance.now();
    if (this.state === "draining" && leftMs > 0) room.announceMove(leftMs);
  }

  /** Be open again. What was handed on stays where it is. Nothing comes of it when the process ends. */
  async cancel(): Promise<void> {
    if (this.#isFinal) return;
    this.#cancelled?.abort();
    this.#movesAt = 0;
    this.#run = undefined;
    this.#isDone = false;
    for (const room of this.#rooms) room.revokeMove();
    await this.#cluster.enter("open");
    this.#logger.info({ event: "undrained" }, "open again");
  }

  /**
   * Be open again, although an operator wanted this process empty, when no other one is left: somebody needs a room.
   *
   * @returns whether this process takes rooms
   */
  async takeBack(): Promise<boolean> {
    const { stage } = this.#cluster;
    if (this.#isFinal || stage === "stopping") return false;
    if (stage === "open") return true;
    if (!isLast(this.#cluster, matchMaker.processId)) return false;
    this.#logger.warn({ event: "drain_given_up" }, "no other process is left: this one takes rooms again");
    await this.cancel();
    return true;
  }

  async #drain(): Promise<void> {
    const cancelled = new AbortController();
    this.#cancelled = cancelled;
    this.#logger.info({ event: "draining", noticeMs: this.#noticeMs }, "taking no new rooms");
    await this.#cluster.enter("stopping");
    if (this.#noticeMs > 0 && this.isInhabited) {
      this.#movesAt = performance.now() + this.#noticeMs;
      for (const room of this.#rooms) room.announceMove(this.#noticeMs);
      // Woken by a cancel, and not thrown: nobody waits for the error.
      await wait(this.#noticeMs, undefined, { signal: cancelled.signal }).catch(() => undefined);
    }
    if (cancelled.signal.aborted) return;
    const giveTurnOn = this.isInhabited ? await this.#takeTurn() : undefined;
    try {
      if (cancelled.signal.aborted) return;
      await this.#cluster.enter("stopped");
      // Begun before: they are handed on too.
      await this.#opening.none(OPENING_MS);
      if (cancelled.signal.aborted) return;
      await Promise.all([...this.#rooms].map((room) => this.#handOn(room)));
      if (cancelled.signal.aborted) return;
      this.#isDone = true;
      this.#logger.info({ event: "drained" }, "nothing is here any more");
    } finally {
      await giveTurnOn?.(this.#isDone);
    }
  }

  /** A room that cannot be handed on ends, and is no reason for the others to. */
  async #handOn(room: BaseRoom): Promise<void> {
    try {
      await room.handOn();
    } catch (error) {
      this.#logger.error(
        { event: "exception", method: "handOn", err: error },
        "a room could not be handed on",
      );
      room.closeRoom("session/server_restarting");
    }
  }

  /** Without Redis everybody goes at once: there is nobody to agree with. */
  async #takeTurn(): Promise<GiveTurnOn | undefined> {
    try {
      return await this.#cluster.takeTurn();
    } catch (error) {
      this.#logger.warn({ event: "redis", fault: faultOf(error) }, "going without a turn");
      return undefined;
    }
  }
}
