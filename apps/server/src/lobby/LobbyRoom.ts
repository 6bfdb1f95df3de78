import { type Client, definePlugins, type IRoomCache, matchMaker, subscribeLobby } from "@colyseus/core";
import type { ChatAuthor } from "@tagalong/shared/chat/protocol.ts";
import {
  LOBBY_MESSAGES,
  LOBBY_ROOM,
  type LobbyContract,
  type LobbyMetadata,
  type RoomListing,
  type RoomMetadata,
} from "@tagalong/shared/lobby/protocol.ts";
import { checkName, cleanName, foldName, suggestName } from "@tagalong/shared/session/names.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { type ChatHost, ChatPlugin } from "../chat/ChatPlugin.ts";
import { type AssertNever, message, type Unhandled } from "../contract.ts";
import type { PersonHere, Removal } from "../ops/operable.ts";
import { type Approved, checkVersion } from "../session/approval.ts";
import { BaseRoom } from "../session/BaseRoom.ts";
import { KeptChat, readKept } from "../session/KeptRoom.ts";
import { isOfThisVersion, successorOf } from "./lobbies.ts";

/** Rooms of a process that died send no goodbye: the list is read afresh this often. */
const REFRESH_MS = 5_000;

interface Visitor {
  publicId: string;
  name: string;
  colour: number;
  address: string;
  /** When they came (ms since the epoch). */
  since: number;
}

/**
 * Where everybody without a seat is: the live list of rooms, and a chat. Not the framework's LobbyRoom: its
 * filter can be made to throw, and its list tells which process a room is on.
 */
export class LobbyRoom extends BaseRoom<{ metadata: LobbyMetadata }> implements ChatHost {
  override plugins = definePlugins([new ChatPlugin()]);
  override messages = {
    "lobby:name": message(LOBBY_MESSAGES["lobby:name"], async (client, { name: typed }, context) => {
      const haste = await this.hasteOf(client);
      if (haste) return this.refuse(client, context, haste);
      const visitor = this.#visitors.get(client.sessionId);
      if (!visitor) return undefined;
      const name = cleanName(typed);
      const reason = checkName(name);
      if (reason) return this.refuse(client, context, { reason });
      visitor.name = this.#freeName(name, client.sessionId);
      return { name: visitor.name };
    }),
    _: (client: Client, type: unknown) => this.rejectUnknown(client, type),
  };
  readonly #visitors = new Map<string, Visitor>();
  #rooms = new Map<string, RoomListing>();
  #unsubscribe: (() => void) | undefined;
  #stopHearing: (() => void) | undefined;

  override async onCreate(): Promise<void> {
    this.metadata = { protocol: PROTOCOL_VERSION };
    this.maxClients = this.services.config.MAX_CONNECTIONS;
    this.seatReservationTimeout = this.services.config.APPROVAL_TIMEOUT_MS / 1_000;
    await this.setPrivate(true);
    await this.#restore();
    this.watchClients();
    this.#unsubscribe = await subscribeLobby((roomId, room) => this.#update(roomId, room));
    await this.#refresh();
    this.clock.setInterval(() => this.#tryRefresh(), REFRESH_MS);
    this.#stopHearing = this.services.cluster.onGone(() => this.#tryRefresh());
  }

  /** It stays when nobody is in it; one that could not be listed, and which nobody finds, ends by itself. */
  override onListed(): void {
    this.autoDispose = false;
    void this.services.cluster.dropKept(LOBBY_ROOM);
  }

  /** Go on with what was said where the lobby was before. */
  async #restore(): Promise<void> {
    const found = await this.services.cluster.readKept(LOBBY_ROOM);
    const kept = readKept(KeptChat, found, "chat", this.log);
    if (kept) this.plugins.chat.restore(kept);
  }

  override async handOn(): Promise<void> {
    await this.services.cluster.keep(LOBBY_ROOM, this.plugins.chat.keep());
    await super.handOn();
  }

  override onJoin(client: Client, _options: unknown, approved: Approved): void {
    // Also of whoever was let in by the process of another version.
    const mismatch = checkVersion(approved.options.protocol);
    if (mismatch) this.refuseJoin(client, mismatch);
    const name = this.#freeName(approved.name ?? `Guest ${approved.publicId.slice(0, 4)}`, client.sessionId);
    const colour = approved.options.colour ?? 0;
    const { publicId, address, requestId } = approved;
    this.#visitors.set(client.sessionId, { publicId, name, colour, address, since: Date.now() });
    this.log.info({ event: "connect", ...this.logFields(client), address, requestId }, "in the lobby");
    client.send("lobby:rooms", [...this.#rooms.values()]);
    this.plugins.chat.sendHistory(client);
    this.greetWithMove(client);
  }

  override onLeave(client: Client, code?: number): void {
    this.log.info({ event: "leave", ...this.logFields(client), code }, "out of the lobby");
    this.#visitors.delete(client.sessionId);
  }

  override onDispose(): void {
    this.#unsubscribe?.();
    this.#stopHearing?.();
  }

  override logFields(client: Client): Record<string, unknown> {
    return { sessionId: client.sessionId, player: this.#visitors.get(client.sessionId)?.name };
  }

  chatAuthor(client: Client): ChatAuthor | undefined {
    const visitor = this.#visitors.get(client.sessionId);
    return visitor && authorOf(client.sessionId, visitor);
  }

  chatListener(name: string): { client: Client; author: ChatAuthor } | undefined {
    const key = foldName(cleanName(name));
    for (const client of this.clients) {
      const visitor = this.#visitors.get(client.sessionId);
      if (visitor && foldName(visitor.name) === key) {
        return { client, author: authorOf(client.sessionId, visitor) };
      }
    }
    return undefined;
  }

  override peopleHere(withAddresses: boolean): PersonHere[] {
    return [...this.#visitors].map(([sessionId, { publicId, name, since, address }]) => {
      const person = { sessionId, guest: publicId, name, presence: "visiting", since } as const;
      return withAddresses ? { ...person, address } : person;
    });
  }

  override announce(text: string): void {
    this.plugins.chat.announce({ kind: "announced", text });
  }

  /** A lobby keeps no list of those who may not come back: the way to keep a guest out is the server's own. */
  override removePerson(sessionId: string): Removal {
    const client = this.clients.get(sessionId);
    if (!client) return "gone";
    this.closeSession(client, { reason: "session/removed" });
    return "removed";
  }

  /** Nobody is refused at the lobby for a name: a taken one gets a number. */
  #freeName(name: string, sessionId: string): string {
    const isFree = (candidate: string) =>
      ![...this.#visitors].some(
        ([id, visitor]) => id !== sessionId && foldName(visitor.name) === foldName(candidate),
      );
    return isFree(name) ? name : suggestName(name, isFree);
  }

  #update(roomId: string, room: IRoomCache<RoomMetadata> | null | undefined): void {
    const listing = room && !room.private ? listingOf(room) : undefined;
    if (listing) {
      if (isSame(this.#rooms.get(roomId), listing)) return;
      this.#rooms.set(roomId, listing);
      this.broadcast("lobby:listed", listing);
    } else if (this.#rooms.delete(roomId)) {
      this.broadcast("lobby:unlisted", { roomId });
    }
  }

  #tryRefresh(): void {
    // While nothing can be asked, the list stays as it was.
    if (!this.services.cluster.isAvailable) return;
    this.#refresh().catch((error: unknown) => {
      this.log.error({ event: "exception", method: "refresh", err: error }, "reading the rooms failed");
    });
  }

  async #refresh(): Promise<void> {
    const processes = new Set(this.services.cluster.members.map(({ processId }) => processId));
    const rooms = (await matchMaker.query()).filter(({ processId }) => processes.has(processId));
    if (this.#givesWay(rooms.filter(({ name }) => name === LOBBY_ROOM))) return;
    const alive = new Set<string>();
    for (const room of rooms) {
      alive.add(room.roomId);
      this.#update(room.roomId, room);
    }
    for (const roomId of [...this.#rooms.keys()]) if (!alive.has(roomId)) this.#update(roomId, undefined);
  }

  /**
   * After a process stood still there may be two lobbies, whose visitors do not hear each other: one of them sends its
   * visitors to the other. What was said in it is not taken along: the other has had a talk of its own meanwhile.
   */
  #givesWay(lobbies: readonly IRoomCache<LobbyMetadata>[]): boolean {
    if (this.isEnding) return true;
    const { members } = this.services.cluster;
    const successor = successorOf(this.roomId, lobbies.filter(isOfThisVersion), members);
    if (!successor) return false;
    this.log.info({ event: "lobby_given_up", to: successor.roomId }, "another lobby goes on for both");
    this.closeRoom("lobby/room_moved");
    return true;
  }
}

/** A room as the list shows it; `undefined` for a room without seats, such as a lobby. */
export function listingOf(room: IRoomCache<RoomMetadata>): RoomListing | undefined {
  const { roomId, metadata, clients, maxClients } = room;
  if (!metadata?.code) return undefined;
  const { code, title, map, locked, password } = metadata;
  return { roomId, code, title, map, players: clients, maxPlayers: maxClients, locked, password };
}

function isSame(a: RoomListing | undefined, b: RoomListing): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

function authorOf(sessionId: string, { publicId, name, colour }: Visitor): ChatAuthor {
  return { sessionId, guest: publicId, name, colour };
}

/** Stops compiling when the contract names a message that nothing here handles. */
export type Handled = AssertNever<Unhandled<LobbyContract, LobbyRoom>>;
