import { describe, expect, test } from "@jest/globals";
import { followCourse } from "@tagalong/shared/world/course.ts";
import { Motion } from "@tagalong/shared/world/movement.ts";
import { POSITION_STEPS_PER_UNIT, SNAP_DISTANCE } from "@tagalong/shared/world/tuning.ts";
import { type Sample, Track } from "./Track.ts";

/** A track that goes so far with each patch (u). */
function trackOf(steps: readonly number[], begin = 0): Track {
  const track = new Track({}, begin);
  for (const step of steps) {
    track.stepX = step * POSITION_STEPS_PER_UNIT;
    followCourse(track);
    track.record(0, step === 0 ? Motion.IDLE : Motion.WALK);
  }
  return track;
}

function at(track: Track, patch: number): Sample {
  const sample: Sample = { x: 0, y: 0, facing: 0, motion: 0 };
  track.sample(patch, sample);
  return sample;
}

describe("a track", () => {
  test("is straight between two patches, with the pose of the step that leads to the later one", () => {
    const track = trackOf([100, 0, 4, 4]);
    expect(at(track, 1)).toMatchObject({ x: 100, motion: Motion.IDLE });
    expect(at(track, 1.25)).toMatchObject({ x: 101, motion: Motion.WALK });
    expect(at(track, 2)).toMatchObject({ x: 104, motion: Motion.WALK });
    expect(at(track, 2.5)).toMatchObject({ x: 106 });
  });

  test("begins where the player appeared and holds at the newest patch", () => {
    const track = trackOf([100, 4], 70);
    expect(at(track, 3).x).toBe(100);
    expect(at(track, 90).x).toBe(104);
  });

  test("has no place in the middle of a teleport", () => {
    const track = trackOf([100, SNAP_DISTANCE + 1, 4]);
    expect(at(track, 0.99)).toMatchObject({ x: 100 });
    expect(at(track, 1)).toMatchObject({ x: 100 + SNAP_DISTANCE + 1 });
  });

  test("keeps a second and forgets what is older", () => {
    const track = trackOf(Array.from({ length: 100 }, () => 1));
    expect(track.samples).toHaveLength(32);
    expect(track.samples[0]).toMatchObject({ x: 69 });
    expect(track.samples.at(-1)).toMatchObject({ x: 100 });
    // Of a time long ago it knows the oldest that it kept.
    expect(at(track, 5).x).toBe(69);
  });
});
