import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { refusalOf } from "./api.ts";
import { MAX_ATTEMPTS, retryDelayMs } from "./retry.ts";

/** Where a row of tries is. */
export interface Progress {
  /** From 1. */
  attempt: number;
  maxAttempts: number;
  /** When this try begins (ms since the epoch), or undefined while it is under way. */
  retryAt: number | undefined;
  /** Why the last try failed; before the first one, why tries are needed. */
  refusal: Refusal;
}

export interface Tries {
  /** Why tries are needed. */
  why: Refusal;
  /** The number of the next try, where some were made before. */
  from?: number;
  /** Nobody else comes at this moment: the first try need not be spread. */
  isAlone?: boolean;
  onProgress(progress: Progress): void;
  attempt(attempt: number): Promise<void>;
  /** Whether another try may work out. */
  mayHelp(refusal: Refusal, attempt: number): boolean;
}

/** Tries something again, ever less often, until it works out, cannot, or was enough. */
export class Retries {
  readonly #random: () => number;
  #wake = new AbortController();

  /** @param random 0 to 1, as `Math.random` */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Make the next try now instead of waiting for its time. */
  now(): void {
    this.#wake.abort();
  }

  /** Resolves once a try has worked out. Rejects with what the last one failed with, or when the signal is aborted. */
  async run(
    signal: AbortSignal,
    { why, from = 1, isAlone, onProgress, attempt, mayHelp }: Tries,
  ): Promise<void> {
    let refusal = why;
    let tookMs = 0;
    for (let number = from; ; number++) {
      const progress = { attempt: number, maxAttempts: MAX_ATTEMPTS, refusal, retryAt: undefined };
      const waitMs = isAlone && number === 1 ? 0 : retryDelayMs(number, refusal, this.#random, tookMs);
      // The first wait is too short to be told of.
      if (number > 1) onProgress({ ...progress, retryAt: Date.now() + waitMs });
      else onProgress(progress);
      this.#wake = new AbortController();
      if (waitMs > 0) await pause(AbortSignal.any([signal, this.#wake.signal]), waitMs);
      signal.throwIfAborted();
      if (number > 1) onProgress(progress);
      const begun = performance.now();
      try {
        return await attempt(number);
      } catch (error) {
        refusal = refusalOf(error);
        tookMs = performance.now() - begun;
        if (signal.aborted || number >= MAX_ATTEMPTS || !mayHelp(refusal, number)) throw error;
      }
    }
  }
}

/** Let so much time pass, or less: until the signal is aborted. */
export function pause(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
