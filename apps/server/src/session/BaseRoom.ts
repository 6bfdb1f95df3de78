import type { EventEmitter } from "node:events";
import {
  type AuthContext,
  type Client,
  ClientState,
  type MessageContext,
  Protocol,
  Room,
  type RoomException,
  type RoomMethodName,
  type RoomOptions,
} from "@colyseus/core";
import type { Presence } from "@tagalong/shared/session/presence.ts";
import {
  closeCodeOf,
  decodeRefusal,
  encodeRefusal,
  type Reason,
  type Refusal,
} from "@tagalong/shared/session/reasons.ts";
import { OpeningRooms } from "../cluster/OpeningRooms.ts";
import type { Countable } from "../ops/census.ts";
import type { Logger } from "../ops/logger.ts";
import type { Operable, PersonHere, Removal } from "../ops/operable.ts";
import type { Services } from "../services.ts";
import { type Approved, approveAtDoor, refusedError, tooSoon } from "./approval.ts";
import { nameOfMessage } from "./messageFrame.ts";

/** Frames that an honest client sends. All others close the session: byte messages, and the unreliable
 * inputs whose decoder can be made to loop for seconds. */
const HONEST_FRAMES: ReadonlySet<number> = new Set([
  Protocol.JOIN_ROOM,
  Protocol.LEAVE_ROOM,
  Protocol.ROOM_DATA,
  Protocol.ROOM_REQUEST,
  Protocol.PING,
  Protocol.ROOM_INPUT_RELIABLE,
]);
const FRAME_KIND_MASK = 0x1f;

/** The kind of a frame: its first byte, without the bits that modify it. An empty frame is of no kind. */
export function frameKind(frame: Uint8Array): number {
  return (frame[0] ?? 0) & FRAME_KIND_MASK;
}

/** A reliable input is a header and a few small fields. */
const INPUT_FRAME_BYTES_MAX = 32;
const WATCH_MS = 250;

/** The parts of the transport's socket that tell how much it has not sent yet. */
interface WebSocketLike {
  bufferedAmount: number;
  terminate(): void;
}

interface FrameCount {
  second: number;
  frames: number;
}

/**
 * What every room of this server has in common: the door, one way to refuse, one way to close, a limit on
 * frames, and exceptions that end no more than they must.
 */
export abstract class BaseRoom<T extends RoomOptions = RoomOptions>
  extends Room<T>
  implements Countable, Operable
{
  constructor() {
    super();
    // The framework's clock reads the time of day, which may be set back: the room would then stand still for as long.
    Reflect.set(this.clock, "now", () => performance.now());
    this.clock.start();
  }

  /**
   * Given by `createApp`. Static because Colyseus builds rooms itself, without arguments, and because a
   * process has one server: its matchmaker is a singleton too.
   */
  static services: Services;
  /** Of this process. */
  static readonly opening = new OpeningRooms();

  readonly #closing = new WeakMap<Client, Reason>();
  readonly #frames = new WeakMap<Client, FrameCount>();
  /** When a client that has not acknowledged its join was first seen (ms of the room's clock). */
  readonly #unacknowledged = new WeakMap<Client, number>();
  readonly #unknownTypes = new Set<string>();
  /** The room is on its way out: a step that is still due must not run on a state that may be half written. */
  isEnding = false;
  #logger: Logger | undefined;
  /** When the room moves to another process (ms, monotonic), once that is known. */
  #movesAt: number | undefined;

  get services(): Services {
    return BaseRoom.services;
  }

  /** Logs with the room's name and id. */
  get log(): Logger {
    this.#logger ??= this.services.logger.child({ room: this.roomName, roomId: this.roomId });
    return this.#logger;
  }

  /** Session id, name and so on of a client, for every line about it. */
  logFields(client: Client): Record<string, unknown> {
    return { sessionId: client.sessionId };
  }

  static override async onAuth(token: string, options: unknown, context: AuthContext): Promise<Approved> {
    return approveAtDoor(BaseRoom.services, token, options, context);
  }

  /**
   * Asked with every socket that comes for a seat. A seat that is not kept any more is refused with a reason:
   * the framework would send a text of its own.
   */
  override hasReservedSeat(sessionId: string, reconnectionToken?: string): boolean {
    if (super.hasReservedSeat(sessionId, reconnectionToken)) return true;
    const refusal: Refusal = { reason: "session/seat_expired" };
    const { roomId } = this;
    this.services.refusals.note(refusal.reason, "socket without a seat", "unknown", { roomId, sessionId });
    throw refusedError(refusal);
  }

  /** A throw out of `onJoin` refuses the join before anything of the room is sent. */
  protected refuseJoin(client: Client, refusal: Refusal): never {
    this.services.metrics.refused(refusal.reason);
    const { requestId }: Partial<Approved> = client.auth ?? {};
    const { sessionId } = client;
    this.log.info({ event: "refused", sessionId, requestId, reason: refusal.reason }, "join refused");
    throw refusedError(refusal);
  }

  /** The room can be found from now on. One that could not be listed never hears of it, and nobody comes. */
  onListed(): void {
    // Nothing waits for it.
  }

  /** Whether the seat that is kept for this session is for somebody who was here before. */
  awaitsBack(_sessionId: string): boolean {
    return false;
  }

  presences(): Iterable<Presence> {
    return [];
  }

  /** Called before figures are read. A room that counts by itself, where that is cheaper, hands it in now. */
  reportCounts(): void {
    // Nothing is kept back.
  }

  // --- asked by operators, from any process: plain data in, plain data out (see `ops/commands.ts`) ---

  /** Who is here. Their addresses are told only to whoever asked for them. */
  peopleHere(_withAddresses: boolean): PersonHere[] {
    return [];
  }

  /** Say a line to everybody here, in the operator's name. */
  announce(_text: string): void {
    // Nobody to hear it.
  }

  /** End a session for good. */
  removePerson(_sessionId: string, _ban: boolean): Removal {
    return "gone";
  }

  /** Whether this client may send more than its greeting. */
  isApproved(_client: Client): boolean {
    return true;
  }

  /** Why a client of this room is being closed by us, if it is. */
  protected closingReason(client: Client): Reason | undefined {
    return this.#closing.get(client);
  }

  /**
   * End a session: the one path for every kick, refusal and protocol error after the join. The reason goes
   * to the client in the close frame, to the log and to the metrics. Closing twice does nothing, and neither does
   * a client whose seat another socket has taken over meanwhile: its successor has the same session.
   */
  closeSession(client: Client, refusal: Refusal): void {
    if (this.#closing.has(client) || this.clients.get(client.sessionId) !== client) return;
    this.#closing.set(client, refusal.reason);
    this.services.metrics.refused(refusal.reason);
    this.log.info(
      { event: "close", ...this.logFields(client), reason: refusal.reason, ...refusal.detail },
      "session closed",
    );
    this.kickClient(client.sessionId, closeCodeOf(refusal.reason), encodeRefusal(refusal));
  }

  /** Answer a request with a reason. The session goes on. */
  refuse(client: Client, context: MessageContext, refusal: Refusal): unknown {
    this.services.metrics.refused(refusal.reason);
    this.log.debug({ event: "refused", ...this.logFields(client), reason: refusal.reason }, "refused");
    return context.reject(encodeRefusal(refusal));
  }

  /** Why this client must wait before another change that others are told of, or `undefined`. */
  async hasteOf({ sessionId }: Client): Promise<Refusal | undefined> {
    const waitMs = await this.services.limits.changes.take(sessionId);
    return waitMs > 0 ? tooSoon(waitMs) : undefined;
  }

  /**
   * Look at a frame before the framework does (see `http/harden.ts`).
   *
   * @returns why the session must end, or `undefined` for a frame that may go on
   */
  checkFrame(client: Client, frame: Uint8Array): Refusal | undefined {
    const kind = frameKind(frame);
    if (!HONEST_FRAMES.has(kind)) return { reason: "session/bad_message", detail: { what: "kind of frame" } };
    // Whoever has not acknowledged the join is never sent the state, and all that is said waits for it in
    // memory: a seat must not be approved for such a client. The SDK always acknowledges first.
    if (client.state === ClientState.JOINING) {
      if (kind !== Protocol.JOIN_ROOM) {
        return { reason: "session/bad_message", detail: { what: "before the join" } };
      }
      this.#watchSocket(client);
    }
    if (kind === Protocol.ROOM_DATA || kind === Protocol.ROOM_REQUEST) {
      const name = nameOfMessage(frame, kind);
      if (name === undefined) return { reason: "session/bad_message", detail: { what: "form of a message" } };
      // A message without a handler comes to the room's `_`; of a request only the client would hear.
      if (kind === Protocol.ROOM_REQUEST && !this.#hasHandler(name)) return this.#unknown(client, name);
    }
    if (kind === Protocol.ROOM_INPUT_RELIABLE) {
      if (frame.byteLength > INPUT_FRAME_BYTES_MAX || !this.isApproved(client)) {
        return { reason: "session/bad_message", detail: { what: "input" } };
      }
    }
    const second = Math.floor(this.clock.currentTime / 1_000);
    const count = this.#frames.get(client);
    if (count?.second !== second) {
      this.#frames.set(client, { second, frames: 1 });
    } else if (++count.frames > this.services.config.MAX_MESSAGES_PER_SECOND) {
      return { reason: "session/too_many_messages" };
    }
    return undefined;
  }

  /**
   * A frame that the socket itself refuses, for its size or its form, never reaches the room: the socket closes
   * with a code that only the client hears, and would look like a lost network here, with a seat to hold.
   */
  #watchSocket(client: Client): void {
    client.ref.on("error", (error: Error) => {
      const code = "code" in error ? String(error.code) : "";
      if (!code.startsWith("WS_ERR_")) return;
      const tooBig = code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
      this.closeSession(client, { reason: tooBig ? "session/message_too_big" : "session/bad_message" });
    });
  }

  /** For a room's `_` handler: an unknown message is counted, logged once per name, and ends the session. */
  protected rejectUnknown(client: Client, type: unknown): void {
    // Not always a text: the framework passes on whatever a message of the name "*" carried.
    this.closeSession(client, this.#unknown(client, typeof type === "string" ? type : typeof type));
  }

  #unknown(client: Client, name: string): Refusal {
    if (!this.#unknownTypes.has(name) && this.#unknownTypes.size < 100) {
      this.#unknownTypes.add(name);
      this.log.warn({ event: "unknown_message", ...this.logFields(client), type: name }, "unknown message");
    }
    return { reason: "session/bad_message", detail: { what: "name of a message" } };
  }

  #hasHandler(name: string): boolean {
    // Private, and the only list of them: plugins add theirs to the room's.
    const { events }: { events: object } = Reflect.get(this, "onMessageEvents");
    return name !== "_" && name !== "*" && Object.hasOwn(events, name);
  }

  /**
   * Close whoever makes the server keep what they do not take: what piles up unread in the socket, or what
   * waits for a join that is never acknowledged. One such client must not eat the memory of all.
   */
  protected watchClients(): void {
    this.clock.setInterval(() => {
      for (const client of [...this.clients]) {
        const socket = client.ref as EventEmitter & Partial<WebSocketLike>;
        if ((socket.bufferedAmount ?? 0) > this.services.config.MAX_BUFFERED_BYTES) {
          this.closeSession(client, { reason: "session/slow_reader" });
          socket.terminate?.();
        } else if (client.state === ClientState.JOINING) {
          this.#awaitAcknowledgement(client);
        }
      }
    }, WATCH_MS);
  }

  #awaitAcknowledgement(client: Client): void {
    const now = this.clock.elapsedTime;
    const since = this.#unacknowledged.get(client) ?? now;
    this.#unacknowledged.set(client, since);
    if (now - since < this.services.config.APPROVAL_TIMEOUT_MS) return;
    this.closeSession(client, { reason: "session/approval_timeout" });
  }

  /**
   * A throwing handler costs only its message. A throwing step leaves the state half written: that ends the
   * room, and no other.
   */
  override onUncaughtException(error: RoomException, method: RoomMethodName): void {
    // A refusal is thrown, as the framework wants it: expected, and counted where it was made.
    const { cause } = error;
    const mayRefuse = method === "onJoin" || method === "onCreate";
    if (mayRefuse && cause instanceof Error && decodeRefusal(cause.message)) return;
    this.services.metrics.exceptions.inc({ where: method });
    this.log.error({ event: "exception", method, err: error }, "exception in a room");
    if (method === "setFixedTimestep" || method === "setTimestep") this.closeRoom("session/internal_error");
  }

  /** End the room for everybody in it, with the same reason for all. */
  closeRoom(reason: Reason): void {
    this.isEnding = true;
    for (const client of [...this.clients]) this.closeSession(client, { reason });
    this.disconnect(closeCodeOf(reason)).catch((error: unknown) => {
      this.log.error({ event: "exception", method: "disconnect", err: error }, "closing the room failed");
    });
  }

  /** Tell everybody that the room moves in a while, and whoever comes until then. */
  announceMove(inMs: number): void {
    this.#movesAt = performance.now() + inMs;
    for (const client of this.clients) this.#tellMove(client);
  }

  /** Nothing comes of it after all. */
  revokeMove(): void {
    if (this.#movesAt === undefined) return;
    this.#movesAt = undefined;
    const notice: Refusal = { reason: "session/server_restarting", detail: { calledOff: "1" } };
    this.broadcast("session:notice", notice);
  }

  /** For whoever has just come. */
  protected greetWithMove(client: Client): void {
    this.#tellMove(client);
  }

  #tellMove(client: Client): void {
    if (this.#movesAt === undefined) return;
    const inMs = String(Math.max(0, Math.round(this.#movesAt - performance.now())));
    const notice: Refusal = { reason: "session/server_restarting", detail: { inMs } };
    client.send("session:notice", notice);
  }

  /** The process is being stopped: see that what is here goes on elsewhere, and end. */
  async handOn(): Promise<void> {
    this.closeRoom("session/server_restarting");
  }

  override onBeforeShutdown(): void {
    this.closeRoom("session/server_restarting");
  }
}
