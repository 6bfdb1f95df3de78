import { jest } from "@jest/globals";

/** Every run begins at the same moment: whatever is made from the date is the same in each. */
const EPOCH_MS = Date.UTC(2026, 0, 1);
/** What real work comes back by: left alone. Timers and clocks are faked. */
const REAL = ["nextTick", "setImmediate", "clearImmediate", "queueMicrotask", "hrtime"] as const;

/** Real work under way that virtual time must wait for: HTTP is all there is of it. */
let requests = 0;
const fetchOutside = globalThis.fetch;
globalThis.fetch = async (...request) => {
  requests += 1;
  try {
    const response = await fetchOutside(...request);
    // Whole: a body that is still on its way would arrive at any moment.
    const body = await response.arrayBuffer();
    return new Response(body.byteLength > 0 ? body : null, response);
  } finally {
    requests -= 1;
  }
};

/**
 * Time that passes only while a test waits for it, for server and clients in one process: hours of it, if need be,
 * without a sleep, and the same every time. Jest's timers are the clock; between two of its moments everything that
 * follows from the first one is done, promises and HTTP included.
 *
 * One at a time; whatever was started in it ends with it.
 */
export class VirtualTime {
  constructor() {
    jest.useFakeTimers({ now: EPOCH_MS, doNotFake: [...REAL] });
  }

  /** Milliseconds since it began. */
  get now(): number {
    return performance.now();
  }

  /** Let so much time pass. */
  async pass(ms: number): Promise<void> {
    await this.until(new Promise<void>((resolve) => setTimeout(resolve, ms)), ms);
  }

  /** Let time pass until a promise is settled; without waiting for anything it takes none. */
  async until<T>(promise: Promise<T>, limitMs = 30_000): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    const end = this.now + limitMs;
    for (;;) {
      await finishWork();
      if (isSettled) return promise;
      if (this.now > end) throw new Error(`not within ${limitMs} ms of virtual time`);
      jest.advanceTimersToNextTimer();
    }
  }

  end(): void {
    jest.useRealTimers();
  }
}

/** One turn of the event loop runs all promises; more of them while an answer is on its way. */
async function finishWork(): Promise<void> {
  do await new Promise<void>((resolve) => setImmediate(resolve));
  while (requests > 0);
}
