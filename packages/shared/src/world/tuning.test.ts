import { describe, expect, test } from "@jest/globals";
import * as tuning from "./tuning.ts";

/** What the numbers must keep to each other, whatever they are tuned to. */
describe("tuning", () => {
  test("a dash ends before the next may begin, and both fit the state's bytes", () => {
    expect(tuning.DASH_TICKS).toBeLessThan(tuning.DASH_COOLDOWN_TICKS);
    expect(tuning.DASH_COOLDOWN_TICKS).toBeLessThanOrEqual(255);
  });

  test("a dash is faster than a walk", () => {
    expect(tuning.DASH_SPEED).toBeGreaterThan(tuning.WALK_SPEED);
  });

  test("nothing that is walked or dashed in a few steps is drawn as a teleport", () => {
    expect((tuning.DASH_SPEED / tuning.TICK_HZ) * tuning.INPUTS_PER_TICK).toBeLessThan(tuning.SNAP_DISTANCE);
  });

  test("a position step is a power of two, so that float32 holds it exactly", () => {
    expect(Math.log2(tuning.POSITION_STEPS_PER_UNIT) % 1).toBe(0);
  });

  test("catching up is possible, and the backlog is worth less than the credit", () => {
    expect(tuning.INPUTS_PER_TICK).toBeGreaterThan(1);
    expect(tuning.INPUT_BACKLOG_MAX).toBeLessThan(tuning.INPUT_CREDIT_MAX);
  });

  test("others are drawn at least two patches in the past", () => {
    expect(tuning.INTERPOLATION_DELAY_MS).toBeGreaterThanOrEqual(2 * tuning.TICK_MS);
  });
});
