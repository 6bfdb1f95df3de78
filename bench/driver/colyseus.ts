import type { Room } from "@colyseus/sdk";
import type { StateCount } from "./client.ts";

/** Of a frame's first byte, the bits that say its kind, and two of the kinds. */
const KIND_MASK = 0x1f;
const FULL_STATE = 14;
const PATCH = 15;
/** The bit that says: the server's time and the last input's number follow, four bytes each. */
const TIMED = 0x80;
const INPUT_OFFSET = 5;

/**
 * Count a frame if it is one of state.
 *
 * @returns number of the last input that is in this state, if the frame tells
 */
export function readColyseusFrame(frame: ArrayBuffer, count: StateCount): number | undefined {
  const view = new DataView(frame);
  const first = view.getUint8(0);
  const kind = first & KIND_MASK;
  if (kind !== PATCH && kind !== FULL_STATE) return undefined;
  count.frames += 1;
  count.bytes += frame.byteLength;
  return (first & TIMED) === 0 ? undefined : view.getUint32(INPUT_OFFSET, true);
}

/** The WebSocket of a room: in this process always one of the package `ws`, see `nodeOptions` of the driver. */
export function webSocketOf(room: Pick<Room, "connection">): object {
  const { transport } = room.connection;
  if (!("ws" in transport) || typeof transport.ws !== "object" || !transport.ws) {
    throw new Error("the room has no WebSocket");
  }
  return transport.ws;
}
