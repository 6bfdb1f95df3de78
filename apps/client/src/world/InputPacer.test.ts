import { describe, expect, test } from "@jest/globals";
import { TICK_HZ, TICK_MS } from "@tagalong/shared/world/tuning.ts";
import fc from "fast-check";
import { InputPacer } from "./InputPacer.ts";

const STILL = { dx: 0, dy: 0, dash: 0 };
const EAST = { dx: 1, dy: 0, dash: 0 };
const WEST = { dx: -1, dy: 0, dash: 0 };
const FRAME_MS = 1_000 / 60;

/** Steps that are made in so much time, frame by frame. */
function play(pacer: InputPacer, ms: number, controls = STILL, frameMs = FRAME_MS): number {
  let steps = 0;
  for (let at = 0; at < ms - 1e-6; at += frameMs) steps += pacer.advance(frameMs, controls);
  return steps;
}

describe("while the controls stay as they are", () => {
  test.each([30, 60, 144])(
    "there is one step per tick at %i frames per second, and what is drawn moves evenly",
    (fps) => {
      const pacer = new InputPacer();
      const frameMs = 1_000 / fps;
      play(pacer, 1_000, STILL, frameMs);
      let drawn = pacer.share;
      let steps = 0;
      for (let frame = 0; frame < 10 * fps; frame++) {
        steps += pacer.advance(frameMs, STILL);
        const now = steps + pacer.share;
        expect((now - drawn) * TICK_MS).toBeCloseTo(frameMs, 6);
        drawn = now;
      }
      expect(Math.abs(steps - 10 * TICK_HZ)).toBeLessThanOrEqual(1);
    },
  );

  test("a hitch is made up for by a few steps, and the rest of its time is let go", () => {
    const pacer = new InputPacer();
    expect(pacer.advance(4_000, STILL)).toBe(8);
    expect(pacer.share).toBe(0);
    expect(play(pacer, 10 * TICK_MS)).toBeLessThanOrEqual(10);
  });
});

describe("when the controls change", () => {
  test("a step is made in that very frame, and part of it is there to be seen", () => {
    for (let wait = 0; wait < 40; wait++) {
      const pacer = new InputPacer();
      play(pacer, 500 + wait * 3);
      expect(pacer.advance(FRAME_MS, EAST)).toBe(1);
      if (pacer.isEarly) expect(pacer.share).toBeCloseTo(FRAME_MS / TICK_MS, 6);
    }
  });

  test("the next change is noticed too, when the keys are read into the same object every time", () => {
    const pacer = new InputPacer();
    const held = { ...STILL };
    for (const dx of [1, 0, -1, 0]) {
      play(pacer, 510, held);
      while (pacer.share > 0.4) pacer.advance(1, held);
      held.dx = dx;
      expect(pacer.advance(1, held)).toBe(1);
      expect(pacer.isEarly).toBe(true);
      play(pacer, 1_500, held);
    }
  });

  test("the time that was gained is given back: at leisure on the way, sooner at rest", () => {
    /** Changes direction in mid-step until that is no longer answered at once. */
    const exhausted = () => {
      const pacer = new InputPacer();
      play(pacer, 510);
      for (let turn = 0; turn < 10; turn++) {
        pacer.advance(FRAME_MS, turn % 2 === 0 ? EAST : WEST);
        if (!pacer.isEarly) return pacer;
        play(pacer, TICK_MS / 2, turn % 2 === 0 ? EAST : WEST);
      }
      throw new Error("is never exhausted");
    };
    const isAnsweredAfter = (ms: number, held: typeof EAST) => {
      const pacer = exhausted();
      play(pacer, ms, held);
      // Not when an even step would have come in this frame anyway.
      while (pacer.share > 0.5) pacer.advance(1, held);
      return pacer.advance(1, { dx: 0, dy: 1, dash: 0 }) === 1;
    };
    expect(isAnsweredAfter(1_500, EAST)).toBe(true);
    expect(isAnsweredAfter(150, STILL)).toBe(true);
  });

  test("however often, there are never more than two steps more than ticks, in any stretch of time", () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(STILL, EAST, WEST), fc.constantFrom(7, 17, 33)), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(frames, (played) => {
        const pacer = new InputPacer();
        const ahead: number[] = [0];
        let steps = 0;
        let time = 0;
        for (const [controls, frameMs] of played) {
          steps += pacer.advance(frameMs, controls);
          time += frameMs;
          ahead.push(steps - time / TICK_MS);
        }
        for (let from = 0; from < ahead.length; from += 5) {
          for (let to = from; to < ahead.length; to++) {
            expect((ahead[to] ?? 0) - (ahead[from] ?? 0)).toBeLessThanOrEqual(3);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
