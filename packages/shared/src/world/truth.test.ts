import { describe, expect, test } from "@jest/globals";
import type { Mover } from "./movement.ts";
import { copyMover, isSameMover, MOVER_FIELDS, readTruth, writeTruth } from "./truth.ts";

const mover: Mover = { x: 10.5, y: 20.03125, facing: 3, motion: 2, dashTicks: 4, cooldownTicks: 30 };

/** A field that one of them forgets would be predicted from a stale value. */
describe.each(MOVER_FIELDS)("the field %s", (field) => {
  const changed = { ...mover, [field]: mover[field] + 1 };

  test("is compared", () => {
    expect(isSameMover(mover, { ...mover })).toBe(true);
    expect(isSameMover(mover, changed)).toBe(false);
    expect(isSameMover(changed, mover)).toBe(false);
  });

  test("is copied", () => {
    const to = { ...mover };
    copyMover(changed, to);
    expect(to).toEqual(changed);
  });

  test("is told", () => {
    expect(readTruth(writeTruth(7, changed))).toEqual({ seq: 7, mover: changed });
  });
});
