import { ColyseusSDK, type Room } from "@colyseus/sdk";
import type { LobbyContract, LobbyResponse, RoomListing } from "@tagalong/shared/lobby/protocol.ts";
import { type JoinOptions, PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { type Refusal, reasonEntry, refusalOfClose } from "@tagalong/shared/session/reasons.ts";
import { callApi, refusalOf } from "../session/api.ts";
import type { Guest } from "../session/guest.ts";

export type LobbyRoom = Room<LobbyContract, object>;

export type LobbyState =
  | { name: "closed" }
  | { name: "opening" }
  | { name: "open"; room: LobbyRoom }
  /** Tries again by itself until closed, except where trying cannot help. */
  | { name: "waiting"; refusal: Refusal; retryAt: number | undefined };

const RETRY_MS = 2_000;

/**
 * The lobby seen from one client: the live list of rooms, and the room object for the lobby's chat. Keeps
 * itself open until told to close. Needs no DOM.
 */
export class LobbyConnection {
  readonly #endpoint: string;
  readonly #guest: Guest;
  readonly #sdk: ColyseusSDK;
  readonly #listeners = new Set<() => void>();
  readonly #roomListeners = new Set<(room: LobbyRoom) => void>();
  #rooms: ReadonlyMap<string, RoomListing> = new Map();
  #state: LobbyState = { name: "closed" };
  #generation = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(endpoint: string, guest: Guest) {
    this.#endpoint = endpoint;
    this.#guest = guest;
    this.#sdk = new ColyseusSDK(endpoint);
  }

  get state(): LobbyState {
    return this.#state;
  }

  /** By room id. A new map with every change. */
  get rooms(): ReadonlyMap<string, RoomListing> {
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
    clearTimeout(this.#retry);
    void this.#open(++this.#generation, name);
  }

  close(): void {
    this.#generation++;
    clearTimeout(this.#retry);
    const { name } = this.#state;
    if (this.#state.name === "open" && this.#state.room.connection.isOpen) {
      void this.#state.room.leave(true);
    }
    if (name !== "closed") this.#set({ name: "closed" }, new Map());
  }

  async #open(generation: number, name: string | undefined): Promise<void> {
    this.#set({ name: "opening" });
    try {
      const token = await this.#guest.token();
      this.#sdk.auth.token = token;
      const { roomId } = await callApi<LobbyResponse>(this.#endpoint, "/api/lobby", { token });
      const options: JoinOptions = { protocol: PROTOCOL_VERSION, ...(name ? { name } : {}) };
      const room = await this.#sdk.joinById<LobbyContract>(roomId, options);
      if (generation !== this.#generation) {
        // Closed while it was opening. What the lobby has sent already is for nobody.
        room.onMessage("*", () => undefined);
        void room.leave(true);
        return;
      }
      room.reconnection.enabled = false;
      this.#listen(generation, room as LobbyRoom, name);
      for (const listener of this.#roomListeners) listener(room as LobbyRoom);
      this.#set({ name: "open", room: room as LobbyRoom });
    } catch (error) {
      this.#wait(generation, refusalOf(error), name);
    }
  }

  #listen(generation: number, room: LobbyRoom, name: string | undefined): void {
    room.onMessage("lobby:rooms", (rooms) => {
      this.#set(this.#state, new Map(rooms.map((listing) => [listing.roomId, listing])));
    });
    room.onMessage("lobby:listed", (listing) => {
      this.#set(this.#state, new Map(this.#rooms).set(listing.roomId, listing));
    });
    room.onMessage("lobby:unlisted", ({ roomId }) => {
      const rooms = new Map(this.#rooms);
      if (rooms.delete(roomId)) this.#set(this.#state, rooms);
    });
    room.onLeave((code, text) => this.#wait(generation, refusalOfClose(code, text), name));
  }

  #wait(generation: number, refusal: Refusal, name: string | undefined): void {
    if (generation !== this.#generation) return;
    if (refusal.reason === "session/token_invalid" || refusal.reason === "session/token_expired") {
      this.#guest.forget();
    }
    const hopeless = reasonEntry(refusal.reason).retry === "never";
    this.#set({ name: "waiting", refusal, retryAt: hopeless ? undefined : Date.now() + RETRY_MS }, new Map());
    if (hopeless) return;
    this.#retry = setTimeout(() => void this.#open(generation, name), RETRY_MS);
  }

  #set(state: LobbyState, rooms: ReadonlyMap<string, RoomListing> = this.#rooms): void {
    this.#state = state;
    this.#rooms = rooms;
    for (const listener of this.#listeners) listener();
  }
}
