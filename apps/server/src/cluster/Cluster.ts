import type { MatchMakerDriver, Presence } from "@colyseus/core";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";

/**
 * How a process looks from outside. `silent` is neither: it missed a beat or two, and who asks should ask again in a
 * moment. What a dead one had is free to be taken.
 */
export type Liveness = "alive" | "silent" | "dead";

/** `open` takes rooms. `stopping` takes them only where nobody else can. `stopped` has handed on what it had. */
export type Stage = "open" | "stopping" | "stopped";

/** Another `SESSION_SECRET` than those who were here before, or the `PROCESS_NAME` of one of them. */
export type Conflict = "secret" | "name";

/** A process, as the others know it. */
export interface Member {
  readonly processId: string;
  /** By which a proxy and an operator find it. */
  readonly name: string;
  /** Open sockets in rooms. */
  readonly players: number;
  readonly rooms: number;
  /** Open sockets that it may have. Not told by older versions. */
  readonly capacity?: number;
  readonly stage: Stage;
  /** Version of the protocol that it speaks. Not told by older versions. */
  readonly protocol?: number;
}

/** Whether whoever asks this process can follow that one: in the middle of an update there are others. */
export function isFollowed({ protocol = PROTOCOL_VERSION }: Pick<Member, "protocol">): boolean {
  return protocol === PROTOCOL_VERSION;
}

/** Whether whoever lost their room, and asks this process, may find it on that one. */
export function takesBack(member: Member): boolean {
  return member.stage !== "stopped" && isFollowed(member);
}

/** Whether no process but this one is left for them. */
export function isLast({ members }: Pick<Cluster, "members">, processId: string): boolean {
  return !members.some((other) => other.processId !== processId && takesBack(other));
}

/** The one place where a room with a code lives. */
export interface RoomHome {
  readonly processId: string;
  readonly roomId: string;
}

/** Gives the turn to be stopped on; told whether this process has gone, or was called back. */
export type GiveTurnOn = (hasGone: boolean) => Promise<void>;

/** So long a seat that was promised counts as taken (ms): by then the room's own count has it. */
export const PROMISE_MS = 1_500;

/** What a process tells of itself with every beat. */
export interface SelfReport {
  readonly players: number;
  readonly rooms: number;
  readonly capacity?: number;
}

/**
 * What several processes must agree on: who is there, which of them opens the next room, and where a code's room is.
 * One process agrees with itself (`LocalCluster`); several meet in Redis (`RedisCluster`).
 */
export interface Cluster {
  /** For the framework; `undefined` leaves it with its own, in memory. */
  readonly presence: Presence | undefined;
  readonly driver: MatchMakerDriver | undefined;
  /** Comes with every seat, for the client to find the room's process by: a path, or nothing. */
  readonly publicAddress: string | undefined;
  /** Whether rooms can be found and opened right now. Rooms that run go on without. */
  readonly isAvailable: boolean;
  /** Why not, in the word of Redis or of the network, when there was one: `OOM`, `READONLY`, `ENOTFOUND`. */
  readonly fault: string | undefined;
  /** Whether a room that is kept (see `keep`) is found by another process, or by this one's successor. */
  readonly isShared: boolean;
  /** Settings of this process that do not go together with those of the others. */
  readonly conflicts: readonly Conflict[];
  /** Of this process. */
  readonly stage: Stage;
  /** Those that were alive a moment ago, this one among them. */
  readonly members: readonly Member[];

  /** Wait until there is something to meet in. */
  connect(): Promise<void>;
  /** Be a member: from now on others see this process, and rooms are opened on it. */
  join(report: () => SelfReport): Promise<void>;
  /** Tell the others, and from now on be treated so. */
  enter(stage: Stage): Promise<void>;
  /** Be no member any more. */
  leave(): Promise<void>;
  /** Close what is open to others. The framework closes its own. */
  close(): Promise<void>;

  liveness(processId: string): Promise<Liveness>;
  /**
   * The process that opens the next room: the one with the least to do of those that are not full, or of all. What was
   * placed a moment ago counts already.
   *
   * @param anywhere also on one that is being stopped, or has a conflict, when there is no other: better there than nowhere
   * @returns `undefined` when nobody takes rooms
   */
  place(anywhere: boolean): Promise<string | undefined>;
  /**
   * Send somebody to a room, unless so many were sent there in the last moment that it will be full. Many ask before the
   * first of them sits: not all can have the same last seat.
   *
   * @param players who sit there already, as listed
   */
  promiseSeat(roomId: string, players: number, maxPlayers: number): Promise<boolean>;
  /** Run a task that no two processes may run at once. Throws a refusal when it cannot have its turn in time. */
  exclusively<T>(name: string, task: () => Promise<T>): Promise<T>;

  /**
   * Make this room the home of a code. Only the room's own process claims.
   *
   * @param isNew the code was just drawn: one that a kept room will come back under does not count as free
   * @returns whether it is; `false` means that another room has the code, and is alive
   */
  claim(code: string, roomId: string, isNew: boolean): Promise<boolean>;
  release(code: string, roomId: string): Promise<void>;
  homeOf(code: string): Promise<RoomHome | undefined>;
  /** Whether the home of this code died a moment ago: whoever was there is about to open it again. */
  isLost(code: string): Promise<boolean>;

  /** Keep something for whoever comes next, for a short time. Answers whether it will be found. */
  keep(name: string, value: unknown): Promise<boolean>;
  /** Whether something is kept under this name. */
  isKept(name: string): Promise<boolean>;
  /** Read what is kept. Not checked, because another version may have written it. */
  readKept(name: string): Promise<unknown>;
  /** Keep it no longer: who came next has it. Where that cannot be told, its time ends it. */
  dropKept(name: string): Promise<void>;
  /**
   * Wait for one's turn to be stopped, so that of several that are stopped at once there is always one for the players
   * to go to.
   */
  takeTurn(): Promise<GiveTurnOn>;

  /** Hear of processes that left or died. Returns the way to stop. */
  onGone(listener: (processId: string) => void): () => void;
  /** Hear of rooms of this process whose code has another home by now. */
  onClaimLost(listener: (roomId: string) => void): () => void;
}
