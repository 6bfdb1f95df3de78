import { randomUUID } from "node:crypto";
import type { Presence } from "@colyseus/core";
import type { DrainState } from "../cluster/Drain.ts";
import type { Logger } from "./logger.ts";

/** Every process listens here; whoever asks is answered on a channel of the question's own. */
const CHANNEL = "ops:ask";
const answersTo = (id: string) => `ops:answer:${id}`;

/** As long as the framework waits for a room of another process (ms). */
const PATIENCE_MS = 2_000;

export type Ask = "describe" | "drain" | "undrain";

/** What a process tells of itself. */
export interface ProcessInfo {
  readonly processId: string;
  /** `PROCESS_NAME`. */
  readonly name: string;
  readonly build: string;
  /** When it started (ms since the epoch). */
  readonly since: number;
  readonly rooms: number;
  /** Open sockets in rooms. */
  readonly connections: number;
  /** Why it takes no new players; empty when it does. */
  readonly causes: readonly string[];
  readonly drain: DrainState;
}

interface Question {
  readonly id: string;
  readonly ask: Ask;
  /** Process id; absent: everybody. */
  readonly to?: string | undefined;
}

/** What answers for this process. */
export interface ProcessSelf {
  describe(): ProcessInfo;
  /** Begin to hand the rooms on, or stop doing so. Answers at once: it takes as long as it takes. */
  drain(on: boolean): void;
}

/** A line to all processes of this server, over what they share: memory for one process, Redis for several. */
export class Processes {
  readonly #self: ProcessSelf;
  readonly #logger: Logger;
  readonly #patienceMs: number;
  readonly #presence: () => Presence;
  readonly #listener = (question: Question) => void this.#answer(question);

  /**
   * @param presence asked for late: the framework chooses it while it starts
   * @param patienceMs how long to wait for the slowest
   */
  constructor(self: ProcessSelf, presence: () => Presence, logger: Logger, patienceMs = PATIENCE_MS) {
    this.#self = self;
    this.#presence = presence;
    this.#logger = logger;
    this.#patienceMs = patienceMs;
  }

  async listen(): Promise<void> {
    await this.#presence().subscribe(CHANNEL, this.#listener);
  }

  /**
   * Ask all processes, or one of them, and wait for their answers, but not for long: a process may be gone.
   *
   * @param expected how many will answer if all are well
   */
  async ask(ask: Ask, { expected, to }: { expected: number; to?: string }): Promise<ProcessInfo[]> {
    const presence = this.#presence();
    const id = randomUUID();
    const answers = new Map<string, ProcessInfo>();
    let finish: (() => void) | undefined;
    const complete = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const onAnswer = (info: ProcessInfo) => {
      answers.set(info.processId, info);
      if (answers.size >= expected) finish?.();
    };
    const patience = setTimeout(() => finish?.(), this.#patienceMs);
    try {
      await presence.subscribe(answersTo(id), onAnswer);
      const question: Question = { id, ask, ...(to !== undefined && { to }) };
      await presence.publish(CHANNEL, question);
      await complete;
    } finally {
      clearTimeout(patience);
      await presence.unsubscribe(answersTo(id), onAnswer);
    }
    return [...answers.values()];
  }

  async #answer({ id, ask, to }: Question): Promise<void> {
    if (to !== undefined && to !== this.#self.describe().processId) return;
    try {
      if (ask !== "describe") this.#self.drain(ask === "drain");
      await this.#presence().publish(answersTo(id), this.#self.describe());
    } catch (error) {
      // Whoever asked hears nothing, and says so.
      this.#logger.error(
        { event: "exception", method: `ops:${ask}`, err: error },
        "operator's question failed",
      );
    }
  }
}
