import { describe, expect, test } from "@jest/globals";
import { Facing, Motion, type Mover, stepMover } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import { TICK_HZ, TRUTH_AUDIT_TICKS } from "@tagalong/shared/world/tuning.ts";
import { OwnerTruth } from "./OwnerTruth.ts";

/** One player who walks east, tick by tick, and what their client is told. */
class Walk {
  readonly truth = new OwnerTruth();
  readonly mover: Mover = {
    x: PLAZA_MAP.spawns[0]?.x ?? 0,
    y: PLAZA_MAP.spawns[0]?.y ?? 0,
    facing: Facing.EAST,
    motion: Motion.IDLE,
    dashTicks: 0,
    cooldownTicks: 0,
  };
  unused = 0;

  tick(): boolean {
    this.truth.beforeStep(this.mover);
    stepMover(this.mover, { dx: 1, dy: 0, dash: 0 }, 1 / TICK_HZ, PLAZA_MAP);
    return this.truth.afterStep(this.mover, this.unused);
  }

  /** In how many of so many ticks the client is told. */
  ticks(count: number): number {
    return Array.from({ length: count }, () => this.tick()).filter(Boolean).length;
  }
}

describe("the owner of a player is told the truth", () => {
  test("at once when they are new, and again when they come back", () => {
    const walk = new Walk();
    expect(walk.tick()).toBe(true);
    expect(walk.tick()).toBe(false);
    walk.truth.forget();
    expect(walk.tick()).toBe(true);
    expect(walk.tick()).toBe(false);
  });

  test("not while their own inputs move them, but for one audit a second", () => {
    const walk = new Walk();
    walk.tick();
    expect(walk.ticks(TRUTH_AUDIT_TICKS * 10)).toBe(10);
  });

  test.each<[string, (mover: Mover) => void]>([
    ["a teleport", (mover) => Object.assign(mover, { x: mover.x + 200 })],
    ["a push of the smallest distance there is", (mover) => Object.assign(mover, { y: mover.y + 1 / 32 })],
    ["a dash given back", (mover) => Object.assign(mover, { cooldownTicks: 3 })],
    ["being made to stand still", (mover) => Object.assign(mover, { motion: Motion.IDLE })],
  ])("after %s between two steps, once", (_what, change) => {
    const walk = new Walk();
    walk.ticks(3);
    change(walk.mover);
    expect(walk.tick()).toBe(true);
    expect(walk.tick()).toBe(false);
  });

  test("when an input of theirs moved nobody, once", () => {
    const walk = new Walk();
    walk.ticks(3);
    walk.unused += 2;
    expect(walk.tick()).toBe(true);
    expect(walk.tick()).toBe(false);
  });
});
