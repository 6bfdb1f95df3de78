import { COURSE_TOLERANCE, POSITION_STEPS_PER_UNIT } from "./tuning.ts";

/** A point in the world (u). */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * A straight course: where a player is drawn, and how far they go with every patch. Whoever walks straight on is known
 * without another byte.
 */
export interface Course {
  /** Where everybody draws the player as of the last patch (u). */
  courseX: number;
  courseY: number;
  /** How far they go with each patch, in position steps (see tuning): whole numbers, negative to the west and north. */
  stepX: number;
  stepY: number;
}

/** Decoder: what one patch means for a player whose course, new or old, is known. Exact; keeps no time and no count. */
export function followCourse(course: Course): void {
  course.courseX += course.stepX / POSITION_STEPS_PER_UNIT;
  course.courseY += course.stepY / POSITION_STEPS_PER_UNIT;
}

/**
 * Encoder: once per patch, before it is sent. Leaves the course alone while following it stays within the tolerance of
 * the truth, and otherwise turns it so that this very patch lands on the truth. A start, a stop, a turn, a wall and a
 * teleport are all just that: the encoder knows no rules of movement.
 *
 * This is dead reckoning as in IEEE 1278 (send only when the receivers' extrapolation is off by more than a
 * threshold) over the first difference of the position. Both sides count in whole position steps, so that
 * nothing adds up over time.
 *
 * @param course what was last sent; `stepX` and `stepY` are changed only when they must be sent again
 * @param truth where the player is now (u)
 * @param tolerance how far the drawn place may be from the truth (u)
 */
export function plotCourse(course: Course, truth: Place, tolerance: number = COURSE_TOLERANCE): void {
  const aheadX = truth.x - course.courseX;
  const aheadY = truth.y - course.courseY;
  const offX = aheadX - course.stepX / POSITION_STEPS_PER_UNIT;
  const offY = aheadY - course.stepY / POSITION_STEPS_PER_UNIT;
  if (Math.hypot(offX, offY) > tolerance) {
    course.stepX = Math.round(aheadX * POSITION_STEPS_PER_UNIT);
    course.stepY = Math.round(aheadY * POSITION_STEPS_PER_UNIT);
  }
  followCourse(course);
}
