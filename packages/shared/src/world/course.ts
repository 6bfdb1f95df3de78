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

/** A course as the side that plots it keeps it. */
export interface PlottedCourse extends Course {
  /** Where the player really was at the last patch (u). */
  trueX: number;
  trueY: number;
  /** The last step made up for what the course was off by: it is not the way the player goes. */
  isLanding: boolean;
}

/** Decoder: what one patch means for a player whose course, new or old, is known. Exact; keeps no time and no count. */
export function followCourse(course: Course): void {
  course.courseX += course.stepX / POSITION_STEPS_PER_UNIT;
  course.courseY += course.stepY / POSITION_STEPS_PER_UNIT;
}

/**
 * Encoder: once per patch, before it is sent. Leaves the course alone while following it stays within the tolerance of
 * the truth, and changes it otherwise. A start, a stop, a turn, a wall and a teleport are all just that: the
 * encoder knows no rules of movement.
 *
 * This is dead reckoning as in IEEE 1278 (send only when the receivers' extrapolation is off by more than a
 * threshold) over the first difference of the position. Both sides count in whole position steps, so that
 * nothing adds up over time.
 *
 * @param course what was last sent; `stepX` and `stepY` are changed only when they must be sent again
 * @param truth where the player is now (u)
 * @param tolerance how far the drawn place may be from the truth (u)
 */
export function plotCourse(course: PlottedCourse, truth: Place, tolerance: number = COURSE_TOLERANCE): void {
  const aheadX = truth.x - course.courseX;
  const aheadY = truth.y - course.courseY;
  if (course.isLanding || isOff(course, aheadX, aheadY, tolerance)) {
    course.stepX = toSteps(truth.x - course.trueX);
    course.stepY = toSteps(truth.y - course.trueY);
    // To go on as the truth just went keeps what the course is off by. When that is much, this patch lands on the
    // truth instead, and the next one goes on from there.
    course.isLanding = isOff(course, aheadX, aheadY, tolerance / 2);
    if (course.isLanding) {
      course.stepX = toSteps(aheadX);
      course.stepY = toSteps(aheadY);
    }
  }
  followCourse(course);
  course.trueX = truth.x;
  course.trueY = truth.y;
}

function isOff({ stepX, stepY }: Course, aheadX: number, aheadY: number, tolerance: number): boolean {
  const offX = aheadX - stepX / POSITION_STEPS_PER_UNIT;
  const offY = aheadY - stepY / POSITION_STEPS_PER_UNIT;
  return Math.hypot(offX, offY) > tolerance;
}

function toSteps(distance: number): number {
  return Math.round(distance * POSITION_STEPS_PER_UNIT);
}
