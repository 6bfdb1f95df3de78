import { type IRoomCache, matchMaker } from "@colyseus/core";
import { parseRoomCode } from "@tagalong/shared/lobby/codes.ts";
import type { CreateRoomRequest, RoomMetadata, RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { checkTitle, cleanTitle, ROOM_SIZE_DEFAULT } from "@tagalong/shared/lobby/rules.ts";
import type { Reason, Refusal } from "@tagalong/shared/session/reasons.ts";
import { PLAZA_ROOM } from "@tagalong/shared/world/protocol.ts";
import type { Services } from "../services.ts";
import { hashPassword } from "./passwords.ts";
import type { RoomSettings } from "./settings.ts";

type Room = IRoomCache<RoomMetadata>;
type Found = { ok: true; room: RoomResponse } | { ok: false; refusal: Refusal };

/** Finds rooms and opens new ones. The only code that creates rooms with seats. */
export class RoomDirectory {
  readonly #services: Pick<Services, "config" | "codes" | "tickets">;
  /** One at a time, so that ten quick plays at once open one room and not ten. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(services: Pick<Services, "config" | "codes" | "tickets">) {
    this.#services = services;
  }

  /** The room of a code as typed, private ones too: the code is what lets in. */
  async byCode(typed: string): Promise<Found> {
    const code = parseRoomCode(typed);
    if (code === undefined) return refused("lobby/bad_code");
    const room = (await this.#rooms()).find(({ metadata }) => metadata?.code === code);
    return room ? found(room) : refused("lobby/room_not_found");
  }

  /** The fullest open room that has space and no password, or a new one. */
  async quickPlay(guestId: string): Promise<Found> {
    return this.#inTurn(async () => {
      const open = (await this.#rooms())
        .filter(({ private: hidden, locked }) => !hidden && !locked)
        .filter(({ metadata }) => metadata?.password === false && !metadata.locked)
        .filter(({ clients, maxClients }) => clients < maxClients)
        .sort((a, b) => b.clients - a.clients);
      return open[0] ? found(open[0]) : this.#open(await this.#defaults(guestId));
    });
  }

  async create(request: CreateRoomRequest, guestId: string): Promise<Found> {
    const title = cleanTitle(request.title);
    const reason = checkTitle(title);
    if (reason) return refused(reason);
    if (request.maxPlayers > this.#services.config.ROOM_MAX_PLAYERS) return refused("lobby/bad_options");
    const passwordHash = request.password ? await hashPassword(request.password) : undefined;
    return this.#inTurn(() =>
      this.#open({
        code: this.#services.codes.claim(),
        title,
        maxPlayers: request.maxPlayers,
        private: request.private,
        passwordHash,
        locked: false,
        creator: guestId,
        banned: [],
      }),
    );
  }

  /** The room of this ticket: as it stands, or opened again as it was. */
  async reopen(sealed: string, guestId: string): Promise<Found> {
    const ticket = this.#services.tickets.open(sealed);
    if (!ticket || ticket.guestId !== guestId) return refused("lobby/room_closed");
    return this.#inTurn(async () => {
      const standing = await this.byCode(ticket.code);
      if (standing.ok) return standing;
      if (!this.#services.codes.reclaim(ticket.code)) return refused("lobby/room_closed");
      const { guestId: _bearer, expiresAt: _expiry, ...settings } = ticket;
      return this.#open(settings);
    });
  }

  async #rooms(): Promise<Room[]> {
    return matchMaker.query({ name: PLAZA_ROOM });
  }

  async #defaults(creator: string): Promise<RoomSettings> {
    return {
      code: this.#services.codes.claim(),
      title: "Town square",
      maxPlayers: Math.min(ROOM_SIZE_DEFAULT, this.#services.config.ROOM_MAX_PLAYERS),
      private: false,
      locked: false,
      creator,
      banned: [],
    };
  }

  async #open(settings: RoomSettings): Promise<Found> {
    if ((await this.#rooms()).length >= this.#services.config.MAX_ROOMS) {
      this.#services.codes.release(settings.code);
      return refused("lobby/too_many_rooms");
    }
    return found(await matchMaker.createRoom(PLAZA_ROOM, settings));
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(task, task);
    this.#queue = turn;
    return turn;
  }
}

function found({ roomId, metadata }: Room): Found {
  if (!metadata) throw new Error(`room ${roomId} has no metadata`);
  const { code, title, password } = metadata;
  return { ok: true, room: { roomId, code, title, password } };
}

function refused(reason: Reason): Found {
  return { ok: false, refusal: { reason } };
}
