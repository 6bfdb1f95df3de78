import type { Room } from "@colyseus/sdk";
import type { LobbyContract, LobbyResponse, RoomListing } from "@tagalong/shared/lobby/protocol.ts";
import { type JoinOptions, PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { type Refusal, reasonEntry, refusalOfClose } from "@tagalong/shared/session/reasons.ts";
import { callApi, refusalOf } from "../session/api.ts";
import { settledWithin, speaking } from "../session/Entrance.ts";
import type { Guest } from "../session/guest.ts";
import { pause } from "../session/Retries.ts";
import { isAboutToken, isServerBehind, retryDelayMs } from "../session/retry.ts";
import { createSdk } from "../session/sdk.ts";
import { watchSilence } from "../session/silence.ts";

export type LobbyRoom = Room<LobbyContract, object>;

export type LobbyState =
  | { name: "closed" }
  /** With why it was not open before, if that was tried. */
  | { name: "opening"; attempt: number; refusal: Refusal | undefined }
  | { name: "open"; room: LobbyRoom }
  /** Tries again by itself until closed, except where trying cannot help: then there is no `retryAt`. */
  | { name: "waiting"; attempt: number; refusal: Refusal; retryAt: number | undefined };

interface Visit {
  readonly refusal: Refusal;
  readonly stayedMs: number;
}

const OPEN_TIMEOUT_MS = 10_000;
/** Whoever was in for so long has the first of the waits before them again, and not the next. */
const SETTLED_MS = 5_000;

/**
 * The lobby seen from one client: the live list of rooms, and the room object for the lobby's chat. Keeps
 * itself open until told to close. Needs no DOM.
 */
export class LobbyConnection {
  readonly #endpoint: string;
  readonly #guest: Guest;
  readonly #random: () => number;
  readonly #sdk: ReturnType<typeof createSdk>;
  readonly #listeners = new Set<() => void>();
  readonly #roomListeners = new Set<(room: LobbyRoom) => void>();
  /** That we are known by there, also when it was closed in between. */
  #name: string | undefined;
  #rooms: ReadonlyMap<string, RoomListing> | undefined;
  #state: LobbyState = { name: "closed" };
  /** Aborted by `close`. What wakes late finds it aborted and stops. */
  #task = new AbortController();

  /** @param random 0 to 1: spreads the tries of many clients */
  constructor(endpoint: string, guest: Guest, random: () => number = Math.random) {
    this.#endpoint = endpoint;
    this.#guest = guest;
    this.#random = random;
    this.#sdk = createSdk(endpoint);
  }

  get state(): LobbyState {
    return this.#state;
  }

  /**
   * By room code, which a room keeps when it moves to another server; a new map with every change. `undefined` until the
   * first list is there; while the lobby is being opened again, it is the last one known.
   */
  get rooms(): ReadonlyMap<string, RoomListing> | undefined {
    return this.#rooms;
  }

  /** Hear of every change of the state or the list. Returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Hear of every room object before anything it sends: the moment to register message listeners. */
  onRoom(listener: (room: LobbyRoom) => void): () => void {
    this.#roomListeners.add(listener);
    return () => void this.#roomListeners.delete(listener);
  }

  /** Be in the lobby, under this name if one is known, until `close`. Open already: nothing happens. */
  open(name?: string): void {
    if (this.#state.name === "open" || this.#state.name === "opening") return;
    this.#task.abort();
    this.#task = new AbortController();
    this.#name = name;
    void this.#keepOpen(this.#task.signal);
  }

  /** We are called so there by now: whenever it has to be opened again, it is under this name. */
  renamed(name: string): void {
    this.#name = name;
  }

  close(): void {
    this.#task.abort();
    const state = this.#state;
    if (state.name === "open" && state.room.connection.isOpen) void state.room.leave(true);
    this.#rooms = undefined;
    if (state.name !== "closed") this.#set({ name: "closed" });
  }

  async #keepOpen(signal: AbortSignal): Promise<void> {
    let refusal: Refusal | undefined;
    for (let attempt = 1; ; attempt++) {
      this.#set({ name: "opening", attempt, refusal });
      const visit = await this.#visit(signal);
      refusal = visit.refusal;
      if (signal.aborted) return;
      if (visit.stayedMs > SETTLED_MS) attempt = 1;
      if (isAboutToken(refusal)) this.#guest.forget();
      if (reasonEntry(refusal.reason).retry === "never" && !isServerBehind(refusal)) {
        this.#set({ name: "waiting", attempt, refusal, retryAt: undefined });
        return;
      }
      const waitMs = retryDelayMs(attempt, refusal, this.#random);
      this.#set({ name: "waiting", attempt, refusal, retryAt: Date.now() + waitMs });
      await pause(signal, waitMs);
      if (signal.aborted) return;
    }
  }

  /** Go in and stay. Resolves with why that ended, or why it never began, and for how long it was. */
  async #visit(signal: AbortSignal): Promise<Visit> {
    let room: LobbyRoom;
    try {
      room = await this.#enter(signal);
    } catch (error) {
      return { refusal: refusalOf(error), stayedMs: 0 };
    }
    const begin = performance.now();
    return new Promise((resolve) => {
      room.onLeave((code, text) => {
        resolve({ refusal: refusalOfClose(code, text), stayedMs: performance.now() - begin });
      });
      watchSilence(room, { signal, asks: true });
      this.#listen(signal, room);
      for (const listener of this.#roomListeners) listener(room);
      this.#set({ name: "open", room });
    });
  }

  async #enter(signal: AbortSignal): Promise<LobbyRoom> {
    const patience = { signal, timeoutMs: OPEN_TIMEOUT_MS };
    const room = await settledWithin(patience, async (within) => {
      const token = await this.#guest.token(within);
      this.#sdk.auth.token = token;
      const found = await callApi<LobbyResponse>(this.#endpoint, speaking("/api/lobby"), {
        token,
        signal: within,
      });
      const options: JoinOptions = {
        protocol: PROTOCOL_VERSION,
        ...(this.#name ? { name: this.#name } : {}),
      };
      return this.#sdk.joinById<LobbyContract>(found.roomId, options);
    });
    room.reconnection.enabled = false;
    return room as LobbyRoom;
  }

  #listen(signal: AbortSignal, room: LobbyRoom): void {
    const show = (change: (rooms: Map<string, RoomListing>) => void) => {
      if (signal.aborted) return;
      const rooms = new Map(this.#rooms);
      change(rooms);
      this.#rooms = rooms;
      this.#set(this.#state);
    };
    room.onMessage("lobby:rooms", (listings) => {
      show((rooms) => {
        // Whatever stays keeps its place.
        const listed = new Set(listings.map(({ code }) => code));
        for (const code of rooms.keys()) if (!listed.has(code)) rooms.delete(code);
        for (const listing of listings) rooms.set(listing.code, listing);
      });
    });
    room.onMessage("lobby:listed", (listing) => show((rooms) => rooms.set(listing.code, listing)));
    room.onMessage("lobby:unlisted", ({ roomId }) => {
      show((rooms) => {
        // A room that has moved may be listed at its new home before the old one ends.
        for (const [code, listing] of rooms) if (listing.roomId === roomId) rooms.delete(code);
      });
    });
  }

  #set(state: LobbyState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
