import { type IRoomCache, matchMaker } from "@colyseus/core";
import { CHAT_MAX, checkChatText, cleanChatText } from "@tagalong/shared/chat/rules.ts";
import { parseRoomCode } from "@tagalong/shared/lobby/codes.ts";
import { LOBBY_ROOM, type RoomMetadata } from "@tagalong/shared/lobby/protocol.ts";
import { z } from "zod";
import type { Cluster } from "../cluster/Cluster.ts";
import type { Operable, PersonHere, Removal } from "./operable.ts";
import type { Ask, Processes, ProcessInfo } from "./Processes.ts";

/** What each command may be told. Whatever has no row here is no command. */
export const COMMANDS = {
  processes: z.object({}),
  rooms: z.object({}),
  players: z.object({ room: z.string().max(40).optional(), addresses: z.boolean().default(false) }),
  say: z.object({ text: z.string().max(4_000), room: z.string().max(40).optional() }),
  kick: z.object({
    who: z.string().min(1).max(200),
    room: z.string().max(40).optional(),
    ban: z.boolean().default(false),
  }),
  drain: z.object({ process: z.string().min(1).max(80) }),
  undrain: z.object({ process: z.string().min(1).max(80) }),
} as const;
export type CommandName = keyof typeof COMMANDS;
export type Asked<N extends CommandName> = z.infer<(typeof COMMANDS)[N]>;

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

export interface RoomRow {
  readonly roomId: string;
  /** Its code; a lobby has its name instead. */
  readonly code: string;
  readonly title: string;
  readonly players: number;
  readonly maxPlayers: number;
  readonly flags: readonly ("private" | "locked" | "password")[];
  /** Name of the process; its id when it does not answer. */
  readonly process: string;
  /** When it was opened (ms since the epoch). */
  readonly since: number;
}

export interface PlayerRow extends PersonHere {
  readonly roomId: string;
  readonly code: string;
}

export interface KickRow extends PlayerRow {
  readonly removal: Removal;
}

/** What comes of a command. `findings` are sentences on what could not be asked: the rest was done all the same. */
export interface Answers {
  processes: { processes: ProcessInfo[]; findings: string[] };
  rooms: { rooms: RoomRow[]; findings: string[] };
  players: { players: PlayerRow[]; findings: string[] };
  say: { text: string; codes: string[]; findings: string[] };
  kick: { people: KickRow[]; findings: string[] };
  drain: { process: ProcessInfo; findings: string[] };
  undrain: { process: ProcessInfo; findings: string[] };
}

/** A command that could not be done, and why: for the operator to read. */
export class CommandRefused extends Error {
  /** Whom a name fits, when it fits more than one. */
  readonly candidates: readonly PlayerRow[];
  constructor(sentence: string, candidates: readonly PlayerRow[] = []) {
    super(sentence);
    this.candidates = candidates;
  }
}

type Room = IRoomCache<Partial<RoomMetadata>>;
interface Asking<T> {
  /** Per room that answered. */
  readonly answers: { readonly room: Room; readonly answer: T }[];
  readonly findings: string[];
}

/**
 * What operators can do, to the rooms of all processes, whichever of them they talk to. Rooms are found with the matchmaker
 * and asked over the presence, so that it works alike for one process and for many.
 */
export class Commands {
  readonly #processes: Processes;
  readonly #cluster: Pick<Cluster, "members">;

  constructor(processes: Processes, cluster: Pick<Cluster, "members">) {
    this.#processes = processes;
    this.#cluster = cluster;
  }

  async processes(): Promise<Answers["processes"]> {
    const { processes, findings } = await this.#describe();
    return { processes: processes.sort((a, b) => a.name.localeCompare(b.name)), findings };
  }

  async rooms(): Promise<Answers["rooms"]> {
    const rooms = await this.#rooms();
    const { processes, findings } = await this.#describe(rooms);
    const names = new Map(processes.map(({ processId, name }) => [processId, name]));
    return { rooms: rooms.map((room) => rowOf(room, names.get(room.processId))), findings };
  }

  async players({ room, addresses }: Asked<"players">): Promise<Answers["players"]> {
    return this.#people(await this.#rooms(room), addresses);
  }

  async say({ text, room }: Asked<"say">): Promise<Answers["say"]> {
    const line = cleanChatText(text);
    const reason = checkChatText(line);
    if (reason === "chat/empty") throw new CommandRefused("there is nothing to say");
    if (reason) throw new CommandRefused(`a line has at most ${CHAT_MAX} characters`);
    const { answers, findings } = await this.#ask(await this.#rooms(room), "announce", [line]);
    return { text: line, codes: answers.map((one) => codeOf(one.room)), findings };
  }

  async kick({ who, room, ban }: Asked<"kick">): Promise<Answers["kick"]> {
    const { players, findings } = await this.#people(await this.#rooms(room), false);
    const found = findPeople(players, who);
    const unasked = findings.length > 0 ? `; ${findings.join("; ")}` : "";
    if (found.length === 0) {
      throw new CommandRefused(`nobody here has the name or id "${who}"${unasked}`);
    }
    if (new Set(found.map(({ guest }) => guest)).size > 1) {
      throw new CommandRefused(
        `"${who}" fits more than one: take an id, as guest:ID or session:ID, or name a room`,
        found,
      );
    }
    const removed = await Promise.all(
      found.map(async (person): Promise<KickRow | string> => {
        const removal = await callRoom(person.roomId, "removePerson", [person.sessionId, ban]);
        return removal.ok
          ? { ...person, removal: removal.answer }
          : `room ${person.code}: ${removal.sentence}`;
      }),
    );
    const people = removed.filter((one) => typeof one !== "string");
    return { people, findings: [...findings, ...removed.filter((one) => typeof one === "string")] };
  }

  drain({ process }: Asked<"drain">): Promise<Answers["drain"]> {
    return this.#tell(process, "drain");
  }

  undrain({ process }: Asked<"undrain">): Promise<Answers["undrain"]> {
    return this.#tell(process, "undrain");
  }

  async #tell(process: string, ask: Ask): Promise<Answers["drain"]> {
    const { processes, findings } = await this.#describe();
    const [named, ...others] = processes.filter(({ name, processId }) => [name, processId].includes(process));
    if (!named) {
      const names = processes.map(({ name }) => name).sort();
      throw new CommandRefused(`no process is called "${process}"; there are: ${names.join(", ")}`);
    }
    if (others.length > 0) {
      const ids = [named, ...others].map(({ processId }) => processId).join(", ");
      throw new CommandRefused(`more than one process is called "${process}": take an id (${ids})`);
    }
    const isOnly = processes.every(
      ({ processId, causes }) => processId === named.processId || causes.length > 0,
    );
    if (ask === "drain" && isOnly) {
      throw new CommandRefused(`there is no other process that takes the players of "${process}"`);
    }
    const [told] = await this.#processes.ask(ask, { expected: 1, to: named.processId });
    if (!told) throw new CommandRefused(`the process "${process}" did not answer, and may not have heard it`);
    return { process: told, findings };
  }

  /** All rooms, lobbies among them, or the one that is meant. */
  async #rooms(typed?: string): Promise<Room[]> {
    const rooms: Room[] = await matchMaker.query({});
    const sorted = rooms.sort((a, b) => sinceOf(a) - sinceOf(b));
    if (typed === undefined) return sorted;
    const code = parseRoomCode(typed);
    const meant = sorted.filter(
      (room) => room.roomId === typed || codeOf(room) === typed || (code && codeOf(room) === code),
    );
    if (meant.length === 0) throw new CommandRefused(`there is no room "${typed}"`);
    return meant;
  }

  async #people(rooms: readonly Room[], addresses: boolean): Promise<Answers["players"]> {
    const { answers, findings } = await this.#ask(rooms, "peopleHere", [addresses]);
    const players = answers.flatMap(({ room, answer }) =>
      answer.map((person) => ({ ...person, roomId: room.roomId, code: codeOf(room) })),
    );
    return { players, findings };
  }

  /** Ask rooms at once, wherever they are. */
  async #ask<M extends keyof Operable>(
    rooms: readonly Room[],
    method: M,
    args: Parameters<Operable[M]>,
  ): Promise<Asking<ReturnType<Operable[M]>>> {
    const called = await Promise.all(
      rooms.map(async (room) => ({ room, ...(await callRoom(room.roomId, method, args)) })),
    );
    return {
      answers: called.flatMap((one) => (one.ok ? { room: one.room, answer: one.answer } : [])),
      findings: called.flatMap((one) => (one.ok ? [] : `room ${codeOf(one.room)}: ${one.sentence}`)),
    };
  }

  /** All processes that are listed, also with these rooms only. */
  async #describe(rooms: readonly Room[] = []): Promise<Answers["processes"]> {
    const listed = [...this.#cluster.members, ...rooms].map(({ processId }) => processId);
    const expected = new Set([...listed, matchMaker.processId]);
    const processes = await this.#processes.ask("describe", { expected: expected.size });
    const silent = [...expected].filter((id) => !processes.some(({ processId }) => processId === id));
    return { processes, findings: silent.map((id) => `the process ${id} is listed and does not answer`) };
  }
}

type Called<T> = { ok: true; answer: T } | { ok: false; sentence: string };

async function callRoom<M extends keyof Operable>(
  roomId: string,
  method: M,
  args: Parameters<Operable[M]>,
): Promise<Called<ReturnType<Operable[M]>>> {
  try {
    return { ok: true, answer: await matchMaker.remoteRoomCall<Operable>(roomId, method, args) };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { ok: false, sentence: /timed out/.test(text) ? "did not answer; its process may be gone" : text };
  }
}

/** Whom somebody means: by `session:…` or `guest:…`, or by whichever of the three it is that fits. */
function findPeople(players: readonly PlayerRow[], who: string): PlayerRow[] {
  const [, kind, id] = /^(session|guest):(.+)$/.exec(who) ?? [];
  if (kind === "session") return players.filter(({ sessionId }) => sessionId === id);
  if (kind === "guest") return players.filter(({ guest }) => guest === id);
  return players.filter(({ sessionId, guest, name }) => [sessionId, guest, name].includes(who));
}

function codeOf({ name, metadata }: Room): string {
  return metadata?.code ?? name;
}

/** A date from this process's memory, a text from Redis. */
function sinceOf({ createdAt }: Room): number {
  return createdAt ? new Date(createdAt).getTime() : 0;
}

function rowOf(room: Room, process: string | undefined): RoomRow {
  const { roomId, name, clients, maxClients, metadata } = room;
  const flags: RoomRow["flags"] = [
    ...(room.private && name !== LOBBY_ROOM ? (["private"] as const) : []),
    ...(metadata?.locked ? (["locked"] as const) : []),
    ...(metadata?.password ? (["password"] as const) : []),
  ];
  return {
    roomId,
    code: codeOf(room),
    title: metadata?.title ?? "",
    players: clients,
    maxPlayers: maxClients,
    flags,
    process: process ?? room.processId,
    since: sinceOf(room),
  };
}
