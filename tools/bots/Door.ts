/** Between two who go in (ms): a crowd that comes one by one, not a flood. */
const GAP_MS = 30;

interface Waiting {
  ask: () => Promise<void>;
  /** Not before this (ms on the `performance.now()` line). */
  from: number;
}

/** Lets those who want in ask one after the other, so many at a time, and nobody while there is a pause. */
export class Door {
  readonly #width: number;
  #waiting: Waiting[] = [];
  #asking = 0;
  #nextAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** @param width how many may be asking at once */
  constructor(width: number) {
    this.#width = width;
  }

  /**
   * @param ask asks for a seat; resolves when there is an answer, and never rejects
   * @param waitMs how long to stand back first
   */
  enqueue(ask: () => Promise<void>, waitMs = 0): void {
    this.#waiting.push({ ask, from: performance.now() + waitMs });
    this.#open();
  }

  /** Nobody asks for so long (ms). */
  pause(ms: number): void {
    this.#nextAt = Math.max(this.#nextAt, performance.now() + ms);
    this.#open();
  }

  /** Nobody asks any more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    clearTimeout(this.#timer);
  }

  #open(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.#asking >= this.#width) return;
    const next = this.#waiting.reduce<Waiting | undefined>(
      (first, one) => (first && first.from <= one.from ? first : one),
      undefined,
    );
    if (!next) return;
    const wait = Math.max(next.from, this.#nextAt) - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#open(), wait);
      return;
    }
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    this.#nextAt = performance.now() + GAP_MS;
    this.#asking += 1;
    void next.ask().finally(() => {
      this.#asking -= 1;
      this.#open();
    });
    this.#open();
  }
}
