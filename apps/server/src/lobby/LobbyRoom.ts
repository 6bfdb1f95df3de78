import { type Client, definePlugins, type IRoomCache, matchMaker, subscribeLobby } from "@colyseus/core";
import type { ChatAuthor } from "@tagalong/shared/chat/protocol.ts";
import {
  LOBBY_MESSAGES,
  type LobbyContract,
  type RoomListing,
  type RoomMetadata,
} from "@tagalong/shared/lobby/protocol.ts";
import { checkName, cleanName, foldName, suggestName } from "@tagalong/shared/session/names.ts";
import { type ChatHost, ChatPlugin } from "../chat/ChatPlugin.ts";
import { type AssertNever, message, type Unhandled } from "../contract.ts";
import type { Approved } from "../session/approval.ts";
import { BaseRoom } from "../session/BaseRoom.ts";

/** Rooms of a process that died send no goodbye: the list is read afresh this often. */
const REFRESH_MS = 5_000;

interface Visitor {
  publicId: string;
  name: string;
  colour: number;
}

/**
 * Where everybody without a seat is: the live list of rooms, and a chat. Not the framework's LobbyRoom: its
 * filter can be made to throw, and its list tells which process a room is on.
 */
export class LobbyRoom extends BaseRoom implements ChatHost {
  override autoDispose = false;
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

  override async onCreate(): Promise<void> {
    this.maxClients = this.services.config.MAX_CONNECTIONS;
    this.seatReservationTimeout = this.services.config.APPROVAL_TIMEOUT_MS / 1_000;
    await this.setPrivate(true);
    this.watchClients();
    this.#unsubscribe = await subscribeLobby((roomId, room) => this.#update(roomId, room));
    await this.#refresh();
    this.clock.setInterval(() => {
      this.#refresh().catch((error: unknown) => {
        this.log.error({ event: "exception", method: "refresh", err: error }, "reading the rooms failed");
      });
    }, REFRESH_MS);
  }

  override onJoin(client: Client, _options: unknown, approved: Approved): void {
    const name = this.#freeName(approved.name ?? `Guest ${approved.publicId.slice(0, 4)}`, client.sessionId);
    const colour = approved.options.colour ?? 0;
    this.#visitors.set(client.sessionId, { publicId: approved.publicId, name, colour });
    this.log.info({ event: "connect", ...this.logFields(client), address: approved.address }, "in the lobby");
    client.send("lobby:rooms", [...this.#rooms.values()]);
    this.plugins.chat.sendHistory(client);
  }

  override onLeave(client: Client, code?: number): void {
    this.log.info({ event: "leave", ...this.logFields(client), code }, "out of the lobby");
    this.#visitors.delete(client.sessionId);
  }

  override onDispose(): void {
    this.#unsubscribe?.();
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

  async #refresh(): Promise<void> {
    const rooms = await matchMaker.query({ private: false, unlisted: false });
    const alive = new Set<string>();
    for (const room of rooms) {
      alive.add(room.roomId);
      this.#update(room.roomId, room);
    }
    for (const roomId of [...this.#rooms.keys()]) if (!alive.has(roomId)) this.#update(roomId, undefined);
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
export type Handled = AssertNever<Unhandled<LobbyContract, LobbyRoom["messages"] & ChatPlugin["messages"]>>;
