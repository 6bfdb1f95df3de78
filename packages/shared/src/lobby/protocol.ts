import { z } from "zod";
import type { ChatToClient, ChatToServer } from "../chat/protocol.ts";
import type { RoomContract } from "../lib/roomContract.ts";
import type { JoinOptions, SessionToClient } from "../session/protocol.ts";
import { PASSWORD_MAX, ROOM_SIZE_MIN } from "./rules.ts";

/** The room that everyone without a seat is in: it lists the others and has a chat. One per process group. */
export const LOBBY_ROOM = "lobby";

/** A room as the list shows it. Nothing about processes or addresses. */
export interface RoomListing {
  roomId: string;
  code: string;
  title: string;
  map: string;
  players: number;
  maxPlayers: number;
  locked: boolean;
  password: boolean;
}

/** What every room keeps with the matchmaker. Whatever is here is public. */
export interface LobbyMetadata {
  /** The `PROTOCOL_VERSION` of its process: in the middle of an update there are two. */
  protocol: number;
}

/** The same of a room with seats. */
export interface RoomMetadata extends LobbyMetadata {
  code: string;
  title: string;
  map: string;
  locked: boolean;
  password: boolean;
  /** Seats that are kept for players on their way back. */
  awaited: number;
}

export interface LobbyToServer extends ChatToServer {
  /** The name to chat under while in the lobby. Answered with the name, or a reason. */
  "lobby:name": { name: string };
}

export interface LobbyToClient extends ChatToClient, SessionToClient {
  /** The whole list: on joining, and again whenever the server re-reads it. */
  "lobby:rooms": RoomListing[];
  "lobby:listed": RoomListing;
  "lobby:unlisted": { roomId: string };
}

export type LobbyContract = RoomContract<{
  state: object;
  join: JoinOptions;
  toServer: LobbyToServer;
  toClient: LobbyToClient;
  answers: { "lobby:name": { name: string } };
}>;

export const LOBBY_MESSAGES = {
  "lobby:name": z.object({ name: z.string().max(200) }),
} as const;

/** What a leader can do in the room they lead. Part of the contract of every room that has seats. */
export interface LeaderToServer {
  /** Remove a guest for good: they cannot come back to this room. */
  "lobby:kick": { sessionId: string };
  /** Answered with nothing, or a reason. Fields left out stay as they are. */
  "lobby:configure": { title?: string | undefined; locked?: boolean | undefined };
}

export const LEADER_MESSAGES = {
  "lobby:kick": z.object({ sessionId: z.string().max(40) }),
  "lobby:configure": z.object({ title: z.string().max(200).optional(), locked: z.boolean().optional() }),
} as const satisfies { [K in keyof LeaderToServer]: z.ZodType<LeaderToServer[K]> };

/** `GET /api/lobby`. Whoever looks for a room says which `?protocol=` they speak. */
export interface LobbyResponse {
  roomId: string;
}

/** `POST /api/rooms`: bounds that an honest form keeps; the title's rules are checked by the server. */
export const CreateRoomRequest = z.object({
  title: z.string().max(200),
  maxPlayers: z.number().int().min(ROOM_SIZE_MIN),
  private: z.boolean(),
  password: z.string().max(PASSWORD_MAX).optional(),
});
export type CreateRoomRequest = z.infer<typeof CreateRoomRequest>;

/** `POST /api/rooms/open`: open a room again under its code after its server lost it. */
export const OpenRoomRequest = z.object({
  ticket: z.string().max(4096),
  /** Asked before the room is opened: a page that cannot join it must not open it for the others. */
  protocol: z.number().int().optional(),
});
export type OpenRoomRequest = z.infer<typeof OpenRoomRequest>;

/** Answer of `POST /api/rooms`, `POST /api/rooms/open`, `POST /api/quick-play` and `GET /api/rooms/:code`. */
export interface RoomResponse {
  roomId: string;
  code: string;
  title: string;
  /** Told up front, so that the form asks before the join. */
  password: boolean;
}

/** Every `/api` route answers a refusal with this body and a 4xx or 5xx status. */
export interface RefusalResponse {
  /** As written by `encodeRefusal`. */
  error: string;
}
