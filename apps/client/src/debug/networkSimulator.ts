import type { Random } from "@tagalong/shared/lib/random.ts";

export interface NetworkConditions {
  /** Round trip that is added (ms): half of it on the way out, half on the way in. */
  latencyMs: number;
  /** The round trip is up to this much shorter or longer (ms). */
  jitterMs: number;
}

/** The time as the simulator sees it. Tests bring their own. */
export interface SimulatorClock {
  now(): number;
  /** Run once after so many milliseconds. */
  schedule(run: () => void, ms: number): void;
}

/** The part of an SDK room that the simulator stands in. */
export interface SimulatedRoom {
  readonly connection: {
    send(data: Uint8Array): void;
    readonly isOpen: boolean;
    readonly events: {
      onmessage?: ((event: MessageEvent) => unknown) | null;
      onclose?: ((event: CloseEvent) => unknown) | null;
    };
  };
}

export interface NetworkSimulator {
  /** From the next frame on. What is on its way keeps its place in the order. */
  change(conditions: NetworkConditions): void;
  /** Deliver what is on its way at its time, and pass everything after it on at once. */
  stop(): void;
}

const CALM: NetworkConditions = { latencyMs: 0, jitterMs: 0 };

/**
 * Make a room's connection as slow and uneven as asked, in both directions, in order like TCP: a late frame
 * holds back the ones behind it. For development and tests; the game itself does not know.
 *
 * Install it before anyone listens to the room (the connection's `onRoom`), so that everyone sees the same
 * late network.
 */
export function simulateNetwork(
  room: SimulatedRoom,
  {
    random = Math.random,
    clock = systemClock,
    ...conditions
  }: NetworkConditions & { random?: Random; clock?: SimulatorClock },
): NetworkSimulator {
  const { connection } = room;
  const { events } = connection;
  let current: NetworkConditions = conditions;
  const oneWay = () => {
    const spread = (random() * 2 - 1) * current.jitterMs;
    return Math.max(0, (current.latencyMs + spread) / 2);
  };
  const out = new DelayLine(clock, oneWay);
  const back = new DelayLine(clock, oneWay);

  const send = connection.send.bind(connection);
  connection.send = (data) => {
    // The SDK writes its next frame into the same buffer: what waits here must be a copy.
    const copy = data.slice();
    out.pass(() => {
      // The socket may have closed while the frame was on its way: it is lost, as on a real network.
      if (connection.isOpen) send(copy);
    });
  };
  const receive = events.onmessage;
  events.onmessage = (event) => back.pass(() => receive?.(event));
  // The end of a connection comes after the last frame that was sent before it.
  const close = events.onclose;
  events.onclose = (event) => back.pass(() => close?.(event));

  return {
    change(next) {
      current = next;
    },
    stop() {
      current = CALM;
    },
  };
}

/** Passes things on after a delay, never out of order. */
class DelayLine {
  readonly #clock: SimulatorClock;
  readonly #delay: () => number;
  readonly #queue: { dueAt: number; deliver: () => void }[] = [];
  #lastDueAt = 0;

  constructor(clock: SimulatorClock, delay: () => number) {
    this.#clock = clock;
    this.#delay = delay;
  }

  pass(deliver: () => void): void {
    const now = this.#clock.now();
    const dueAt = Math.max(now + this.#delay(), this.#lastDueAt);
    if (dueAt <= now && this.#queue.length === 0) {
      deliver();
      return;
    }
    this.#lastDueAt = dueAt;
    this.#queue.push({ dueAt, deliver });
    this.#clock.schedule(() => this.#flush(), dueAt - now);
  }

  /** Timers may fire a little early or out of order: the queue decides, not the timer. */
  #flush(): void {
    const now = this.#clock.now();
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      if (first.dueAt > now) {
        this.#clock.schedule(() => this.#flush(), first.dueAt - now);
        return;
      }
      this.#queue.shift();
      first.deliver();
    }
  }
}

const systemClock: SimulatorClock = {
  now: () => performance.now(),
  schedule: (run, ms) => void setTimeout(run, ms),
};
