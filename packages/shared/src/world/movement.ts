import type { WorldMap } from "./map.ts";
import {
  BODY_HALF_HEIGHT,
  BODY_HALF_WIDTH,
  DASH_COOLDOWN_TICKS,
  DASH_SPEED,
  DASH_TICKS,
  POSITION_STEPS_PER_UNIT,
  WALK_SPEED,
} from "./tuning.ts";

/** Where a player looks: eighths of a turn, clockwise from east with y pointing down. */
export const Facing = {
  EAST: 0,
  SOUTH_EAST: 1,
  SOUTH: 2,
  SOUTH_WEST: 3,
  WEST: 4,
  NORTH_WEST: 5,
  NORTH: 6,
  NORTH_EAST: 7,
} as const;

/** What a player's body does: chooses the animation. */
export const Motion = { IDLE: 0, WALK: 1, DASH: 2 } as const;

/** What one step reads and writes. A synced player, a predicted copy and a test literal all fit. */
export interface Mover {
  x: number;
  y: number;
  facing: number;
  motion: number;
  /** Steps of the current dash that are left. */
  dashTicks: number;
  /** Steps until the next dash may begin. */
  cooldownTicks: number;
}

/** One tick's controls. Axes are -1, 0 or 1; the room has clamped them before they arrive here. */
export interface MoveControls {
  readonly dx: number;
  readonly dy: number;
  readonly dash: number;
}

const AXIS_X = [1, 1, 0, -1, -1, -1, 0, 1] as const;
const AXIS_Y = [0, 1, 1, 1, 0, -1, -1, -1] as const;
/** A constant of the language, not a computation: the same double on every engine. */
const DIAGONAL = Math.SQRT1_2;

/** Facing of the axes (dx, dy) at index (dy + 1) * 3 + (dx + 1); the middle, standing still, is unused. */
const FACING_OF_AXES = [5, 6, 7, 4, -1, 0, 3, 2, 1] as const;

/** Facing for a direction, or the old one while standing. */
export function facingOf(dx: number, dy: number, old: number): number {
  const facing = FACING_OF_AXES[(dy + 1) * 3 + (dx + 1)] ?? -1;
  return facing < 0 ? old : facing;
}

/** The nearest position that both sides can hold exactly. */
export function quantize(value: number): number {
  return Math.round(value * POSITION_STEPS_PER_UNIT) / POSITION_STEPS_PER_UNIT;
}

/**
 * Move one player by one input. The room runs it for truth, the client for prediction.
 *
 * A dash runs straight ahead in the direction of its start, at its own speed whatever the ground; walking
 * takes the speed of the ground under the feet. Walls are met axis by axis, so a player slides along them.
 *
 * @param mover mutated in place; position in world units
 * @param input axes in -1..1 as integers
 * @param dt    the fixed step in seconds, never a measured delta
 * @param map   what there is to collide with; asked, never changed
 *
 * Never throws. Uses + - * / and Math.round only, so every engine gets the same result.
 */
export function stepMover(mover: Mover, input: MoveControls, dt: number, map: WorldMap): void {
  if (mover.cooldownTicks > 0) mover.cooldownTicks -= 1;
  if (mover.dashTicks > 0) {
    mover.dashTicks -= 1;
  } else if (input.dash !== 0 && mover.cooldownTicks === 0) {
    mover.facing = facingOf(input.dx, input.dy, mover.facing);
    mover.dashTicks = DASH_TICKS - 1;
    mover.cooldownTicks = DASH_COOLDOWN_TICKS;
  } else {
    walk(mover, input, dt, map);
    return;
  }
  mover.motion = Motion.DASH;
  advance(mover, AXIS_X[mover.facing] ?? 0, AXIS_Y[mover.facing] ?? 0, DASH_SPEED * dt, map);
}

function walk(mover: Mover, { dx, dy }: MoveControls, dt: number, map: WorldMap): void {
  mover.motion = dx === 0 && dy === 0 ? Motion.IDLE : Motion.WALK;
  if (mover.motion === Motion.IDLE) return;
  mover.facing = facingOf(dx, dy, mover.facing);
  advance(mover, dx, dy, WALK_SPEED * map.speedAt(mover.x, mover.y) * dt, map);
}

function advance(mover: Mover, dx: number, dy: number, distance: number, map: WorldMap): void {
  const each = dx !== 0 && dy !== 0 ? distance * DIAGONAL : distance;
  if (dx !== 0) mover.x = map.slideX(mover.x, mover.y, quantize(mover.x + dx * each));
  if (dy !== 0) mover.y = map.slideY(mover.x, mover.y, quantize(mover.y + dy * each));
}

/** Whether a body standing at this point overlaps something solid. Touching is not overlapping. */
export function isInsideWall(x: number, y: number, map: WorldMap): boolean {
  return map.isSolid(x - BODY_HALF_WIDTH, y - BODY_HALF_HEIGHT, x + BODY_HALF_WIDTH, y + BODY_HALF_HEIGHT);
}
