import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { WebSocketTransport } from "@colyseus/ws-transport";

const OPEN = 1;
/** What may have been under way when a socket was closed (bytes). */
const UNDER_WAY_MAX = 64 * 1024;

/** What is needed of the transport's sockets. */
interface WebSocketLike {
  readonly readyState: number;
  terminate(): void;
}

/**
 * Cut off whoever goes on sending when their socket was closed. Until the other side closes it too, or for half a
 * minute, it is read on, past every limit of frames: one such client keeps a processor busy.
 */
export function cutOffTalkers(transport: WebSocketTransport): void {
  const sockets: EventEmitter = Reflect.get(transport, "wss");
  sockets.on("connection", (socket: WebSocketLike, { socket: connection }: IncomingMessage) => {
    let bytes = 0;
    connection.on("data", (chunk: Buffer) => {
      if (socket.readyState === OPEN) return;
      bytes += chunk.byteLength;
      if (bytes > UNDER_WAY_MAX) socket.terminate();
    });
  });
}
