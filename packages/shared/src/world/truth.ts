import type { Mover } from "./movement.ts";

/** The fields that the step reads and writes: what a client's reconciler mirrors. */
export const MOVER_FIELDS = ["x", "y", "facing", "motion", "dashTicks", "cooldownTicks"] as const;

/**
 * The exact state of one's own player after one's input `seq` (0: before the first), for its owner alone: an array, so
 * that no names travel.
 */
export type OwnTruth = readonly [
  seq: number,
  x: number,
  y: number,
  facing: number,
  motion: number,
  dashTicks: number,
  cooldownTicks: number,
];

export function writeTruth(seq: number, mover: Mover): OwnTruth {
  const { x, y, facing, motion, dashTicks, cooldownTicks } = mover;
  return [seq, x, y, facing, motion, dashTicks, cooldownTicks];
}

export function readTruth([seq, x, y, facing, motion, dashTicks, cooldownTicks]: OwnTruth): {
  seq: number;
  mover: Mover;
} {
  return { seq, mover: { x, y, facing, motion, dashTicks, cooldownTicks } };
}

/** Whether two movers are in the same state, to the bit. */
export function isSameMover(a: Mover, b: Mover): boolean {
  return (
    a.x === b.x &&
    a.y === b.y &&
    a.facing === b.facing &&
    a.motion === b.motion &&
    a.dashTicks === b.dashTicks &&
    a.cooldownTicks === b.cooldownTicks
  );
}

export function copyMover(from: Mover, to: Mover): void {
  to.x = from.x;
  to.y = from.y;
  to.facing = from.facing;
  to.motion = from.motion;
  to.dashTicks = from.dashTicks;
  to.cooldownTicks = from.cooldownTicks;
}
