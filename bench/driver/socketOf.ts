import { Socket } from "node:net";

/**
 * The network socket under a WebSocket of the package `ws`, in a field of its own making: the only place that knows how
 * many bytes really went over the wire, frame headers, masks and pings included.
 */
export function socketOf(webSocket: object): Socket {
  const socket: unknown = Reflect.get(webSocket, "_socket");
  if (!(socket instanceof Socket)) throw new Error("this WebSocket is not one of ws, or not open");
  return socket;
}
