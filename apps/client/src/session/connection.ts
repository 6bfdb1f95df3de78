import type { RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { type JoinOptions, PROTOCOL_VERSION, type Welcome } from "@tagalong/shared/session/protocol.ts";
import { type Refusal, reasonEntry, refusalOfClose } from "@tagalong/shared/session/reasons.ts";
import { RefusedError, refusalOf, type TextStore } from "./api.ts";
import { Entrance, leaveUnseen, type Patience, type PlazaRoom, settledWithin } from "./Entrance.ts";
import { Guest } from "./guest.ts";
import { againOf, isJoinRequest, type JoinRequest, type JoinTarget, passwordOf } from "./joinRequest.ts";
import { type Progress, Retries } from "./Retries.ts";
import {
  isAboutRoom,
  isAboutToken,
  isMaybeOurs,
  isMissed,
  isPassing,
  isRoomGone,
  isSeatGone,
  isServerBehind,
  isSoonOver,
} from "./retry.ts";
import { type SeatRecord, SeatStore } from "./seatStore.ts";
import { cut, watchSilence } from "./silence.ts";

export type { PlazaRoom } from "./Entrance.ts";
export type { JoinRequest, JoinTarget } from "./joinRequest.ts";

/**
 * Where the connection is. Entered once and in this order on the way in, unless the server asks to come again a little
 * later: then `waiting`, and back to `connecting`. `reconnecting` goes back to `connected` or on to `disconnected`. Each
 * state carries only its own data.
 */
export type ConnectionState =
  | { name: "idle" }
  | { name: "connecting" }
  | ({ name: "waiting" } & Progress)
  | { name: "handshake"; room: RoomResponse }
  | { name: "approval"; room: RoomResponse }
  | { name: "connected"; room: PlazaRoom; welcome: Welcome }
  /** With why the connection was lost. */
  | ({ name: "reconnecting"; why: Refusal; code: string } & Progress)
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
  /** 0 to 1: spreads the tries of many clients. */
  random?: () => number;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** The first try to come back, into what may be dead, gives up so early; each further one may take as much longer. */
const RECONNECT_TIMEOUT_MS = 4_000;
/** Rooms that are tried before that is given up. */
const FIND_TRIES = 3;

/**
 * One player's connection to one room at a time: joining, reconnecting, leaving, and always knowing why.
 *
 * Needs no DOM: the browser, bots and tests use this same class. The SDK's own retry is switched off in
 * favour of one path for a lost network, a reloaded page and a restarted server, with tries that can be
 * seen and cancelled, from the first second of a session on.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #guest: Guest;
  readonly #entrance: Entrance;
  readonly #seats: SeatStore;
  readonly #retries: Retries;
  readonly #timeoutMs: number;
  readonly #changeListeners = new Set<(change: ConnectionChange) => void>();
  readonly #roomListeners = new Set<(room: PlazaRoom) => void>();
  readonly #dialListeners = new Set<() => void>();
  #state: ConnectionState = { name: "idle" };
  /** The seat in use or being brought back. */
  #seat: SeatRecord | undefined;
  /** One that could not be brought back: its room still opens by the ticket. */
  #lost: SeatRecord | undefined;
  /** Aborted by cancel, leave, or whatever is asked next. What wakes late finds it aborted and stops. */
  #task = new AbortController();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { endpoint } = options;
    this.#guest = new Guest(endpoint, options.lasting);
    this.#entrance = new Entrance({ endpoint, guest: this.#guest, onDial: () => this.#dial() });
    this.#seats = new SeatStore(options.tab);
    this.#retries = new Retries(options.random ?? Math.random);
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
    try {
      await this.#seatInSoon(signal, request);
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
    await this.#reconnect(seat, { reason: seat.endedBy ?? "session/connection_lost" }, { isAlone: true });
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

  /** Give the seat up and go back to the menu, also while the connection is away: a room that moves is still left. */
  async leave(): Promise<void> {
    const state = this.#state;
    if (state.name !== "connected" && state.name !== "reconnecting") return this.cancel();
    this.#begin();
    this.#forgetSeat();
    this.#enter({ name: "idle" });
    // Leaving a socket that is already closing never resolves; nobody waits for it.
    if (state.name === "connected" && state.room.connection.isOpen) void state.room.leave(true);
  }

  /** Join again what the last refusal ended, with a free name or a password if that was asked for. */
  async again(change: { name?: string; password?: string } = {}): Promise<boolean> {
    if (this.#state.name !== "disconnected" || !this.#state.again) return false;
    const { again } = this.#state;
    const lost = this.#lost;
    if (lost) {
      const { refusal } = this.#state;
      const request = { ...lost.request, name: change.name ?? lost.request.name };
      await this.#reconnect({ ...lost, request, endedBy: refusal.reason }, refusal, { isAlone: true });
      return true;
    }
    const target: JoinTarget =
      change.password !== undefined && again.target.kind === "code"
        ? { ...again.target, password: change.password }
        : again.target;
    return this.join({ ...again, target, ...(change.name === undefined ? {} : { name: change.name }) });
  }

  /** We are called so in our room by now: whatever brings the seat back asks for this name. */
  renamed(name: string): void {
    if (!this.#seat) return;
    this.#seat.request = { ...this.#seat.request, name };
    this.#seats.write(this.#seat);
  }

  /** Try now instead of waiting for the next attempt: the network came back, or the player asks. */
  retryNow(): void {
    this.#retries.now();
  }

  /** Close the socket as a lost network would, for the debug overlay and tests. */
  drop(): void {
    if (this.#state.name === "connected") cut(this.#state.room);
  }

  // --- taking a seat ---

  /** A server that cannot take anybody in for a moment is asked again until it can. */
  async #seatInSoon(signal: AbortSignal, request: JoinRequest): Promise<void> {
    let wish = request;
    const attempt = async () => {
      this.#enter({ name: "connecting" });
      try {
        await this.#seatIn({ signal, timeoutMs: this.#timeoutMs }, wish);
      } catch (error) {
        // A room that was opened already is waited for, and not opened once more.
        if (wish.target.kind === "create") wish = wishOf(error) ?? wish;
        throw error;
      }
    };
    try {
      await attempt();
    } catch (error) {
      const why = refusalOf(error);
      if (signal.aborted || !isSoonOver(why)) throw error;
      await this.#retries.run(signal, {
        why,
        from: 2,
        onProgress: (progress) => {
          if (progress.retryAt !== undefined) this.#enter({ name: "waiting", ...progress });
        },
        attempt,
        mayHelp: isSoonOver,
      });
    }
  }

  /**
   * Ask again where the room is when it moved on just after we were told. Quick play does so too when it filled up in
   * between; every other wish is for one room.
   */
  async #seatIn(patience: Patience, request: JoinRequest): Promise<void> {
    const isLost = request.target.kind === "quick" ? isAboutRoom : isRoomGone;
    for (let left = FIND_TRIES - 1; ; left--) {
      const found = await this.#retryToken(() => this.#entrance.find(request.target, patience));
      try {
        return await this.#takeSeat(patience, request, found);
      } catch (error) {
        if (left === 0 || patience.signal.aborted || !isLost(refusalOf(error))) throw error;
      }
    }
  }

  async #takeSeat(
    patience: Patience,
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
      const room = await this.#entrance.join(found.roomId, options, patience);
      await this.#approve(patience, room, found, again);
    } catch (error) {
      throw new RefusedError(refusalOf(error), { cause: again });
    }
  }

  /** From an open socket to a seat: greet, hear the welcome, keep what a reload needs. */
  async #approve(
    patience: Patience,
    room: PlazaRoom,
    found: RoomResponse,
    request: JoinRequest,
  ): Promise<void> {
    const { signal } = patience;
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
      welcome = await settledWithin(patience, () => Promise.race([greeting, closed]));
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
      this.#end(refusal, seat);
    }
  }

  async #reconnect(seat: SeatRecord, why: Refusal, { isAlone = false } = {}): Promise<void> {
    const signal = this.#begin();
    this.#seat = seat;
    try {
      await this.#retries.run(signal, {
        why,
        isAlone,
        onProgress: (progress) => this.#enter({ name: "reconnecting", why, code: seat.code, ...progress }),
        attempt: async (attempt) => {
          const isGone = seat.endedBy !== undefined || isSeatGone(why);
          // Nothing dead is asked then, and a proxy may hold the question until there is a server again.
          const patience = attempt + Number(isGone);
          const timeoutMs = Math.min(patience * RECONNECT_TIMEOUT_MS, this.#timeoutMs);
          await this.#retake({ signal, timeoutMs }, seat, isGone);
        },
        mayHelp: (refusal, attempt) => {
          if (isAboutToken(refusal)) this.#guest.forget();
          // It is given up there. Once the room is in a process that fits this page, it is opened by its ticket.
          if (isServerBehind(refusal)) seat.endedBy = refusal.reason;
          return isAboutToken(refusal) || isPassing(refusal) || isMaybeOurs(refusal, attempt);
        },
      });
    } catch (error) {
      if (!signal.aborted) this.#end(refusalOf(error), seat);
    }
  }

  /**
   * One try: the seat itself, or, when the server has lost it (a restart, or a room that ended with it)
   * while it should still be held, a new seat in the room of the same code.
   */
  async #retake(patience: Patience, seat: SeatRecord, isGone: boolean): Promise<void> {
    if (!isGone) {
      const found: RoomResponse = { roomId: "", code: seat.code, title: "", password: false };
      const isHeld = Date.now() - seat.lastSeenAt < (seat.seatHoldSeconds + 5) * 1000;
      try {
        const room = await this.#entrance.rejoin(seat.reconnectionToken, patience);
        return await this.#approve(patience, room, found, seat.request);
      } catch (error) {
        const { reason } = refusalOf(error);
        const isLost = reason === "session/seat_expired" || reason === "lobby/room_closed";
        if (!isLost || !isHeld || patience.signal.aborted) throw error;
      }
    }
    const opened = await this.#entrance.reopen(seat.ticket, patience);
    try {
      await this.#takeSeat(patience, seat.request, opened, seat.ticket);
    } catch (error) {
      // It was there a moment ago: its server went just then, and the next try opens it on another.
      if (!isRoomGone(refusalOf(error))) throw error;
      throw new RefusedError({ reason: "lobby/room_moved" }, { cause: error });
    }
  }

  /** Notice a connection that died without a word, and remember when it was last alive. */
  #watch(signal: AbortSignal, room: PlazaRoom): void {
    watchSilence(room, {
      signal,
      onWatch: (lastSeenAt) => {
        if (this.#seat) this.#seats.write(Object.assign(this.#seat, { lastSeenAt }));
      },
    });
  }

  // --- state ---

  #begin(): AbortSignal {
    this.#lost = undefined;
    this.#task.abort(new DOMException("superseded", "AbortError"));
    this.#task = new AbortController();
    return this.#task.signal;
  }

  #enter(state: ConnectionState): void {
    const from = this.#state.name;
    this.#state = state;
    for (const listener of this.#changeListeners) listener({ from, to: state, at: Date.now() });
  }

  #fail(signal: AbortSignal, error: unknown, request: JoinRequest): void {
    if (signal.aborted) return;
    const again = wishOf(error) ?? request;
    this.#forgetSeat();
    this.#enter({ name: "disconnected", refusal: refusalOf(error), again });
  }

  /**
   * A session is over. What a reload may mend keeps its seat for when the page was loaded anew: the page is too old for its
   * server, or all tries to reach one that fits were in vain.
   */
  #end(refusal: Refusal, seat: SeatRecord | undefined): void {
    this.#forgetSeat();
    const { reason } = refusal;
    if (seat && (reason === "session/version_mismatch" || isPassing(refusal))) {
      this.#seats.write({ ...seat, endedBy: reason });
    }
    if (seat && isMissed(refusal)) this.#lost = seat;
    this.#enter({ name: "disconnected", refusal, again: seat && againOf(seat.request, seat) });
  }

  #forgetSeat(): void {
    this.#seat = undefined;
    this.#seats.forget();
  }
}

/** What is wished for after this failure: the room that was found, if one was. */
function wishOf(error: unknown): JoinRequest | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return isJoinRequest(cause) ? cause : undefined;
}
