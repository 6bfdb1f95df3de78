import type { Random } from "@tagalong/shared/lib/random.ts";
import { closeCodeOf, encodeRefusal } from "@tagalong/shared/session/reasons.ts";

/** What the simulator adds to the real network. */
export interface NetworkConditions {
  /** Round trip that is added (ms): half of it on the way out, half on the way in. */
  readonly latencyMs: number;
  /** The round trip is up to this much shorter or longer (ms). */
  readonly jitterMs: number;
  /** Nothing passes for so long, again and again; what waited then comes at once (ms). */
  readonly stall?: { readonly everyMs: number; readonly forMs: number };
  /** The connection breaks, once, and none can be made for so long (ms). */
  readonly cut?: NetworkCut;
}

export interface NetworkCut {
  /** Counted from the moment there is a connection to break (ms). */
  readonly afterMs: number;
  readonly forMs: number;
  /** Lost without a word, or closed by a server that says it restarts. */
  readonly as: "lost" | "restart";
}

/** The time as the simulator sees it. Tests bring their own. */
export interface SimulatorClock {
  now(): number;
  /** Run once after so many milliseconds. */
  schedule(run: () => void, ms: number): void;
}

/** An SDK room, down to where its socket is. */
export interface SimulatedRoom {
  readonly connection: { readonly transport: object };
}

/** The part of a `WebSocket` that the simulator stands in. */
export interface SimulatedSocket {
  readonly readyState: number;
  send(data: Uint8Array): void;
  close(code?: number, reason?: string): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
  onclose: ((event: Closing) => unknown) | null;
}

type Closing = Pick<CloseEvent, "code" | "reason">;

/** The part of a `Connection` that the simulator needs. */
export interface SimulatedConnection {
  onRoom(listener: (room: SimulatedRoom) => void): () => void;
  onDial(listener: () => void): () => void;
}

export const CALM: NetworkConditions = { latencyMs: 0, jitterMs: 0 };

/**
 * Makes the network of one connection as slow, uneven and broken as asked. For development, bots and tests;
 * the game itself does not know.
 *
 *     const simulator = new NetworkSimulator();
 *     simulator.install(connection); // once, before it joins
 *     simulator.change(NETWORK_PRESETS.wifi); // at any time: a preset, or just `{ latencyMs, jitterMs }`
 *
 * Ordered like TCP, in both directions: a late frame holds back the ones behind it. It stands in the socket
 * itself, below everything that listens to a room, so that all of them see the same late network. It
 * outlives rooms: a cut goes on while the connection asks for its seat again and again.
 */
export class NetworkSimulator {
  readonly #random: Random;
  readonly #clock: SimulatorClock;
  #conditions: NetworkConditions = CALM;
  /** Stalls are counted from here. */
  #changedAt = 0;
  /** Still to come. */
  #cut: NetworkCut | undefined;
  #cutUntil = Number.NEGATIVE_INFINITY;
  #link: Link | undefined;

  constructor({
    random = Math.random,
    clock = systemClock,
  }: { random?: Random; clock?: SimulatorClock } = {}) {
    this.#random = random;
    this.#clock = clock;
  }

  get conditions(): NetworkConditions {
    return this.#conditions;
  }

  /** Nothing can be reached right now. */
  get isCut(): boolean {
    return this.#clock.now() < this.#cutUntil;
  }

  /** Stand in everything that this connection does from now on. */
  install(connection: SimulatedConnection): void {
    connection.onRoom((room) => this.attach(room));
    connection.onDial(() => this.dial());
  }

  /**
   * From the next frame on. What is on its way arrives when it would have, and nothing overtakes it. A cut is
   * armed anew, and one under way ends.
   */
  change(conditions: NetworkConditions): void {
    // A copy: the same preset chosen twice is two choices.
    this.#conditions = { ...conditions };
    this.#changedAt = this.#clock.now();
    this.#cut = conditions.cut;
    this.#cutUntil = Number.NEGATIVE_INFINITY;
    this.#armCut();
  }

  /** Stand in the socket of a room that is open. */
  attach(room: SimulatedRoom): void {
    this.#link = new Link(socketOf(room), this.#clock, () => this.#arrival());
    // Its seat was taken in the last moment before the cut.
    if (this.isCut) this.#link.break(LOST);
    else this.#armCut();
  }

  /** A new connection is about to be made: throws what `fetch` throws where there is no network. */
  dial(): void {
    if (this.isCut) throw new TypeError("the simulated network is cut");
  }

  #armCut(): void {
    const cut = this.#cut;
    const conditions = this.#conditions;
    if (!cut || !this.#link) return;
    this.#cut = undefined;
    this.#clock.schedule(() => {
      // Others were chosen meanwhile.
      if (this.#conditions !== conditions) return;
      this.#cutUntil = this.#clock.now() + cut.forMs;
      this.#link?.break(cut.as === "restart" ? RESTARTING : LOST);
    }, cut.afterMs);
  }

  /** When a frame that is sent now would arrive, were it alone. */
  #arrival(): number {
    const { latencyMs, jitterMs, stall } = this.#conditions;
    const spread = (this.#random() * 2 - 1) * jitterMs;
    const at = this.#clock.now() + Math.max(0, (latencyMs + spread) / 2);
    if (!stall) return at;
    const since = at - this.#changedAt;
    const into = since % stall.everyMs;
    return since >= stall.everyMs && into < stall.forMs ? at - into + stall.forMs : at;
  }
}

/** What a client is told when a network is lost (RFC 6455, section 7.4.1), and by our server when it restarts. */
const LOST: Closing = { code: 1006, reason: "" };
const RESTARTING: Closing = {
  code: closeCodeOf("session/server_restarting"),
  reason: encodeRefusal({ reason: "session/server_restarting" }),
};
/** In the close frame of a page: the server holds the seat. */
const MAY_TRY_RECONNECT = 4010;
/** `WebSocket.OPEN`. */
const OPEN = 1;

/** One socket with the simulated network in it. */
class Link {
  readonly #socket: SimulatedSocket;
  readonly #out: DelayLine;
  readonly #back: DelayLine;
  readonly #close: (closing: Closing) => void;
  #isClosed = false;

  constructor(socket: SimulatedSocket, clock: SimulatorClock, arrival: () => number) {
    this.#socket = socket;
    this.#out = new DelayLine(clock, arrival);
    this.#back = new DelayLine(clock, arrival);
    const send = socket.send.bind(socket);
    socket.send = (data) => {
      // The SDK writes its next frame into the same buffer: what waits here must be a copy.
      const copy = data.slice();
      this.#out.pass(() => {
        // The socket may have closed while the frame was on its way: it is lost, as on a real network.
        if (socket.readyState === OPEN) send(copy);
      });
    };
    const receive = socket.onmessage;
    const close = socket.onclose;
    this.#close = (closing) => {
      this.#isClosed = true;
      close?.call(socket, closing);
    };
    socket.onmessage = (event) => this.#back.pass(() => receive?.call(socket, event));
    // The end of a connection comes after the last frame that was sent before it.
    socket.onclose = (event) => this.#back.pass(() => this.#close(event));
  }

  /** End it now: what is on its way, in both directions, is lost. */
  break(closing: Closing): void {
    const socket = this.#socket;
    this.#out.clear();
    this.#back.clear();
    // Nobody listens any more: the client has closed it itself.
    if (this.#isClosed || socket.onclose === null) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(MAY_TRY_RECONNECT);
    this.#close(closing);
  }
}

/** Passes things on at their time, never out of order. */
class DelayLine {
  readonly #clock: SimulatorClock;
  readonly #arrival: () => number;
  readonly #queue: { dueAt: number; deliver: () => void }[] = [];
  #lastDueAt = 0;
  #isArmed = false;

  constructor(clock: SimulatorClock, arrival: () => number) {
    this.#clock = clock;
    this.#arrival = arrival;
  }

  pass(deliver: () => void): void {
    const dueAt = Math.max(this.#arrival(), this.#lastDueAt);
    // Asked after it, or what is due at once would be later than now by as long as it took to say so.
    if (dueAt <= this.#clock.now() && this.#queue.length === 0) {
      deliver();
      return;
    }
    this.#lastDueAt = dueAt;
    this.#queue.push({ dueAt, deliver });
    this.#arm();
  }

  clear(): void {
    this.#queue.length = 0;
  }

  /** One timer at a time, for the first in the queue: it is the queue that keeps the order, not the timers. */
  #arm(): void {
    const [first] = this.#queue;
    if (!first || this.#isArmed) return;
    this.#isArmed = true;
    this.#clock.schedule(() => this.#flush(), Math.max(0, first.dueAt - this.#clock.now()));
  }

  #flush(): void {
    this.#isArmed = false;
    const now = this.#clock.now();
    for (let first = this.#queue[0]; first && first.dueAt <= now; first = this.#queue[0]) {
      this.#queue.shift();
      first.deliver();
    }
    // Not all of it is due; and a timer may have fired a little early.
    this.#arm();
  }
}

function socketOf({ connection: { transport } }: SimulatedRoom): SimulatedSocket {
  if (!("ws" in transport)) throw new Error("the simulator stands in WebSockets only");
  return transport.ws as SimulatedSocket;
}

const systemClock: SimulatorClock = {
  now: () => performance.now(),
  // Rounded up: timers count whole milliseconds.
  schedule: (run, ms) => void setTimeout(run, Math.ceil(ms)),
};
