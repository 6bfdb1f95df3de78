import { EventEmitter } from "node:events";
import { createAuthContext, matchMaker, Protocol } from "@colyseus/core";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { type Reason, refusalOfClose } from "@tagalong/shared/session/reasons.ts";
import type { MoveControls } from "@tagalong/shared/world/movement.ts";
import { frameKind } from "../../../apps/server/src/session/BaseRoom.ts";
import { newName } from "../../../apps/server/test/support/Player.ts";
import type { TestServer } from "../../../apps/server/test/support/server.ts";
import { inputFrame, requestFrame } from "./frames.ts";

const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/**
 * The server's end of a socket, without the network: what the transport knows of it, and nothing else. Frames are
 * handled when they are given, and not whenever they arrive.
 */
class Socket extends EventEmitter {
  readyState = OPEN;
  readonly bufferedAmount = 0;
  /** All that the server sent, by kind of frame. */
  readonly heard = new Map<number, number>();
  bytesHeard = 0;
  onFrame: ((frame: Uint8Array) => void) | undefined;

  send(frame: Uint8Array, _options?: object, sent?: () => void): void {
    if (this.readyState !== OPEN) return;
    const kind = frameKind(frame);
    this.heard.set(kind, (this.heard.get(kind) ?? 0) + 1);
    this.bytesHeard += frame.byteLength;
    this.onFrame?.(frame);
    sent?.();
  }

  /** The other side answers a close at once. */
  close(code = 1005, reason = ""): void {
    if (this.readyState !== OPEN) return;
    this.readyState = CLOSING;
    queueMicrotask(() => this.cut(code, reason));
  }

  terminate(): void {
    this.cut(1006);
  }

  /** The connection is gone. */
  cut(code: number, reason = ""): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.emit("close", code, Buffer.from(reason));
  }
}

interface Reservation {
  sessionId: string;
  processId: string;
  roomId: string;
}

export interface EnterAs {
  token?: string;
  name?: string;
  /** How far it gets by itself. */
  until?: "connected" | "acknowledged" | "greeted" | "ready";
}

/**
 * A client of our own making: it came in as every client does, and now says what it likes. Only the network is left
 * out: its frames go in where the transport hands on what a socket received.
 */
export class RawClient {
  readonly sessionId: string;
  readonly token: string;
  /** Why the server closed it, once it did. */
  closedFor: Reason | undefined;
  reconnectionToken = "";
  readonly #socket = new Socket();
  readonly #server: TestServer;
  readonly #roomId: string;

  private constructor(server: TestServer, { sessionId, roomId }: Reservation, token: string) {
    this.#server = server;
    this.#roomId = roomId;
    this.sessionId = sessionId;
    this.token = token;
    this.#socket.on("close", (code: number, reason: Buffer) => {
      this.closedFor = refusalOfClose(code, reason.toString()).reason;
    });
  }

  static async enter(server: TestServer, roomId: string, options: EnterAs = {}): Promise<RawClient> {
    const { token = server.guest(), name = newName(), until = "ready" } = options;
    const reservation = await invoke("joinById", roomId, { protocol: PROTOCOL_VERSION, name }, token);
    const client = new RawClient(server, { ...reservation, roomId }, token);
    await client.#connect(reservation.processId);
    if (until !== "connected") client.send(Protocol.JOIN_ROOM);
    if (until === "greeted" || until === "ready") client.greet();
    if (until === "ready") client.deliver(requestFrame("session:ready", {}));
    await settle();
    return client;
  }

  /** Take the seat again, as a new socket. */
  async reconnect(reconnectionToken = this.reconnectionToken): Promise<RawClient> {
    const reservation = await invoke("reconnect", this.#roomId, { reconnectionToken }, this.token);
    const back = new RawClient(this.#server, { ...reservation, roomId: this.#roomId }, this.token);
    await back.#connect(reservation.processId, reconnectionToken);
    back.send(Protocol.JOIN_ROOM);
    return back;
  }

  /** Come for a seat without having been given one. Resolves once the server has answered. */
  static async knock(
    server: TestServer,
    roomId: string,
    sessionId: string,
    reconnectionToken?: string,
  ): Promise<RawClient> {
    const client = new RawClient(server, { sessionId, roomId, processId: "p" }, "");
    await client.#connect("p", reconnectionToken);
    return client;
  }

  get isClosed(): boolean {
    return this.#socket.readyState !== OPEN;
  }

  /** How many frames of a kind it was sent. */
  heard(kind: number): number {
    return this.#socket.heard.get(kind) ?? 0;
  }

  /** How many bytes it was sent. */
  get bytesHeard(): number {
    return this.#socket.bytesHeard;
  }

  /** One frame, as it came. After a close it is lost, as on the network. */
  deliver(frame: Uint8Array): void {
    this.#socket.emit("message", Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength), true);
  }

  send(...bytes: number[]): void {
    this.deliver(Uint8Array.from(bytes));
  }

  input(controls: MoveControls): void {
    this.deliver(inputFrame(controls));
  }

  greet(): void {
    this.deliver(requestFrame("session:hello", { protocol: PROTOCOL_VERSION, build: "test" }));
  }

  away(away: boolean): void {
    this.deliver(requestFrame("session:away", { away }));
  }

  /** Be gone as with a lost network: the seat is held. */
  async drop(): Promise<void> {
    this.#socket.cut(1006);
    await settle();
  }

  /** As the socket does with what breaks its protocol. */
  fail(code: string): void {
    this.#socket.emit("error", Object.assign(new Error(code), { code }));
  }

  async leave(): Promise<void> {
    this.send(Protocol.LEAVE_ROOM);
    await settle();
  }

  async #connect(processId: string, reconnectionToken?: string): Promise<void> {
    const query = new URLSearchParams({
      sessionId: this.sessionId,
      ...(reconnectionToken && { reconnectionToken }),
    });
    const request = {
      url: `/${processId}/${this.#roomId}?${query}`,
      headers: {},
      socket: Object.assign(new EventEmitter(), { remoteAddress: "127.0.0.1" }),
    };
    const answered = new Promise<void>((resolve) => {
      this.#socket.onFrame = (frame) => {
        if (frame[0] === Protocol.JOIN_ROOM) this.reconnectionToken = readToken(frame);
        this.#socket.onFrame = undefined;
        resolve();
      };
    });
    const { transport } = this.#server.app.server;
    (transport as unknown as { wss: EventEmitter }).wss.emit("connection", this.#socket, request);
    await answered;
    // The framework sends its answer before the socket is at work.
    await settle();
  }
}

/** What is already on its way, promises included, has happened. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The route's way into the matchmaker. */
function invoke(method: "joinById" | "reconnect", roomId: string, options: object, token: string) {
  const context = createAuthContext({ headers: {}, token, remoteAddress: "127.0.0.1" });
  return matchMaker.controller.invokeMethod(method, roomId, options, context);
}

/** Kind, length of the token, token. */
function readToken(frame: Uint8Array): string {
  return Buffer.from(frame.subarray(2, 2 + (frame[1] ?? 0))).toString();
}
