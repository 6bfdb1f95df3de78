/**
 * How long the ticks of a server take: a tick is a step and all that is broadcast until the next step, sends included,
 * whether the broadcast is part of the step or has a timer of its own.
 */
export class TickMeter {
  readonly #now: () => number;
  #ticks: number[] = [];
  #current = 0;
  #isTiming = false;
  #isFirst = true;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Forget what was measured; the next tick is the first. */
  restart(): void {
    this.#ticks = [];
    this.#current = 0;
    this.#isFirst = true;
  }

  /** Duration of every tick that is over (ms). */
  get ticks(): readonly number[] {
    return this.#ticks;
  }

  /** Run a step: a new tick begins. */
  step(work: () => void): void {
    if (!this.#isFirst) this.#ticks.push(this.#current);
    this.#isFirst = false;
    this.#current = 0;
    this.broadcast(work);
  }

  /** Run a broadcast: part of the current tick, and of its step if it is called from there. */
  broadcast<T>(work: () => T): T {
    if (this.#isTiming) return work();
    const from = this.#now();
    this.#isTiming = true;
    try {
      return work();
    } finally {
      this.#isTiming = false;
      this.#current += this.#now() - from;
    }
  }
}
