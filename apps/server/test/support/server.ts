import { matchMaker } from "@colyseus/core";
import { LOBBY_ROOM, type RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { decodeRefusal, type Reason, type Refusal } from "@tagalong/shared/session/reasons.ts";
import { PLAZA_ROOM } from "@tagalong/shared/world/protocol.ts";
import { type App, createApp } from "../../src/app.ts";
import { type Config, readConfig } from "../../src/config.ts";
import type { LobbyRoom } from "../../src/lobby/LobbyRoom.ts";
import { createLogger } from "../../src/ops/logger.ts";
import type { ShutdownOptions } from "../../src/ops/shutdown.ts";
import type { Services } from "../../src/services.ts";
import type { PlazaRoom } from "../../src/world/PlazaRoom.ts";
import { eventually } from "./eventually.ts";

export const TEST_SECRET = "a secret for the tests and nothing else";

/**
 * Longer than any test takes, however busy the machine is: none of them runs out by itself. Where a test is about that,
 * it lets the room's clock go forward (see `skip`).
 */
export const HOLD_MS = 60_000;
export const APPROVAL_MS = 60_000;
export const LOADING_MS = 60_000;

const SETTINGS = {
  NODE_ENV: "test",
  HOST: "127.0.0.1",
  PORT: "0",
  SESSION_SECRET: TEST_SECRET,
  CLIENT_DIST: "/nowhere",
  LOG_LEVEL: "debug",
  SEAT_HOLD_SECONDS: String(HOLD_MS / 1_000),
  APPROVAL_TIMEOUT_MS: String(APPROVAL_MS),
  LOADING_TIMEOUT_MS: String(LOADING_MS),
  // All tests of a file come from one address.
  JOINS_PER_MINUTE: "100000",
  GUESTS_PER_MINUTE: "100000",
  ROOMS_PER_MINUTE: "10000",
  MAX_CONNECTIONS_PER_ADDRESS: "100000",
};

/**
 * The framework writes its statistics a second late, and a lobby remembers closed rooms for two: timers that
 * say nothing any more once a file is done, and for which its worker must not wait.
 */
const LONG_MS = 1_000;
function unrefLongTimers(): void {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = Object.assign((...args: Parameters<typeof setTimeout>) => {
    const timer = setTimeout(...args);
    return (args[1] ?? 0) >= LONG_MS ? timer.unref() : timer;
  }, setTimeout);
}

export type LogLine = Readonly<Record<string, unknown>>;

export interface NewRoom {
  title?: string;
  maxPlayers?: number;
  private?: boolean;
  password?: string;
  /** Guest token of who opens it. */
  creator?: string;
}

/** A server on a free port, in this process. One per test file: the framework's matchmaker is one per process. */
export class TestServer {
  readonly app: App;
  readonly endpoint: string;
  /** Everything logged so far, as written in production. */
  readonly logs: LogLine[];

  private constructor(app: App, port: number, logs: LogLine[]) {
    this.app = app;
    this.endpoint = `http://127.0.0.1:${port}`;
    this.logs = logs;
  }

  static async start(
    settings: Readonly<Record<string, string>> = {},
    { farewell, ...services }: Partial<Services> & Pick<ShutdownOptions, "farewell"> = {},
  ): Promise<TestServer> {
    unrefLongTimers();
    const read = readConfig({ ...SETTINGS, ...settings });
    if (!read.ok) throw new Error(read.mistakes.join("\n"));
    const logs: LogLine[] = [];
    const destination = { write: (line: string) => void logs.push(JSON.parse(line)) };
    const logger = createLogger({ isProduction: true, LOG_LEVEL: read.config.LOG_LEVEL }, destination);
    const app = createApp(read.config, logger, {
      gracefulSignals: false,
      services,
      ...(farewell && { farewell }),
    });
    return new TestServer(app, await app.listen(), logs);
  }

  async stop(): Promise<void> {
    await this.app.server.gracefullyShutdown(false);
  }

  get services(): Services {
    return this.app.services;
  }

  /** Change settings that are read while running. Returns the way back. */
  configure(settings: Partial<Config>): () => void {
    const { config } = this.services;
    const before = { ...config };
    Object.assign(config, settings);
    return () => void Object.assign(config, before);
  }

  /** A guest token that nobody else has. */
  guest(): string {
    return this.services.guests.issue().token;
  }

  guestId(token: string): string {
    const verified = this.services.guests.verify(token);
    if (!verified.ok) throw new Error(verified.reason);
    return verified.claims.id;
  }

  /** The room itself, on the server. */
  plaza(roomId: string): PlazaRoom {
    const room = matchMaker.getLocalRoomById(roomId);
    if (!room) throw new Error(`no room ${roomId}`);
    return room as unknown as PlazaRoom;
  }

  hasRoom(roomId: string): boolean {
    return matchMaker.getLocalRoomById(roomId) !== undefined;
  }

  /** End all rooms but the lobbies: what a test counts or finds is then its own. */
  async endRooms(): Promise<void> {
    const listed = () => matchMaker.query({ name: PLAZA_ROOM });
    for (const { roomId } of await listed()) {
      // Others end by themselves, in a moment.
      if (this.hasRoom(roomId)) void this.plaza(roomId).disconnect();
    }
    await eventually(async () => (await listed()).length === 0);
  }

  async lobby(): Promise<LobbyRoom> {
    const [row] = await matchMaker.query({ name: LOBBY_ROOM });
    return matchMaker.getLocalRoomById(row?.roomId ?? "") as unknown as LobbyRoom;
  }

  async call(
    path: string,
    { body, token, headers = {}, method }: CallOptions = {},
  ): Promise<{ status: number; answer: unknown; headers: Headers }> {
    const response = await fetch(`${this.endpoint}${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return { status: response.status, answer: isJson ? JSON.parse(text) : text, headers: response.headers };
  }

  /** The refusal that a route answers with. */
  async refusalOfCall(path: string, options: CallOptions = {}): Promise<Refusal | undefined> {
    const { answer } = await this.call(path, options);
    const text =
      typeof answer === "object" && answer !== null && "error" in answer ? answer.error : undefined;
    return decodeRefusal(text);
  }

  /** Open a room through the route that the form uses. */
  async openRoom({ creator = this.guest(), ...options }: NewRoom = {}): Promise<RoomResponse> {
    const body = { title: "A room", maxPlayers: 16, private: false, ...options };
    const { status, answer } = await this.call("/api/rooms", { body, token: creator });
    if (status !== 200) throw new Error(`no room opened: ${JSON.stringify(answer)}`);
    return answer as RoomResponse;
  }

  /** How often a reason was counted. */
  count(reason: Reason): Promise<number> {
    return this.services.metrics.countOf(reason);
  }

  /** The events logged about one session, in order. */
  eventsOf(sessionId: string): unknown[] {
    return this.logs.filter((line) => line.sessionId === sessionId).map(({ event }) => event);
  }
}

interface CallOptions {
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
  method?: string;
}
