import { POSITION_STEPS_PER_UNIT } from "@tagalong/shared/world/tuning.ts";
import type { Place } from "./distance.ts";
import type { Heading } from "./trace.ts";

// What the floor contender and its clients send each other. On connecting, a client is told its place in the
// snapshots (two bytes); from then on there are snapshots down and inputs up.

/** x and y in position steps (two bytes each), and the last input's number. Who it is, its place in the frame says. */
export const BYTES_PER_PLAYER = 5;

export interface SnapshotPlayer extends Place {
  /** Number of the last input applied, 0 to 255. */
  tick: number;
}

export function encodeSnapshot(players: readonly SnapshotPlayer[]): Buffer {
  const frame = Buffer.allocUnsafe(players.length * BYTES_PER_PLAYER);
  let offset = 0;
  for (const { x, y, tick } of players) {
    offset = frame.writeUInt16LE(x * POSITION_STEPS_PER_UNIT, offset);
    offset = frame.writeUInt16LE(y * POSITION_STEPS_PER_UNIT, offset);
    offset = frame.writeUInt8(tick, offset);
  }
  return frame;
}

export function decodePlayer(frame: Buffer, player: number): SnapshotPlayer {
  const offset = player * BYTES_PER_PLAYER;
  return {
    x: frame.readUInt16LE(offset) / POSITION_STEPS_PER_UNIT,
    y: frame.readUInt16LE(offset + 2) / POSITION_STEPS_PER_UNIT,
    tick: frame.readUInt8(offset + 4),
  };
}

/** Two bytes: the heading, and the input's number, which wraps. */
export function encodeInput({ dx, dy }: Heading, tick: number): Uint8Array {
  return Uint8Array.of((dy + 1) * 3 + dx + 1, tick);
}

export function decodeInput(frame: Uint8Array): { dx: number; dy: number; tick: number } {
  const [heading = 4, tick = 0] = frame;
  return { dx: (heading % 3) - 1, dy: Math.floor(heading / 3) - 1, tick };
}
