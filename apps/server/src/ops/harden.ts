import { type Client, matchMaker, Room, ServerError } from "@colyseus/core";
import { Encoder } from "@colyseus/schema";
import { decodeRefusal, type Refusal } from "@tagalong/shared/session/reasons.ts";
import type { Config } from "../config.ts";
import type { Services } from "../services.ts";
import { refusedError } from "../session/approval.ts";
import { BaseRoom } from "../session/BaseRoom.ts";

/** Above the largest full state: 500 players are about 40 KB. Two buffers of this size per room. */
const ENCODE_BUFFER_BYTES = 128 * 1024;

/** The framework's defaults that are not safe on the open internet, closed. Each has a test. */
export function hardenRuntime(services: Services): void {
  Encoder.BUFFER_SIZE = ENCODE_BUFFER_BYTES;
  guardFrames();
  const { controller } = matchMaker;
  // Rooms are made by our own routes only, with limits; everybody else joins or comes back by id.
  controller.exposedMethods = ["joinById", "reconnect"];
  controller.getCorsHeaders = (headers) => corsHeaders(services.config, headers.get("origin"));
  const invoke = invokeOriginal ?? controller.invokeMethod;
  invokeOriginal = invoke;
  controller.invokeMethod = async (...args) => {
    try {
      return await invoke.apply(controller, args);
    } catch (error) {
      throw await explainMatchmaking(services, args[0], args[1], error);
    }
  };
}

let invokeOriginal: typeof matchMaker.controller.invokeMethod | undefined;

/** The framework calls this private method with every frame of a client that has joined. */
interface FrameReceiver {
  _onMessage(this: Room, client: Client, frame: Uint8Array): void;
}
let framesGuarded = false;

/**
 * Let a room see each frame before it is decoded. Wraps a private method, the only place that all frames
 * pass: versions are pinned, and a test fails when the method is gone.
 */
function guardFrames(): void {
  if (framesGuarded) return;
  framesGuarded = true;
  const prototype = Room.prototype as unknown as FrameReceiver;
  const original = prototype._onMessage;
  if (typeof original !== "function") throw new Error("Room._onMessage is gone: frames are not guarded");
  prototype._onMessage = function (client, frame) {
    const refusal = this instanceof BaseRoom ? this.checkFrame(client, frame) : undefined;
    if (refusal && this instanceof BaseRoom) this.closeSession(client, refusal);
    else original.call(this, client, frame);
  };
}

/** Whether a page of this origin may talk to this server. No origin means: not a browser. */
export function isAllowedOrigin(config: Config, origin: string | null, host: string | null): boolean {
  if (origin === null) return true;
  if (config.ORIGINS.includes(origin)) return true;
  if (URL.canParse(origin) && host !== null && new URL(origin).host === host) return true;
  return !config.isProduction && URL.canParse(origin) && isLoopback(new URL(origin).hostname);
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}

/** The framework reflects every origin by default, with credentials. Never answer `*` or `null` here. */
function corsHeaders(config: Config, origin: string | null): Record<string, string> {
  const allowed = origin !== null && isAllowedOrigin(config, origin, null);
  // An origin that cannot exist: a header must stand there, or the framework's `*` would.
  return { "Access-Control-Allow-Origin": allowed ? origin : "https://invalid.invalid", Vary: "Origin" };
}

/** The matchmaker's own errors, as reasons of the catalogue. */
async function explainMatchmaking(
  { metrics, logger }: Services,
  method: string,
  roomId: string,
  error: unknown,
): Promise<ServerError> {
  const message = error instanceof Error ? error.message : "";
  // Ours already, and counted where it was made.
  if (error instanceof ServerError && decodeRefusal(message)) return error;
  const refusal = await refusalOfMatchmaking(method, roomId, message);
  metrics.refused(refusal.reason);
  if (refusal.reason === "session/internal_error") {
    logger.error({ event: "exception", method: "matchmake", err: error }, "matchmaking failed");
  } else {
    logger.info({ event: "refused", reason: refusal.reason, roomId }, "join refused");
  }
  return refusedError(refusal);
}

async function refusalOfMatchmaking(method: string, roomId: string, message: string): Promise<Refusal> {
  if (message.includes("invalid method")) return { reason: "lobby/bad_options" };
  const [room] = await matchMaker.query({ roomId });
  if (!room) return { reason: method === "reconnect" ? "lobby/room_closed" : "lobby/room_not_found" };
  if (method === "reconnect") return { reason: "session/seat_expired" };
  // The matchmaker locks a full room by itself. A leader's lock is the room's to ask, not the matchmaker's.
  if (message.includes("locked") || message.includes("full")) {
    const detail = { players: String(room.clients), max: String(room.maxClients) };
    return { reason: "lobby/room_full", detail };
  }
  return { reason: "session/internal_error" };
}

/**
 * The framework's own lines, in our log. Bad frames from outside can cause one each: a line is short here,
 * and its stack is for the debug level.
 */
export function createFrameworkLogger(logger: Services["logger"]) {
  const child = logger.child({ from: "colyseus" });
  const first = (text: unknown) => String(text).split("\n", 1)[0] ?? "";
  const quiet = (text: unknown) => child.debug(first(text));
  const loud = (text: unknown) => {
    child.warn(first(text));
    child.debug(String(text));
  };
  return { trace: quiet, debug: quiet, info: quiet, warn: loud, error: loud };
}
