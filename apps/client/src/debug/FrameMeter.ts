/** Counts pictures as they are drawn. */
export class FrameMeter {
  #count = 0;
  #longestMs = 0;
  #last: number | undefined;

  get count(): number {
    return this.#count;
  }

  /** @param now time of a picture (ms) */
  mark(now: number): void {
    if (this.#last !== undefined) this.#longestMs = Math.max(this.#longestMs, now - this.#last);
    this.#last = now;
    this.#count += 1;
  }

  /**
   * The longest wait for a picture since this was last asked, the one under way included (ms).
   *
   * @param now on the same clock (ms)
   */
  takeLongestMs(now: number): number {
    const longest = Math.max(this.#longestMs, this.#last === undefined ? 0 : now - this.#last);
    this.#longestMs = 0;
    return longest;
  }
}
