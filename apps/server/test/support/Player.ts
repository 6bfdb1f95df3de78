import { ColyseusSDK, type Room } from "@colyseus/sdk";
import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import type { JoinOptions, Welcome } from "@tagalong/shared/session/protocol.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { decodeRefusal, type Refusal, refusalOfClose } from "@tagalong/shared/session/reasons.ts";
import type { PlazaContract } from "@tagalong/shared/world/protocol.ts";
import { PlazaState, type Player as SyncedPlayer } from "@tagalong/shared/world/schema.ts";
import { readTruth } from "@tagalong/shared/world/truth.ts";
import { eventually } from "./eventually.ts";
import "./quiet.ts";
import type { TestServer } from "./server.ts";

export type PlazaSdkRoom = Room<PlazaContract, PlazaState>;

export interface Closed {
  code: number;
  refusal: Refusal;
}

export interface JoinAs {
  token?: string;
  name?: string;
  password?: string;
  ticket?: string;
  /** Whether to greet; a client that does not has no player. */
  hello?: boolean;
  /** Whether to say that the world is loaded. */
  ready?: boolean;
  /** Join options that no honest client sends. */
  raw?: object;
}

interface InputData {
  dx: number;
  dy: number;
  dash: number;
}

let lastNumber = 0;
/** A name that nobody else in the file has. */
export function newName(): string {
  lastNumber += 1;
  // Letters only: digits are look-alikes of letters to the rule that keeps names apart.
  return `Guest ${[...String(lastNumber)].map((digit) => "bdghjkmnpq"[Number(digit)]).join("")}x`;
}

/** One raw SDK client in a room with seats: sends what a test tells it to and keeps all that it hears. */
export class Player {
  readonly room: PlazaSdkRoom;
  readonly token: string;
  readonly name: string;
  readonly lines: ChatLine[] = [];
  readonly history: ChatLine[] = [];
  /** What we were told of our own player, oldest first. */
  readonly truths: ReturnType<typeof readTruth>[] = [];
  readonly notices: Refusal[] = [];
  readonly closed: Promise<Closed>;
  isClosed = false;
  welcome: Welcome | undefined;
  /** The latest of the room. */
  ticket = "";
  #input: { data: InputData; send(): void } | undefined;

  constructor(room: PlazaSdkRoom, token: string, name: string) {
    this.room = room;
    this.token = token;
    this.name = name;
    room.reconnection.enabled = false;
    room.onMessage("chat:line", (line) => void this.lines.push(line));
    room.onMessage("chat:history", (lines) => void this.history.push(...lines));
    room.onMessage("session:notice", (notice) => void this.notices.push(notice));
    room.onMessage("session:ticket", ({ ticket }) => {
      this.ticket = ticket;
    });
    room.onMessage("world:truth", (truth) => void this.truths.push(readTruth(truth)));
    this.closed = new Promise((resolve) => {
      room.onLeave((code, text) => {
        this.isClosed = true;
        resolve({ code, refusal: refusalOfClose(code, text) });
      });
    });
  }

  get sessionId(): string {
    return this.room.sessionId;
  }

  /** Our own player, as last received. */
  get self(): SyncedPlayer | undefined {
    return this.room.state.players?.get(this.sessionId);
  }

  /** Names of the players as last received, by session. */
  get seen(): Record<string, string> {
    return Object.fromEntries([...(this.room.state.players ?? [])].map(([id, { name }]) => [id, name]));
  }

  async hello(): Promise<Welcome> {
    this.welcome = await this.room.request("session:hello", { protocol: PROTOCOL_VERSION, build: "test" });
    this.ticket = this.welcome.roomTicket;
    return this.welcome;
  }

  say(text: string): Promise<unknown> {
    return this.room.request("chat:say", { text });
  }

  move(dx: number, dy = 0, dash = 0): void {
    this.#input ??= this.room.input<InputData>();
    Object.assign(this.#input.data, { dx, dy, dash });
    this.#input.send();
  }

  /** Send a frame that no honest client makes. */
  frame(...bytes: number[]): void {
    this.room.connection.send(new Uint8Array(bytes));
  }

  /** Every frame sent so far has been handled: the socket keeps their order. */
  settled(): Promise<unknown> {
    return new Promise((resolve) => this.room.ping(resolve));
  }

  /** Cut the socket as a lost network does. */
  async drop(): Promise<void> {
    // What still arrives while the socket closes is for a state that the SDK has torn down.
    this.room.connection.events.onmessage = () => undefined;
    this.room.connection.close(4010);
    await this.closed;
  }

  async leave(): Promise<void> {
    void this.room.leave(true);
    await this.closed;
  }
}

/** Join a room and, unless told otherwise, greet and get ready. Rejects as the SDK does when refused. */
export async function join(server: TestServer, roomId: string, options: JoinAs = {}): Promise<Player> {
  const { token = server.guest(), name = newName(), hello = true, ready = true, raw } = options;
  const sdk = new ColyseusSDK(server.endpoint);
  sdk.auth.token = token;
  const join: JoinOptions = {
    protocol: PROTOCOL_VERSION,
    name,
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.ticket === undefined ? {} : { ticket: options.ticket }),
    ...raw,
  };
  const room = await sdk.joinById<PlazaContract>(roomId, join, PlazaState);
  const player = new Player(room, token, name);
  if (!hello) return player;
  await player.hello();
  await eventually(() => player.self);
  if (!ready) return player;
  await player.room.request("session:ready", {});
  return player;
}

/** Lose a player's connection, and see their seat held. */
export async function loseConnection(server: TestServer, player: Player): Promise<void> {
  await player.drop();
  await eventually(() => server.plaza(player.room.roomId).seats.get(player.sessionId)?.release);
}

/** Take a dropped player's seat again, as a new socket. */
export async function reconnect(server: TestServer, player: Player): Promise<Player> {
  const sdk = new ColyseusSDK(server.endpoint);
  const room = await sdk.reconnect<PlazaContract>(player.room.reconnectionToken, PlazaState);
  const back = new Player(room, player.token, player.name);
  await back.hello();
  await eventually(() => back.self);
  return back;
}

/** Why a join or a request was refused. Fails when it was not. */
export async function refusalOf(attempt: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error("was not refused");
  const refusal = decodeRefusal("reason" in error ? error.reason : error.message);
  if (!refusal) throw new Error("refused without a reason of the catalogue", { cause: error });
  return refusal;
}
