import { type AuthContext, type Client, matchMaker, Room, ServerError } from "@colyseus/core";
import { Encoder } from "@colyseus/schema";
import { decodeRefusal, type Reason, type Refusal } from "@tagalong/shared/session/reasons.ts";
import { inTime } from "../cluster/inTime.ts";
import type { Config } from "../config.ts";
import type { Services } from "../services.ts";
import { checkVersion, refusedError, tooSoon, versionOf } from "../session/approval.ts";
import { BaseRoom } from "../session/BaseRoom.ts";
import { fullnessOf } from "../session/capacity.ts";
import { noteCounted } from "./requests.ts";

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
  const enter = async (args: Parameters<typeof invoke>) => {
    const [method, roomId, options, context] = args;
    await limitArrivals(services, method, context);
    await checkHome(services, method, roomId, options);
    return invoke.apply(controller, args);
  };
  controller.invokeMethod = async (...args) => {
    try {
      return await answered(enter(args));
    } catch (error) {
      throw await explainMatchmaking(services, args[0], args[1], error);
    }
  };
}

/**
 * The framework asks the door only of a room that is there and has space, and not about who says that they have a seat.
 * A guest who does is counted by themselves: nobody at their address can keep them from it.
 */
async function limitArrivals(
  { limits, refusals, guests }: Services,
  method: string,
  context?: Partial<Pick<AuthContext, "token" | "ip">>,
): Promise<void> {
  const address = context?.ip ?? "unknown";
  // Of a join the door reads the token anyway.
  const seated = method === "reconnect" ? guests.verify(context?.token) : undefined;
  const crowdedMs = await limits.crowds.take(address);
  if (crowdedMs === 0) noteCounted();
  // Anybody can collect tokens: of these, too, there are not more than so many.
  const waitMs = seated?.ok
    ? (await limits.returns.take(address)) || (await limits.joins.take(seated.claims.id))
    : crowdedMs;
  if (waitMs <= 0) return;
  refusals.note("session/too_many_requests", "arrivals of one address", address);
  throw refusedError(tooSoon(waitMs));
}

/** A room is asked over the network, maybe in vain: the framework waits for it longer than a player does. */
async function checkHome(
  services: Services,
  method: string,
  roomId: string,
  options?: { ticket?: unknown },
): Promise<void> {
  const { cluster, tickets } = services;
  if (!cluster.isAvailable) throw refusedError({ reason: "server/unavailable" });
  const room = await matchMaker.getRoomById(roomId);
  const liveness = room ? await cluster.liveness(room.processId) : "dead";
  if (liveness === "silent") throw refusedError({ reason: "server/unavailable" });
  if (!room || liveness === "dead") {
    throw refusedError({ reason: method === "reconnect" ? "lobby/room_closed" : "lobby/room_not_found" });
  }
  // Whoever has a seat is counted already, and their greeting tells of versions.
  if (method === "reconnect") return;
  // Of the room's process, which is to be followed.
  const mismatch = checkVersion(versionOf(options), room.metadata?.protocol);
  if (mismatch) throw refusedError(mismatch);
  const { processId } = room;
  const ticket = typeof options?.ticket === "string" ? tickets.open(options.ticket) : undefined;
  // Whose ticket it is, the room asks.
  const comesBack = ticket !== undefined && ticket.code === room.metadata?.code;
  const full = fullnessOf(services, { processId, comesBack });
  if (full) throw refusedError(full);
}

const ON_THE_WAY: ReadonlySet<Reason> = new Set([
  "session/version_mismatch",
  "server/unavailable",
  "lobby/room_closed",
  "lobby/room_not_found",
  "session/server_full",
]);

/** Less than a proxy waits. */
const ANSWER_MS = 2_500;

/** Whoever asked for what takes too long is told to ask again. */
export function answered<T>(work: Promise<T>): Promise<T> {
  return inTime(work, ANSWER_MS, () => refusedError({ reason: "server/unavailable" }));
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

/** The matchmaker's own errors, as reasons of the catalogue. The line of the request tells who was refused what. */
async function explainMatchmaking(
  { metrics, logger }: Services,
  method: string,
  roomId: string,
  error: unknown,
): Promise<ServerError> {
  const message = error instanceof Error ? error.message : "";
  const ours = error instanceof ServerError ? decodeRefusal(message) : undefined;
  if (error instanceof ServerError && ours) {
    // Counted where it was made, but for what was found out on the way to the room.
    if (ON_THE_WAY.has(ours.reason)) metrics.refused(ours.reason);
    return error;
  }
  const refusal = await refusalOfMatchmaking(method, roomId, message);
  metrics.refused(refusal.reason);
  if (refusal.reason === "session/internal_error") {
    logger.error({ event: "exception", method: "matchmake", err: error }, "matchmaking failed");
  }
  return refusedError(refusal);
}

async function refusalOfMatchmaking(method: string, roomId: string, message: string): Promise<Refusal> {
  // The process of the room went away while it was being asked.
  if (message.includes("is not available")) return { reason: "server/unavailable" };
  if (message.includes("invalid method")) return { reason: "lobby/bad_options" };
  const room = await answered(matchMaker.getRoomById(roomId));
  if (!room) return { reason: method === "reconnect" ? "lobby/room_closed" : "lobby/room_not_found" };
  if (method === "reconnect") return { reason: "session/seat_expired" };
  // The matchmaker locks a full room by itself. A leader's lock is the room's to ask, not the matchmaker's.
  if (message.includes("locked") || message.includes("full")) {
    const detail = { players: String(room.clients), max: String(room.maxClients) };
    return { reason: "lobby/room_full", detail };
  }
  return { reason: "session/internal_error" };
}
