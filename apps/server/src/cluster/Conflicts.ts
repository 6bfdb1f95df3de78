import type { Logger } from "../ops/logger.ts";
import type { Conflict, Member } from "./Cluster.ts";

/** Longer than a process that was killed counts as alive: its successor has its name. */
const NAMESAKE_MS = 5_000;
/** In so many of its own, one process waits for a beat of the others. */
const VACANT_BEATS = 3;

/** Who this process is, as far as the others must agree with it. */
export interface Identity {
  /** Nobody else's. */
  readonly name: string;
  /** Of the secret that tokens and tickets are made with: everybody's. */
  readonly fingerprint: string;
}

/**
 * Settings of this process that do not go together with those of the others: what one of them signs the others refuse, or
 * the way to a room leads to either. Whoever came later is wrong.
 */
export class Conflicts {
  readonly #identity: Identity;
  readonly #logger: Logger;
  #hasOtherSecret = false;
  /** Beats since anybody's secret was everybody's. */
  #vacantBeats = 0;
  /** Ids of those who were here before, once that is known. */
  #elders: ReadonlySet<string> | undefined;
  /** When another one of this name was seen first (ms, monotonic). */
  #namesakeSince: number | undefined;
  #isNamesakeTold = false;
  #hasName = true;

  constructor(identity: Identity, logger: Logger) {
    this.#identity = identity;
    this.#logger = logger;
  }

  get all(): Conflict[] {
    return [
      ...(this.#hasOtherSecret ? ["secret" as const] : []),
      ...(this.#hasName ? [] : ["name" as const]),
    ];
  }

  /**
   * Whether the secret of this process may be everybody's, when nobody's is. After data was lost the others are to tell
   * theirs first.
   */
  get mayLead(): boolean {
    return !this.#hasOtherSecret || this.#vacantBeats >= VACANT_BEATS;
  }

  /** @param fingerprint everybody's, or "" */
  noteSecret(fingerprint: string): void {
    this.#vacantBeats = fingerprint === "" ? this.#vacantBeats + 1 : 0;
    if (this.#vacantBeats > 0) return;
    const hadOther = this.#hasOtherSecret;
    this.#hasOtherSecret = fingerprint !== this.#identity.fingerprint;
    if (!this.#hasOtherSecret || hadOther) return;
    this.#logger.error(
      { event: "other_secret" },
      "this process has another SESSION_SECRET than the others: what one signs, the others refuse",
    );
  }

  noteOthers(others: readonly Pick<Member, "processId" | "name">[]): void {
    this.#elders ??= new Set(others.map(({ processId }) => processId));
    const namesakes = others.filter(({ name }) => name === this.#identity.name);
    const now = performance.now();
    this.#namesakeSince = namesakes.length > 0 ? (this.#namesakeSince ?? now) : undefined;
    const isLasting = this.#namesakeSince !== undefined && now - this.#namesakeSince > NAMESAKE_MS;
    this.#hasName = !isLasting || !namesakes.some(({ processId }) => this.#elders?.has(processId));
    if (isLasting && !this.#isNamesakeTold) {
      const { name } = this.#identity;
      this.#logger.error(
        { event: "same_name", name, processIds: namesakes.map(({ processId }) => processId) },
        `another process has the PROCESS_NAME ${name} too: players of the one are led to the other`,
      );
    }
    this.#isNamesakeTold = isLasting;
  }
}
