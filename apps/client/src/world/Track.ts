import type { Course } from "@tagalong/shared/world/course.ts";
import { SNAP_DISTANCE } from "@tagalong/shared/world/tuning.ts";

/** More than is ever between the patch drawn and the newest one: over a second of them. */
const SLOTS = 32;

/** How a player looks to stand and what they do, as a patch told it. */
export interface Sample {
  x: number;
  y: number;
  facing: number;
  motion: number;
}

/** Where one other player was at each of the last patches. Written as patches come in, read on the playout clock. */
export class Track implements Course {
  courseX: number;
  courseY: number;
  stepX = 0;
  stepY = 0;
  /** Patch of the first sample. */
  readonly #begin: number;
  #newest: number;
  readonly #slots: Sample[] = Array.from({ length: SLOTS }, () => ({ x: 0, y: 0, facing: 0, motion: 0 }));

  /**
   * @param course as the full state had it, or empty when a patch brought the player: its steps begin at 0, 0
   * @param begin the patch that brought the player
   */
  constructor({ courseX = 0, courseY = 0 }: Partial<Course>, begin: number) {
    this.courseX = courseX;
    this.courseY = courseY;
    this.#begin = begin;
    this.#newest = begin - 1;
  }

  /** The samples that are still kept, oldest first. */
  get samples(): readonly Readonly<Sample>[] {
    const oldest = Math.max(this.#begin, this.#newest - SLOTS + 1);
    return Array.from({ length: this.#newest - oldest + 1 }, (_, index) => this.#slot(oldest + index));
  }

  /** The course has been followed up to the next patch. */
  record(facing: number, motion: number): void {
    this.#newest += 1;
    const slot = this.#slot(this.#newest);
    slot.x = this.courseX;
    slot.y = this.courseY;
    slot.facing = facing;
    slot.motion = motion;
  }

  /**
   * @param at a patch, and how far on the way to the next one
   * @param into is given the place at that time, in between by straight lines; a teleport has no in between
   */
  sample(at: number, into: Sample): void {
    const clamped = Math.min(Math.max(at, this.#begin, this.#newest - SLOTS + 1), this.#newest);
    const before = Math.floor(clamped);
    const from = this.#slot(before);
    // The pose of a patch is that of the step which led to it.
    const to = this.#slot(Math.ceil(clamped));
    const share = clamped - before;
    const isTeleport = Math.hypot(to.x - from.x, to.y - from.y) > SNAP_DISTANCE;
    into.x = isTeleport ? from.x : from.x + (to.x - from.x) * share;
    into.y = isTeleport ? from.y : from.y + (to.y - from.y) * share;
    into.facing = isTeleport ? from.facing : to.facing;
    into.motion = isTeleport ? from.motion : to.motion;
  }

  #slot(patch: number): Sample {
    const slot = this.#slots[patch % SLOTS];
    if (!slot) throw new RangeError(`no sample of patch ${patch}`);
    return slot;
  }
}
