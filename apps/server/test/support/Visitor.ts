import { ColyseusSDK, type Room } from "@colyseus/sdk";
import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import type { LobbyContract, LobbyResponse, RoomListing } from "@tagalong/shared/lobby/protocol.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import type { TestServer } from "./server.ts";

/** One raw SDK client in the lobby: keeps the list of rooms up to date and all that it hears. */
export class Visitor {
  readonly room: Room<LobbyContract, object>;
  readonly rooms = new Map<string, RoomListing>();
  readonly lines: ChatLine[] = [];
  readonly history: ChatLine[] = [];
  readonly notices: Refusal[] = [];
  /** Every frame's text, to look for what must not be told. */
  heard = "";

  constructor(room: Room<LobbyContract, object>) {
    this.room = room;
    room.reconnection.enabled = false;
    room.onMessage("lobby:rooms", (rooms) => {
      this.rooms.clear();
      for (const listing of rooms) this.rooms.set(listing.roomId, listing);
    });
    room.onMessage("lobby:listed", (listing) => void this.rooms.set(listing.roomId, listing));
    room.onMessage("lobby:unlisted", ({ roomId }) => void this.rooms.delete(roomId));
    room.onMessage("chat:line", (line) => void this.lines.push(line));
    room.onMessage("chat:history", (lines) => void this.history.push(...lines));
    room.onMessage("session:notice", (notice) => void this.notices.push(notice));
    const { events } = room.connection;
    const receive = events.onmessage;
    events.onmessage = (event: MessageEvent) => {
      this.heard += Buffer.from(event.data).toString("latin1");
      receive?.(event);
    };
  }

  leave(): Promise<number> {
    return this.room.leave(true);
  }
}

/** Enter the lobby, or this one of several, under this name or the one it gives. */
export async function visit(
  server: TestServer,
  name?: string,
  token = server.guest(),
  roomId?: string,
): Promise<Visitor> {
  const sdk = new ColyseusSDK(server.endpoint);
  sdk.auth.token = token;
  const found = roomId ?? ((await server.call("/api/lobby")).answer as LobbyResponse).roomId;
  const options = { protocol: PROTOCOL_VERSION, ...(name === undefined ? {} : { name }) };
  const room = await sdk.joinById<LobbyContract>(found, options);
  return new Visitor(room as Room<LobbyContract, object>);
}
