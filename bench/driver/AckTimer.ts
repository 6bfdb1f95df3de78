/** More inputs than are ever under way. */
const WINDOW = 1_024;

/** How long it takes until an input is seen to be in the state. */
export class AckTimer {
  readonly #sentAt = new Float64Array(WINDOW);
  #last = 0;
  /** One of each input that was acknowledged (ms). */
  delays: number[] = [];

  /** @param tick number of the input, counted up by one */
  sent(tick: number): void {
    this.#sentAt[tick % WINDOW] = performance.now();
  }

  /** Everything up to this input is acknowledged. Older news changes nothing. */
  acknowledged(tick: number): void {
    const now = performance.now();
    const first = Math.max(this.#last + 1, tick - WINDOW + 1);
    for (let one = first; one <= tick; one++) this.delays.push(now - (this.#sentAt[one % WINDOW] ?? now));
    this.#last = Math.max(this.#last, tick);
  }

  /** The same for a number of which only the low byte came. */
  acknowledgedLowByte(low: number): void {
    this.acknowledged(this.#last + ((low - this.#last) & 0xff));
  }
}
