import { Motion } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP, PLAZA_TILED } from "@tagalong/shared/world/plaza.ts";
import { DASH_SPEED, SNAP_DISTANCE, WALK_SPEED } from "@tagalong/shared/world/tuning.ts";
import type { Frame, Pose } from "./Screen.ts";

/** Something about one frame that can be measured, with where to look for it. */
export interface Measure {
  /** Index among the frames of its screen. */
  readonly frame: number;
  /** Since the run began (ms). */
  readonly at: number;
  readonly value: number;
  /** What it may be at the most. */
  readonly limit: number;
}

/** The fastest walk anywhere on the map (u/s). */
export const FASTEST_WALK = WALK_SPEED * fastestGround();
/** What rounding, and the tolerance of courses, may add to one step (u). */
const STEP_TOLERANCE = 1;

export function broken(measures: readonly Measure[]): readonly Measure[] {
  return measures.filter(({ value, limit }) => value > limit);
}

/**
 * From each frame in which a key went down, with the player at rest, to the first one that shows it (ms). Whoever pushes
 * against a wall goes nowhere until they turn: left out.
 */
export function pressDelays(frames: readonly Frame[], limit: number): Measure[] {
  return frames.flatMap(({ at, controls }, frame) => {
    const [resting, before] = [frames[frame - 2], frames[frame - 1]];
    if (!isHeld(controls) || !before?.self || isHeld(before.controls)) return [];
    if (!isSame(before.self, resting?.self)) return [];
    const { dx, dy } = controls;
    for (const later of frames.slice(frame)) {
      if (later.controls.dx !== dx || later.controls.dy !== dy) break;
      if (!isSame(before.self, later.self)) return [{ frame, at, value: later.at - at, limit }];
    }
    return [];
  });
}

/** How much each frame corrected the prediction by (u). */
export function corrections(frames: readonly Frame[], limit: number): Measure[] {
  return frames.map(({ at, correction: value }, frame) => ({ frame, at, value, limit }));
}

/**
 * How far the other player was moved from each frame to the next (u). Jumps of the timeline and teleports are left out.
 *
 * @param haste how many times as fast as usual the server may let them walk
 */
export function otherSteps(frames: readonly Frame[], haste = 1): Measure[] {
  return frames.flatMap(({ at, other, snaps }, frame) => {
    const before = frames[frame - 1];
    if (!other || !before?.other || snaps !== before.snaps) return [];
    const value = Math.hypot(other.x - before.other.x, other.y - before.other.y);
    if (value > SNAP_DISTANCE) return [];
    const speed = Math.max(speedOf(other), speedOf(before.other)) * haste;
    return [{ frame, at, value, limit: (speed * (at - before.at)) / 1_000 + STEP_TOLERANCE }];
  });
}

/** The value that so large a share of them does not exceed. */
export function percentile(measures: readonly Measure[], share: number): number {
  const values = measures.map(({ value }) => value).sort((a, b) => a - b);
  return values[Math.ceil(values.length * share) - 1] ?? 0;
}

function speedOf({ motion }: Pose): number {
  return motion === Motion.DASH ? DASH_SPEED : FASTEST_WALK;
}

function isHeld({ dx, dy, dash }: Frame["controls"]): boolean {
  return dx !== 0 || dy !== 0 || dash !== 0;
}

function isSame(one: Pose | undefined, other: Pose | undefined): boolean {
  return one?.x === other?.x && one?.y === other?.y;
}

function fastestGround(): number {
  let fastest = 0;
  for (let x = 0; x < PLAZA_MAP.width; x += PLAZA_TILED.tilewidth) {
    for (let y = 0; y < PLAZA_MAP.height; y += PLAZA_TILED.tileheight) {
      fastest = Math.max(fastest, PLAZA_MAP.speedAt(x, y));
    }
  }
  return fastest;
}
