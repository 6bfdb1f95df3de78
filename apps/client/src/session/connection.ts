import { CloseCode, ColyseusSDK, type Room } from "@colyseus/sdk";
import type { OpenRoomRequest, RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { type JoinOptions, PROTOCOL_VERSION, type Welcome } from "@tagalong/shared/session/protocol.ts";
import { type Refusal, reasonEntry, refusalOfClose } from "@tagalong/shared/session/reasons.ts";
import type { PlazaContract } from "@tagalong/shared/world/protocol.ts";
import { PlazaState } from "@tagalong/shared/world/schema.ts";
import { callApi, RefusedError, refusalOf, type TextStore } from "./api.ts";
import { Guest } from "./guest.ts";
import { againOf, isJoinRequest, type JoinRequest, type JoinTarget, passwordOf } from "./joinRequest.ts";
import { isAboutRoom, isAboutToken, isPassing } from "./retry.ts";
import { type SeatRecord, SeatStore } from "./seatStore.ts";

export type { JoinRequest, JoinTarget } from "./joinRequest.ts";

export type PlazaRoom = Room<PlazaContract, PlazaState>;

/**
 * Where the connection is. Entered once and in this order on the way in; `reconnecting` goes back to
 * `connected` or on to `disconnected`. Each state carries only its own data.
 */
export type ConnectionState =
  | { name: "idle" }
  | { name: "connecting" }
  | { name: "handshake"; room: RoomResponse }
  | { name: "approval"; room: RoomResponse }
  | { name: "connected"; room: PlazaRoom; welcome: Welcome }
  | {
      name: "reconnecting";
      /** From 1. */
      attempt: number;
      maxAttempts: number;
      /** When the next try begins (ms since the epoch), or undefined while one is under way. */
      retryAt: number | undefined;
      /** Why the connection was lost. */
      why: Refusal;
      /** Why the last try failed; at first the same. */
      refusal: Refusal;
      code: string;
    }
  | { name: "disconnected"; refusal: Refusal; again: JoinRequest | undefined };

export interface ConnectionChange {
  from: ConnectionState["name"];
  to: ConnectionState;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface ConnectionOptions {
  /** Base address of the server, without a slash at the end. */
  endpoint: string;
  build: string;
  /** Survives the tab: the guest token. */
  lasting: TextStore;
  /** This tab's own: the seat to resume after a reload. */
  tab: TextStore;
  /** How long a server may take to answer a join (ms). */
  connectTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Rooms with inputs send a frame with every patch, so this long without any is a dead connection. */
const SILENCE_MS = 4_000;
const WATCH_MS = 1_000;
const RETRY_DELAYS_MS = [0, 400, 800, 1500, 2500, 3000] as const;
/** Rooms that quick play tries before it gives up. */
const QUICK_TRIES = 3;
/** Tries that cover the longest hold of a seat and a server's restart. */
const MAX_ATTEMPTS = 16;

/**
 * One player's connection to one room at a time: joining, reconnecting, leaving, and always knowing why.
 *
 * Needs no DOM: the browser, bots and tests use this same class. The SDK's own retry is switched off in
 * favour of one path for a lost network, a reloaded page and a restarted server, with tries that can be
 * seen and cancelled, from the first second of a session on.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #sdk: ColyseusSDK;
  readonly #guest: Guest;
  readonly #seats: SeatStore;
  readonly #timeoutMs: number;
  readonly #changeListeners = new Set<(change: ConnectionChange) => void>();
  readonly #roomListeners = new Set<(room: PlazaRoom) => void>();
  readonly #dialListeners = new Set<() => void>();
  #state: ConnectionState = { name: "idle" };
  /** The seat in use or being brought back. */
  #seat: SeatRecord | undefined;
  /** Aborted by cancel, leave, or whatever is asked next. What wakes late finds it aborted and stops. */
  #task = new AbortController();
  #retryNow: (() => void) | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#sdk = new ColyseusSDK(options.endpoint);
    this.#guest = new Guest(options.endpoint, options.lasting);
    this.#seats = new SeatStore(options.tab);
    this.#timeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get guest(): Guest {
    return this.#guest;
  }

  /** Hear every change of state. Returns the way to stop. */
  onChange(listener: (change: ConnectionChange) => void): () => void {
    this.#changeListeners.add(listener);
    return () => void this.#changeListeners.delete(listener);
  }

  /**
   * Hear of every room object, before anything it sends: the moment to register message listeners. Called
   * again after a reconnect, which brings a new object for the same seat.
   */
  onRoom(listener: (room: PlazaRoom) => void): () => void {
    this.#roomListeners.add(listener);
    return () => void this.#roomListeners.delete(listener);
  }

  /**
   * Hear of every try to reach the server, before it is made. A listener that throws a TypeError, as `fetch` does,
   * makes it fail like a network that is not there. For the network simulator.
   */
  onDial(listener: () => void): () => void {
    this.#dialListeners.add(listener);
    return () => void this.#dialListeners.delete(listener);
  }

  /**
   * Take a seat. Resolves when connected or refused; the refusal is in the state too. While a join or a
   * reconnect is under way, or a seat is held, a second call does nothing and says so by `false`.
   */
  async join(request: JoinRequest): Promise<boolean> {
    if (this.#state.name !== "idle" && this.#state.name !== "disconnected") return false;
    const signal = this.#begin();
    this.#enter({ name: "connecting" });
    try {
      await this.#seatIn(signal, request);
    } catch (error) {
      this.#fail(signal, error, request);
    }
    return true;
  }

  /** Take the seat again that this tab had before a reload. `false` when there is none to take. */
  async resume(): Promise<boolean> {
    if (this.#state.name !== "idle") return false;
    const seat = this.#seats.read();
    if (!seat) return false;
    await this.#reconnect(seat, { reason: "session/connection_lost" });
    return true;
  }

  /** Give up what is under way and go back to the menu. Does nothing while connected: that is `leave`. */
  cancel(): void {
    if (this.#state.name === "idle" || this.#state.name === "connected") return;
    const wasDisconnected = this.#state.name === "disconnected";
    this.#begin();
    this.#forgetSeat();
    this.#enter(
      wasDisconnected
        ? { name: "idle" }
        : { name: "disconnected", refusal: { reason: "session/cancelled" }, again: undefined },
    );
  }

  /** Give the seat up and go back to the menu. */
  async leave(): Promise<void> {
    if (this.#state.name !== "connected") return this.cancel();
    const { room } = this.#state;
    this.#begin();
    this.#forgetSeat();
    this.#enter({ name: "idle" });
    // Leaving a socket that is already closing never resolves; nobody waits for it.
    if (room.connection.isOpen) void room.leave(true);
  }

  /** Join again what the last refusal ended, with a free name or a password if that was asked for. */
  async again(change: { name?: string; password?: string } = {}): Promise<boolean> {
    if (this.#state.name !== "disconnected" || !this.#state.again) return false;
    const { again } = this.#state;
    const target: JoinTarget =
      change.password !== undefined && again.target.kind === "code"
        ? { ...again.target, password: change.password }
        : again.target;
    return this.join({ ...again, target, ...(change.name === undefined ? {} : { name: change.name }) });
  }

  /** Try now instead of waiting for the next attempt: the network came back, or the player asks. */
  retryNow(): void {
    this.#retryNow?.();
  }

  /** Close the socket as a lost network would, for the debug overlay and tests. */
  drop(): void {
    if (this.#state.name === "connected") cut(this.#state.room);
  }

  // --- taking a seat ---

  /** Quick play asks again when the room it was given filled up in between; every other wish is for one room. */
  async #seatIn(signal: AbortSignal, request: JoinRequest): Promise<void> {
    const tries = request.target.kind === "quick" ? QUICK_TRIES : 1;
    for (let left = tries - 1; ; left--) {
      const found = await this.#retryToken(() => this.#findRoom(signal, request.target));
      try {
        return await this.#takeSeat(signal, request, found);
      } catch (error) {
        if (left === 0 || signal.aborted || !isAboutRoom(refusalOf(error))) throw error;
      }
    }
  }

  async #findRoom(signal: AbortSignal, target: JoinTarget): Promise<RoomResponse> {
    const { endpoint } = this.#options;
    this.#dial();
    const within = AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
    const token = await this.#guest.token(within);
    switch (target.kind) {
      case "quick":
        return callApi(endpoint, "/api/quick-play", { body: {}, token, signal: within });
      case "create":
        return callApi(endpoint, "/api/rooms", { body: target.room, token, signal: within });
      case "code": {
        const code = encodeURIComponent(target.code);
        return callApi(endpoint, `/api/rooms/${code}`, { token, signal: within });
      }
    }
  }

  async #takeSeat(
    signal: AbortSignal,
    request: JoinRequest,
    found: RoomResponse,
    ticket?: string,
  ): Promise<void> {
    const { target } = request;
    const password = passwordOf(target);
    const again = againOf(request, found);
    if (found.password && !password && !ticket) {
      throw new RefusedError({ reason: "lobby/password_needed" }, { cause: again });
    }
    if (this.#state.name === "connecting") this.#enter({ name: "handshake", room: found });
    const options: JoinOptions = {
      protocol: PROTOCOL_VERSION,
      name: request.name,
      ...(password ? { password } : {}),
      ...(ticket ? { ticket } : {}),
      ...(request.colour === undefined ? {} : { colour: request.colour }),
      ...(request.hat === undefined ? {} : { hat: request.hat }),
    };
    try {
      this.#dial();
      this.#sdk.auth.token = await this.#guest.token(signal);
      const room = await this.#withTimeout(
        signal,
        this.#sdk.joinById<PlazaContract>(found.roomId, options, PlazaState),
      );
      await this.#approve(signal, room, found, again);
    } catch (error) {
      throw new RefusedError(refusalOf(error), { cause: again });
    }
  }

  /** From an open socket to a seat: greet, hear the welcome, keep what a reload needs. */
  async #approve(
    signal: AbortSignal,
    room: PlazaRoom,
    found: RoomResponse,
    request: JoinRequest,
  ): Promise<void> {
    room.reconnection.enabled = false;
    const closed = new Promise<never>((_, reject) => {
      room.onLeave((code, text) => {
        reject(new RefusedError(refusalOfClose(code, text)));
        this.#onClosed(signal, refusalOfClose(code, text));
      });
    });
    // Once approved nobody waits for this promise any more; its rejection is then handled by #onClosed.
    closed.catch(() => undefined);
    for (const listener of this.#roomListeners) listener(room);
    if (this.#state.name === "handshake") this.#enter({ name: "approval", room: found });
    const hello = { protocol: PROTOCOL_VERSION, build: this.#options.build };
    // A close rejects the request first, without its reason; the reason follows in the same event.
    const greeting = room.request("session:hello", hello).catch((error: unknown) => {
      if (room.connection.isOpen) throw error;
      return closed;
    });
    let welcome: Welcome;
    try {
      welcome = await this.#withTimeout(signal, Promise.race([greeting, closed]));
    } catch (error) {
      // Cancelled or too late: nobody must be left standing in the room.
      leaveUnseen(room);
      throw error;
    }
    room.onMessage("session:ticket", ({ ticket }) => {
      if (this.#seat) this.#seats.write(Object.assign(this.#seat, { ticket }));
    });
    this.#seat = {
      reconnectionToken: room.reconnectionToken,
      code: welcome.room.code,
      ticket: welcome.roomTicket,
      request: { ...request, name: welcome.name },
      seatHoldSeconds: welcome.seatHoldSeconds,
      lastSeenAt: Date.now(),
    };
    this.#seats.write(this.#seat);
    this.#watch(signal, room);
    this.#enter({ name: "connected", room, welcome });
  }

  #dial(): void {
    for (const listener of this.#dialListeners) listener();
  }

  /** A token that the server no longer takes is replaced once, without asking the player. */
  async #retryToken<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (!isAboutToken(refusalOf(error))) throw error;
      this.#guest.forget();
      return attempt();
    }
  }

  /** A room that arrives after we stopped waiting for it is left, so that no seat is taken unseen. */
  async #withTimeout<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
    return new Promise<T>((resolve, reject) => {
      // A signal that is aborted already tells nobody any more.
      if (within.aborted) reject(within.reason);
      within.addEventListener("abort", () => reject(within.reason), { once: true });
      promise.then((value) => {
        if (within.aborted) leaveUnseen(value);
        else resolve(value);
      }, reject);
    });
  }

  // --- losing it and taking it back ---

  #onClosed(signal: AbortSignal, refusal: Refusal): void {
    if (signal.aborted || this.#state.name !== "connected") return;
    const seat = this.#seat;
    if (refusal.reason === "session/left") {
      this.#forgetSeat();
      this.#enter({ name: "idle" });
    } else if (seat && reasonEntry(refusal.reason).retry === "auto") {
      void this.#reconnect(seat, refusal);
    } else {
      this.#forgetSeat();
      this.#enter({ name: "disconnected", refusal, again: seat && againOf(seat.request, seat) });
    }
  }

  async #reconnect(seat: SeatRecord, why: Refusal): Promise<void> {
    const signal = this.#begin();
    this.#seat = seat;
    let refusal = why;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && !signal.aborted; attempt++) {
      const wait = RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length) - 1] ?? 0;
      const state = {
        name: "reconnecting",
        attempt,
        maxAttempts: MAX_ATTEMPTS,
        why,
        code: seat.code,
      } as const;
      this.#enter({ ...state, refusal, retryAt: wait > 0 ? Date.now() + wait : undefined });
      if (wait > 0) {
        await this.#pause(signal, wait);
        if (signal.aborted) return;
        this.#enter({ ...state, refusal, retryAt: undefined });
      }
      try {
        await this.#tryAgain(signal, seat);
        return;
      } catch (error) {
        if (signal.aborted) return;
        refusal = refusalOf(error);
        if (isAboutToken(refusal)) this.#guest.forget();
        else if (!isPassing(refusal)) break;
      }
    }
    if (signal.aborted) return;
    this.#forgetSeat();
    this.#enter({ name: "disconnected", refusal, again: againOf(seat.request, seat) });
  }

  /**
   * One try: the seat itself, or, when the server has lost it (a restart, or a room that ended with it)
   * while it should still be held, a new seat in the room of the same code.
   */
  async #tryAgain(signal: AbortSignal, seat: SeatRecord): Promise<void> {
    const found: RoomResponse = { roomId: "", code: seat.code, title: "", password: false };
    const held = Date.now() - seat.lastSeenAt < (seat.seatHoldSeconds + 5) * 1000;
    try {
      this.#dial();
      this.#sdk.auth.token = await this.#guest.token(signal);
      const room = await this.#withTimeout(
        signal,
        this.#sdk.reconnect<PlazaContract>(seat.reconnectionToken, PlazaState),
      );
      await this.#approve(signal, room, found, seat.request);
    } catch (error) {
      const { reason } = refusalOf(error);
      const lost = reason === "session/seat_expired" || reason === "lobby/room_closed";
      if (!lost || !held || signal.aborted) throw error;
      const body: OpenRoomRequest = { ticket: seat.ticket };
      const token = await this.#guest.token(signal);
      const opened = await callApi<RoomResponse>(this.#options.endpoint, "/api/rooms/open", {
        body,
        token,
        signal,
      });
      await this.#takeSeat(signal, seat.request, opened, seat.ticket);
    }
  }

  #pause(signal: AbortSignal, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done, { once: true });
      this.#retryNow = done;
      function done() {
        clearTimeout(timer);
        resolve();
      }
    });
  }

  /** Notice a connection that died without a word, and remember when it was last alive. */
  #watch(signal: AbortSignal, room: PlazaRoom): void {
    const { events } = room.connection;
    const receive = events.onmessage;
    let lastFrameAt = Date.now();
    events.onmessage = (event: MessageEvent) => {
      lastFrameAt = Date.now();
      receive?.(event);
    };
    const timer = setInterval(() => {
      if (this.#seat) this.#seats.write(Object.assign(this.#seat, { lastSeenAt: lastFrameAt }));
      if (Date.now() - lastFrameAt > SILENCE_MS) cut(room);
    }, WATCH_MS);
    const stop = () => clearInterval(timer);
    room.onLeave(stop);
    signal.addEventListener("abort", stop, { once: true });
  }

  // --- state ---

  #begin(): AbortSignal {
    this.#task.abort(new DOMException("superseded", "AbortError"));
    this.#task = new AbortController();
    this.#retryNow = undefined;
    return this.#task.signal;
  }

  #enter(state: ConnectionState): void {
    const from = this.#state.name;
    this.#state = state;
    for (const listener of this.#changeListeners) listener({ from, to: state, at: Date.now() });
  }

  #fail(signal: AbortSignal, error: unknown, request: JoinRequest): void {
    if (signal.aborted) return;
    const cause = error instanceof Error ? error.cause : undefined;
    const again = isJoinRequest(cause) ? cause : request;
    this.#forgetSeat();
    this.#enter({ name: "disconnected", refusal: refusalOf(error), again });
  }

  #forgetSeat(): void {
    this.#seat = undefined;
    this.#seats.forget();
  }
}

/** End a socket as a lost network would. What is still on its way belongs to a room that is gone. */
function cut(room: PlazaRoom): void {
  room.connection.events.onmessage = () => undefined;
  room.connection.close(CloseCode.MAY_TRY_RECONNECT);
}

function leaveUnseen(value: unknown): void {
  const room = value as Partial<PlazaRoom> | undefined;
  // What it has sent already is for nobody.
  room?.onMessage?.("*", () => undefined);
  if (room?.connection?.isOpen) void room.leave?.(true);
}
