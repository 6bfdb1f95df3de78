const CHECK_MS = 5;

/**
 * Watches this process's event loop: how long it was held up by work of its own, and how long by a machine that had others
 * to run. The two are told apart by the processor time that the thread had meanwhile.
 */
export class Stalls {
  readonly #timer: NodeJS.Timeout;
  #ownMs = 0;
  #starvedMs = 0;
  #at = 0;
  #used = process.threadCpuUsage();

  constructor() {
    this.skip();
    this.#timer = setInterval(() => {
      const lateMs = performance.now() - this.#at - CHECK_MS;
      const { user, system } = process.threadCpuUsage(this.#used);
      const ownMs = (user + system) / 1_000;
      this.#ownMs = Math.max(this.#ownMs, ownMs);
      this.#starvedMs = Math.max(this.#starvedMs, lateMs - ownMs);
      this.skip();
    }, CHECK_MS);
    this.#timer.unref();
  }

  /** The longest of each since this was last asked (ms). */
  read(): { ownMs: number; starvedMs: number } {
    const read = { ownMs: Math.round(this.#ownMs), starvedMs: Math.round(this.#starvedMs) };
    this.#ownMs = 0;
    this.#starvedMs = 0;
    return read;
  }

  /** What was done since the last turn of the loop does not count. */
  skip(): void {
    this.#at = performance.now();
    this.#used = process.threadCpuUsage();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
