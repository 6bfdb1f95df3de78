import type { EventEmitter } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { matchMaker } from "@colyseus/core";
import type { WebSocketTransport } from "@colyseus/ws-transport";
import { closeCodeOf, encodeRefusal, type Reason } from "@tagalong/shared/session/reasons.ts";
import type { Services } from "../services.ts";
import { BaseRoom } from "../session/BaseRoom.ts";
import { isAllowedOrigin } from "./harden.ts";
import { answerRefusedRaw } from "./refusals.ts";
import { isRightTarget } from "./requests.ts";

const OPEN = 1;
/** What may have been under way when a socket was closed (bytes). */
const UNDER_WAY_MAX = 64 * 1024;
/** Who is told why they are not let in gets so long to read it. */
const FAREWELL_MS = 1_000;
/** Of the approval's time: the room, which closes with a reason, is to be the first. */
const WAIT_TIMES = 2;

/** What is needed of the transport's sockets. */
interface WebSocketLike extends EventEmitter {
  readonly readyState: number;
  close(code: number, text: string): void;
  terminate(): void;
}

interface WebSocketServerLike extends EventEmitter {
  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer<ArrayBuffer>,
    done: (socket: WebSocketLike) => void,
  ): void;
}

/**
 * Stand in front of every upgrade to a WebSocket: it must come from a page that may talk to this server, and be for a
 * seat in a room that is here. Its address must have fewer than it may have, and the server fewer that are on their way
 * into a room.
 *
 * An address that has too many is refused at the join already, in words. This is for the others: joins at the same time,
 * and joins that another process has granted. A browser is not told why an upgrade fails, so the socket is opened, and
 * closed with the reason. Past twice the limit it is not even that; in between, whoever comes back is let in: to their
 * seat, because the socket that they lost may not be known to be lost yet, or to a room that they were in, because all of
 * a school come at once when a process has gone.
 *
 * Call after the server listens, and before addresses are overwritten: it stands in front of the listeners there are.
 */
export function guardUpgrades(
  transport: WebSocketTransport,
  { config, connections, refusals }: Pick<Services, "config" | "connections" | "refusals">,
): void {
  const server = transport.server as Server;
  const sockets = socketsOf(transport);
  const listeners = server.listeners("upgrade");
  server.removeAllListeners("upgrade");
  /** What ends the waiting of each socket that has not said anything in a room. */
  const waiting = new Map<Duplex, () => void>();

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer<ArrayBuffer>) => {
    const address = String(request.headers["x-real-ip"]);
    const isOverHalf = connections.isFull(address, 1);
    const isOverAll = connections.isFull(address, 2);
    socket.on("error", () => socket.destroy());
    socket.once("close", connections.enter(address));
    const { origin } = request.headers;
    if (!isAllowedOrigin(config, origin ?? null, request.headers.host ?? null)) {
      refusals.note("session/not_allowed", "socket from a foreign page", address, { origin });
      return answerRefusedRaw(socket, 403, "session/not_allowed");
    }
    const target = targetOf(request);
    if (!target) {
      refusals.note("session/bad_message", "socket for no seat", address);
      return answerRefusedRaw(socket, 400, "session/bad_message");
    }
    if (isOverAll) {
      refusals.note("session/too_many_connections", "sockets of one address", address);
      return answerRefusedRaw(socket, 429, "session/too_many_connections");
    }
    if (waiting.size >= config.MAX_CONNECTIONS) {
      refusals.note("session/server_full", "sockets on their way in", address);
      return answerRefusedRaw(socket, 503, "session/server_full");
    }
    const timer = setTimeout(() => socket.destroy(), config.APPROVAL_TIMEOUT_MS * WAIT_TIMES);
    timer.unref();
    const settle = () => {
      clearTimeout(timer);
      waiting.delete(socket);
    };
    waiting.set(socket, settle);
    socket.once("close", settle);
    const refuse = (reason: Reason, what: string) => {
      // It is on no way in, and keeps nobody from theirs.
      settle();
      refusals.note(reason, what, address);
      sockets.handleUpgrade(request, socket, head, (opened) => turnAway(opened, reason));
    };
    const room = matchMaker.getLocalRoomById(target.roomId);
    const comesBack = () =>
      target.hasToken || (room instanceof BaseRoom && room.awaitsBack(target.sessionId));
    if (isOverHalf && !comesBack()) {
      return refuse("session/too_many_connections", "sockets of one address");
    }
    // The framework would say something of its own, that is no reason.
    if (!room) return refuse("lobby/room_closed", "socket for no room");
    for (const listener of listeners) listener.call(server, request, socket, head);
  });
  sockets.on("connection", (socket: WebSocketLike, { socket: connection }: IncomingMessage) => {
    // The first that a client of ours says is that it has its seat.
    socket.on("message", function listen() {
      if (socket.readyState !== OPEN) return;
      socket.off("message", listen);
      waiting.get(connection)?.();
    });
  });
}

function turnAway(socket: WebSocketLike, reason: Reason): void {
  // A frame that it cannot read closes it, which it is already.
  socket.on("error", () => socket.terminate());
  socket.close(closeCodeOf(reason), encodeRefusal({ reason }));
  setTimeout(() => socket.terminate(), FAREWELL_MS).unref();
}

interface Target {
  roomId: string;
  sessionId: string;
  /** It brings what a seat is taken again with. */
  hasToken: boolean;
}

/** Where a socket wants to go; `undefined` for one that wants no seat. The framework answers those with pings. */
function targetOf({ url = "", method, headers }: IncomingMessage): Target | undefined {
  if (method !== "GET" || !isRightTarget(url, headers.host)) return undefined;
  const { pathname, searchParams } = new URL(`ws://server${url}`);
  const roomId = /\/[\w-]+\/([\w-]+)$/.exec(pathname)?.[1];
  const sessionId = searchParams.get("sessionId");
  if (roomId === undefined || !sessionId) return undefined;
  return { roomId, sessionId, hasToken: searchParams.has("reconnectionToken") };
}

/**
 * Cut off whoever goes on sending when their socket was closed. Until the other side closes it too, or for half a
 * minute, it is read on, past every limit of frames: one such client keeps a processor busy.
 */
export function cutOffTalkers(transport: WebSocketTransport): void {
  socketsOf(transport).on("connection", (socket: WebSocketLike, { socket: connection }: IncomingMessage) => {
    let bytes = 0;
    connection.on("data", (chunk: Buffer) => {
      if (socket.readyState === OPEN) return;
      bytes += chunk.byteLength;
      if (bytes > UNDER_WAY_MAX) socket.terminate();
    });
  });
}

function socketsOf(transport: WebSocketTransport): WebSocketServerLike {
  return Reflect.get(transport, "wss");
}
