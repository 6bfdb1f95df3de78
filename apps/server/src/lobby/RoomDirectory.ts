import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { type IRoomCache, matchMaker } from "@colyseus/core";
import type { Random } from "@tagalong/shared/lib/random.ts";
import { createRoomCode, parseRoomCode } from "@tagalong/shared/lobby/codes.ts";
import {
  type CreateRoomRequest,
  LOBBY_ROOM,
  type LobbyResponse,
  type RoomMetadata,
  type RoomResponse,
} from "@tagalong/shared/lobby/protocol.ts";
import { checkTitle, cleanTitle, ROOM_SIZE_DEFAULT } from "@tagalong/shared/lobby/rules.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import type { Reason, Refusal } from "@tagalong/shared/session/reasons.ts";
import { PLAZA_ROOM } from "@tagalong/shared/world/protocol.ts";
import type { Services } from "../services.ts";
import { checkVersion } from "../session/approval.ts";
import { fullnessOf } from "../session/capacity.ts";
import { CODE_TAKEN } from "../session/Handover.ts";
import { compareLobbies, isOfThisVersion } from "./lobbies.ts";
import { hashPassword } from "./passwords.ts";
import { type RoomRequest, RoomSettings } from "./settings.ts";
import type { Ticket } from "./Tickets.ts";

/** As its opener asks for it. */
type Wished = Omit<RoomSettings, "code" | "revision">;

type Room = IRoomCache<RoomMetadata>;
type Found = { ok: true; room: RoomResponse } | { ok: false; refusal: Refusal };

const CODE_TRIES = 20;
/** A room has its code a moment before it is listed. */
const LISTED_TRIES = 20;
const LISTED_MS = 50;

/** Finds rooms and opens new ones, wherever they are. The only code that creates rooms. */
export class RoomDirectory {
  readonly #services: Pick<Services, "config" | "cluster">;
  readonly #random: Random = () => randomInt(0, 2 ** 32) / 2 ** 32;

  constructor(services: Pick<Services, "config" | "cluster">) {
    this.#services = services;
  }

  /** The room of a code as typed, private ones too: the code is what lets in. */
  async byCode(typed: string): Promise<Found> {
    const code = parseRoomCode(typed);
    if (code === undefined) return refused("lobby/bad_code");
    const room = await this.#standing(code);
    if (room) return foundHere(room);
    // It is between two homes: whoever was in it opens it again, in a moment.
    const { cluster } = this.#services;
    if (await cluster.isKept(code)) return refused("session/server_restarting");
    return refused((await cluster.isLost(code)) ? "server/unavailable" : "lobby/room_not_found");
  }

  /** The fullest open room of this version that has space, as its process has, and no password, or a new one. */
  async quickPlay(guestId: string): Promise<Found> {
    const open = await this.#openRoom();
    if (open) return found(open);
    // Ten quick plays at once, on three processes, open one room and not ten.
    return this.#services.cluster.exclusively("quick-play", async () => {
      const opened = await this.#openRoom();
      return opened ? found(opened) : this.#openNew(this.#defaults(guestId));
    });
  }

  async create(request: CreateRoomRequest, guestId: string): Promise<Found> {
    const title = cleanTitle(request.title);
    const reason = checkTitle(title);
    if (reason) return refused(reason);
    if (request.maxPlayers > this.#services.config.ROOM_MAX_PLAYERS) return refused("lobby/bad_options");
    const passwordHash = request.password ? await hashPassword(request.password) : undefined;
    const { maxPlayers, private: isPrivate } = request;
    return this.#openNew({
      title,
      maxPlayers,
      private: isPrivate,
      passwordHash,
      locked: false,
      creator: guestId,
      banned: [],
    });
  }

  /**
   * The room of a ticket, for the guest it was given to: as it stands, or opened again as it was.
   *
   * @param beforeOpening asked when it has to be opened; what it throws is thrown
   */
  async reopen(ticket: Ticket, beforeOpening: () => Promise<void>): Promise<Found> {
    const settings = RoomSettings.parse(ticket);
    const standing = await this.#standing(settings.code);
    if (standing) return foundHere(standing);
    return this.#services.cluster.exclusively(`room:${settings.code}`, async () => {
      const opened = await this.#standing(settings.code);
      if (opened) return foundHere(opened);
      await beforeOpening();
      // Its code has another home that is not listed yet: who asks again finds it.
      return (await this.#open(settings, false, ticket.roomId)) ?? refused("server/unavailable");
    });
  }

  /** The lobby of this version that most are in, if it and its process have space, or a new one. */
  async lobby(): Promise<LobbyResponse> {
    const open = await this.#openLobby();
    if (open) return { roomId: open.roomId };
    return this.#services.cluster.exclusively("lobby", async () => {
      const { roomId } = (await this.#openLobby()) ?? (await matchMaker.createRoom(LOBBY_ROOM, {}));
      return { roomId };
    });
  }

  async #openLobby(): Promise<Room | undefined> {
    return this.#notFull(await this.#listed(LOBBY_ROOM))
      .filter(isOfThisVersion)
      .filter(({ clients, maxClients }) => clients < maxClients)
      .sort(compareLobbies)[0];
  }

  /** Rooms of processes that are alive, as they were listed. */
  async #listed(name: string): Promise<Room[]> {
    const rooms = await matchMaker.query({ name });
    const alive = new Set(this.#services.cluster.members.map(({ processId }) => processId));
    return rooms.filter(({ processId }) => alive.has(processId));
  }

  /** Those of processes that take one more. When no process does, all: whoever comes is told so there. */
  #notFull(rooms: readonly Room[]): readonly Room[] {
    const isFull = ({ processId }: { processId: string }) =>
      fullnessOf(this.#services, { processId }) !== undefined;
    const takesRooms = this.#services.cluster.members.filter(({ stage }) => stage === "open");
    return takesRooms.every(isFull) ? rooms : rooms.filter((room) => !isFull(room));
  }

  async #standing(code: string): Promise<Room | undefined> {
    for (let left = LISTED_TRIES; left > 0; left--) {
      const home = await this.#services.cluster.homeOf(code);
      if (!home || (await this.#services.cluster.liveness(home.processId)) === "dead") return undefined;
      const room = await matchMaker.getRoomById(home.roomId);
      if (room) return room;
      await wait(LISTED_MS);
    }
    return undefined;
  }

  /** The fullest with a seat that nobody else is sent to. */
  async #openRoom(): Promise<Room | undefined> {
    const open = this.#notFull(await this.#listed(PLAZA_ROOM))
      .filter(({ private: hidden, locked }) => !hidden && !locked)
      .filter(isOfThisVersion)
      .filter(({ metadata }) => metadata?.password === false && !metadata.locked)
      .map((room) => ({ room, taken: room.clients + (room.metadata?.awaited ?? 0) }))
      .filter(({ room, taken }) => taken < room.maxClients)
      .sort((a, b) => b.taken - a.taken);
    for (const { room, taken } of open) {
      if (await this.#services.cluster.promiseSeat(room.roomId, taken, room.maxClients)) return room;
    }
    return undefined;
  }

  #defaults(creator: string): Wished {
    const maxPlayers = Math.min(ROOM_SIZE_DEFAULT, this.#services.config.ROOM_MAX_PLAYERS);
    return { title: "Town square", maxPlayers, private: false, locked: false, creator, banned: [] };
  }

  async #openNew(wished: Wished): Promise<Found> {
    for (let left = CODE_TRIES; left > 0; left--) {
      const settings = { ...wished, code: createRoomCode(this.#random), revision: 0 };
      const opened = await this.#open(settings, true);
      if (opened) return opened;
    }
    throw new Error(`no free room code in ${CODE_TRIES} tries`);
  }

  async #isFullOfRooms(): Promise<boolean> {
    const { config, cluster } = this.#services;
    return (await this.#listed(PLAZA_ROOM)).length >= config.MAX_ROOMS * cluster.members.length;
  }

  /** `undefined` when another room has the code. */
  async #open(settings: RoomSettings, isNew: boolean, openedFrom?: string): Promise<Found | undefined> {
    // One that is opened again was there before: when a process falls, the others take all of its rooms.
    if (isNew && (await this.#isFullOfRooms())) return refused("lobby/too_many_rooms");
    const request: RoomRequest = { ...settings, isNew, ...(openedFrom && { openedFrom }) };
    try {
      return found(await matchMaker.createRoom(PLAZA_ROOM, request));
    } catch (error) {
      // Only the text comes through from another process.
      if (error instanceof Error && error.message === CODE_TAKEN) return undefined;
      throw error;
    }
  }
}

/**
 * A room that is somewhere, for whoever asks for just this one. Where its process is older, it will be in one of this
 * version in a moment, and is waited for.
 */
function foundHere(room: Room): Found {
  const mismatch = checkVersion(PROTOCOL_VERSION, room.metadata?.protocol);
  return mismatch ? { ok: false, refusal: mismatch } : found(room);
}

function found({ roomId, metadata }: Room): Found {
  if (!metadata) throw new Error(`room ${roomId} has no metadata`);
  const { code, title, password } = metadata;
  return { ok: true, room: { roomId, code, title, password } };
}

function refused(reason: Reason): Found {
  return { ok: false, refusal: { reason } };
}
