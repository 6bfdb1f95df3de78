import { Protocol } from "@colyseus/core";
import { Room as SdkRoom } from "@colyseus/sdk";
import type { MoveControls } from "@tagalong/shared/world/movement.ts";

/** An input with all its fields. Axes out of range wrap as they do in the SDK's encoder. */
export function inputFrame({ dx, dy, dash }: MoveControls): Uint8Array {
  return Uint8Array.of(Protocol.ROOM_INPUT_RELIABLE, 0x80, dx, 0x81, dy, 0x82, dash);
}

/** A message, written by the SDK. */
export function messageFrame(type: string, payload?: unknown): Uint8Array {
  const sdk = new SdkRoom("frames");
  let frame = new Uint8Array();
  const send = (bytes: Uint8Array) => {
    frame = Uint8Array.from(bytes);
  };
  Object.assign(sdk, { connection: { isOpen: true, send } });
  sdk.send(type, payload);
  return frame;
}

/** The same as a request: it has a number, and an answer. */
export function requestFrame(type: string, payload: unknown, id = 1): Uint8Array {
  return Uint8Array.of(Protocol.ROOM_REQUEST, id, ...messageFrame(type, payload).subarray(1));
}
