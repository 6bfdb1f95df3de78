import { batch, type Signal, signal } from "@preact/signals";
import type { RoomListing } from "@tagalong/shared/lobby/protocol.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { ChatClient } from "../chat/ChatClient.ts";
import { ChatSettings } from "../chat/ChatSettings.ts";
import { lobbyWire, plazaWire } from "../chat/chatWire.ts";
import { filterWords } from "../chat/wordFilter.ts";
import { ClientLog } from "../debug/ClientLog.ts";
import { LobbyConnection, type LobbyRoom, type LobbyState } from "../lobby/lobbyConnection.ts";
import { refusalOf, type TextStore } from "../session/api.ts";
import {
  Connection,
  type ConnectionChange,
  type ConnectionState,
  type JoinTarget,
  type PlazaRoom,
} from "../session/connection.ts";
import { connectionText } from "../session/connectionText.ts";
import { MoveNotice } from "../session/MoveNotice.ts";
import { Profile } from "../session/Profile.ts";
import type { Progress } from "../session/Retries.ts";
import type { JoinOrigin } from "../session/refusalPlace.ts";
import { isSeatGone } from "../session/retry.ts";
import type { GameHandle } from "../world/game.ts";
import { WorldNet } from "../world/net.ts";
import { awaitPlayers, type Roster, watchRoster } from "../world/ui/roster.ts";

export interface GameClientOptions {
  /** Base address of the server, without a slash at the end. */
  endpoint: string;
  build: string;
  /** Survives the tab: guest, name, look, mutes. */
  lasting: TextStore;
  /** This tab's own: the seat to resume after a reload. */
  tab: TextStore;
}

/** The room we have a seat in, as far as it does not change while we are there. */
export interface RoomInfo {
  id: string;
  code: string;
  /** As we typed it: so that our link lets friends in. */
  password: string | undefined;
}

export interface Notice {
  id: number;
  refusal: Refusal;
}

const NOTICE_MS = 8_000;

/**
 * The whole client behind the interface: connection, lobby, chats, world, and what the views read of them as
 * signals. Views call its methods and nothing else changes it.
 */
export class GameClient {
  readonly connection: Connection;
  readonly lobby: LobbyConnection;
  readonly profile: Profile;
  readonly chatSettings: ChatSettings;
  readonly roomChat: ChatClient;
  readonly lobbyChat: ChatClient;
  readonly log = new ClientLog();

  readonly state: Signal<ConnectionState>;
  readonly lobbyState: Signal<LobbyState>;
  /** Newest last; `undefined` until the first list is there. */
  readonly rooms: Signal<readonly RoomListing[] | undefined> = signal(undefined);
  readonly room: Signal<RoomInfo | undefined> = signal(undefined);
  readonly roster: Signal<Roster | undefined> = signal(undefined);
  /** From where the join under way, or the last one that failed, was asked. */
  readonly origin: Signal<JoinOrigin | undefined> = signal(undefined);
  /** How often a session or the wish for one has ended: tells a refusal from the same one once more. */
  readonly endings: Signal<number> = signal(0);
  /** The server could not take us in yet, as of the last try: kept while the next one is under way. */
  readonly wait: Signal<Progress | undefined> = signal(undefined);
  readonly notices: Signal<readonly Notice[]> = signal([]);
  readonly moveNotice = new MoveNotice();
  readonly game: Signal<GameHandle | undefined> = signal(undefined);
  /** The world could not be loaded: the page stays usable, but there is nothing to walk in. */
  readonly isGameBroken: Signal<boolean> = signal(false);

  #password: string | undefined;
  /** The world of the newest room object; ours once we are connected to it. */
  #newNet: WorldNet | undefined;
  #net: WorldNet | undefined;
  #lastNoticeId = 0;

  constructor({ lasting, tab, ...options }: GameClientOptions) {
    this.connection = new Connection({ ...options, lasting, tab });
    this.lobby = new LobbyConnection(options.endpoint, this.connection.guest);
    this.profile = new Profile(lasting);
    this.chatSettings = new ChatSettings(lasting);
    this.state = signal(this.connection.state);
    this.lobbyState = signal(this.lobby.state);
    this.roomChat = new ChatClient({
      settings: this.chatSettings,
      isOpen: true,
      people: () => this.roster.value?.players ?? [],
      onSaid: (line) => {
        const text = this.chatSettings.isFiltering.value ? filterWords(line.text) : line.text;
        this.log.add(`heard ${line.from.sessionId}: ${text}`);
        this.game.value?.say(line.from.sessionId, line.kind === "me" ? `*${text}*` : text);
      },
      onRenamed: (name) => {
        this.profile.setName(name);
        this.connection.renamed(name);
      },
    });
    this.lobbyChat = new ChatClient({
      settings: this.chatSettings,
      isOpen: true,
      people: () => undefined,
      onRenamed: (name) => {
        this.profile.setName(name);
        this.lobby.renamed(name);
      },
    });
    this.connection.onRoom((room) => this.#onRoom(room));
    this.connection.onChange((change) => this.#onChange(change));
    this.lobby.onRoom((room) => this.#onLobbyRoom(room));
    this.lobby.onChange(() => this.#onLobbyChange());
  }

  /** The world of the room we are in, for the debug overlay. */
  get net(): WorldNet | undefined {
    return this.#net;
  }

  /** Take the seat that this tab had before a reload; without one, go to the lobby. */
  async start(): Promise<boolean> {
    const resumed = await this.connection.resume();
    if (!resumed) this.#openLobby();
    return resumed;
  }

  /** The world has arrived. It shows the room we are in by now, if any. */
  attachGame(game: GameHandle): void {
    this.game.value = game;
    game.ready.catch((error: unknown) => this.gameFailed(error));
    if (this.#net) this.#enterWorld(this.#net);
  }

  gameFailed(error: unknown): void {
    console.error("the world could not be loaded", error);
    this.log.add(`the world could not be loaded: ${String(error)}`);
    this.isGameBroken.value = true;
  }

  /** Ask for a seat under the profile's name and look. `false` when one is being asked for already. */
  join(target: JoinTarget, origin: JoinOrigin): Promise<boolean> {
    if (target.kind === "code") this.#password = target.password;
    else this.#password = target.kind === "create" ? target.room.password : undefined;
    this.origin.value = origin;
    const { cleanName, colour, hat } = this.profile;
    // One that nobody chose is kept too: it is how the others know us by now.
    this.profile.setLook(colour.value, hat.value);
    return this.connection.join({ target, name: cleanName, colour: colour.value, hat: hat.value });
  }

  /** The same room once more, with another name or a password if that was asked for. */
  joinAgain(change: { name?: string; password?: string } = {}): Promise<boolean> {
    if (change.password !== undefined) this.#password = change.password;
    if (change.name !== undefined) this.profile.setName(change.name);
    this.origin.value ??= "again";
    // What was typed into the form since the refusal is what the player means.
    return this.connection.again({ name: this.profile.cleanName, ...change });
  }

  /** A refusal was read: back to a calm menu. */
  dismissRefusal(): void {
    if (this.state.value.name === "disconnected") this.connection.cancel();
  }

  /** The lobby's chat speaks under this name from now on. */
  async renameInLobby(): Promise<void> {
    const { state } = this.lobby;
    if (state.name !== "open" || this.profile.problem !== undefined) return;
    try {
      const name = this.profile.cleanName;
      await state.room.request("lobby:name", { name });
      this.lobby.renamed(name);
    } catch (error) {
      this.log.add(`lobby name refused: ${refusalOf(error).reason}`);
    }
  }

  /** Leader: change the room. Resolves to why not, or `undefined`. */
  async configure(change: { title?: string; locked?: boolean }): Promise<Refusal | undefined> {
    return this.#ask((room) => room.request("lobby:configure", change));
  }

  /** Leader: remove a player for good. Resolves to why not, or `undefined`. */
  async kick(sessionId: string): Promise<Refusal | undefined> {
    return this.#ask((room) => room.request("lobby:kick", { sessionId }));
  }

  /** The smallest message there is, to see in everybody's log who hears whom. */
  async sayHi(): Promise<void> {
    const refusal = await this.#ask((room) =>
      room.request("chat:say", { text: `Hi from ${room.sessionId}` }),
    );
    if (refusal) this.notify(refusal);
  }

  /** Show a refusal over the game for a while. */
  notify(refusal: Refusal): void {
    const notice = { id: ++this.#lastNoticeId, refusal };
    this.log.add(`notice: ${refusal.reason}`);
    this.notices.value = [...this.notices.value, notice].slice(-3);
    setTimeout(() => this.dismissNotice(notice.id), NOTICE_MS);
  }

  dismissNotice(id: number): void {
    this.notices.value = this.notices.value.filter((notice) => notice.id !== id);
  }

  /** The tab was hidden or shown: others see us away, and we send no moves. */
  setAway(away: boolean): void {
    if (this.#net) this.#net.paused = away;
    const { state } = this.connection;
    if (state.name === "connected" && state.room.connection.isOpen) state.room.send("session:away", { away });
  }

  async #ask(request: (room: PlazaRoom) => Promise<unknown>): Promise<Refusal | undefined> {
    const { state } = this.connection;
    if (state.name !== "connected") return { reason: "session/connection_lost" };
    try {
      await request(state.room);
      return undefined;
    } catch (error) {
      // What was under way when the socket closed is told nothing of the reason.
      const refusal: Refusal = state.room.connection.isOpen
        ? refusalOf(error)
        : { reason: "session/connection_lost" };
      this.log.add(`refused: ${refusal.reason}`);
      return refusal;
    }
  }

  // --- what the connection tells ---

  #onRoom(room: PlazaRoom): void {
    this.#newNet?.dispose();
    this.#newNet = new WorldNet(room);
    const { state } = this.connection;
    const code = "room" in state && "code" in state.room ? state.room.code : this.room.value?.code;
    this.roomChat.bind(plazaWire(room), state.name === "reconnecting" ? state.code : (code ?? room.roomId));
    // A room that moved is here; one that we only reconnected to is still going to.
    if (room.roomId !== this.room.value?.id) this.moveNotice.forget();
    room.onMessage("session:notice", (refusal) => {
      if (!this.moveNotice.hear(refusal, Date.now())) this.notify(refusal);
    });
    const before = state.name === "reconnecting" && isSeatGone(state.why) ? this.roster.value : undefined;
    const show = (roster: Roster) => {
      if (room === this.#net?.room || room === this.#newNet?.room) this.roster.value = roster;
    };
    watchRoster(room, before ? awaitPlayers(before, show) : show);
    room.onError((errorCode, message) => this.log.add(`room error ${errorCode}: ${message ?? ""}`));
  }

  #onChange({ from, to }: ConnectionChange): void {
    this.log.add(`${from} → ${to.name}: ${connectionText(to)}`);
    if (to.name === "disconnected") this.endings.value += 1;
    if (to.name === "waiting") this.wait.value = to;
    else if (to.name === "connected" || to.name === "disconnected" || to.name === "idle") {
      this.wait.value = undefined;
    }
    if (to.name === "connected") {
      const { welcome } = to;
      const { id, code } = welcome.room;
      batch(() => {
        this.state.value = to;
        this.room.value = { id, code, password: this.#password };
        this.origin.value = undefined;
      });
      this.profile.setName(welcome.name);
      this.lobby.close();
      this.#net?.dispose();
      this.#net = this.#newNet;
      this.#newNet = undefined;
      if (this.game.value && this.#net) this.#enterWorld(this.#net);
      if (document.hidden) this.setAway(true);
      return;
    }
    if (from === "connected") this.roomChat.unbind();
    this.state.value = to;
    if (to.name === "reconnecting") {
      this.lobby.close();
    } else if (to.name === "idle" || to.name === "disconnected") {
      this.#leaveWorld();
      this.#openLobby();
    }
  }

  #enterWorld(net: WorldNet): void {
    const game = this.game.value;
    if (!game) return;
    game.enter(net);
    game.ready.then(
      () => {
        // A later room has its own net, and says so itself.
        if (net !== this.#net || !net.room.connection.isOpen) return;
        net.room.send("session:ready", {});
        // Whoever is new in a room, or in one that moved, is away only once they were ready.
        if (document.hidden) this.setAway(true);
      },
      // Said once already, when the game was attached.
      () => undefined,
    );
  }

  #leaveWorld(): void {
    if (!this.#net) return;
    this.game.value?.leave();
    this.#net.dispose();
    this.#net = undefined;
    this.#newNet?.dispose();
    this.#newNet = undefined;
    this.moveNotice.forget();
    batch(() => {
      this.roster.value = undefined;
      this.room.value = undefined;
      this.notices.value = [];
    });
  }

  // --- what the lobby tells ---

  #openLobby(): void {
    const { cleanName, problem } = this.profile;
    this.lobby.open(problem === undefined ? cleanName : undefined);
  }

  #onLobbyRoom(room: LobbyRoom): void {
    this.lobbyChat.bind(lobbyWire(room), "lobby");
    room.onMessage("session:notice", (refusal) => {
      // That the lobby moves is nobody's concern: it is there again before anybody misses it.
      if (!isSeatGone(refusal)) this.notify(refusal);
    });
  }

  #onLobbyChange(): void {
    const { state, rooms } = this.lobby;
    if (state.name !== this.lobbyState.value.name) this.log.add(`lobby ${state.name}`);
    if (state.name !== "open") this.lobbyChat.unbind();
    batch(() => {
      this.lobbyState.value = state;
      // In the order in which they were heard of: a row that fills up must not move under the pointer.
      this.rooms.value = rooms && [...rooms.values()];
    });
  }
}
