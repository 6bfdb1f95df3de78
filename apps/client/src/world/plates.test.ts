import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Box, choosePlates, PLATE_HEIGHT, type PlateBox } from "./plates.ts";

function plate(change: Partial<PlateBox> = {}): PlateBox {
  return {
    x: 0,
    bottom: 0,
    width: 60,
    height: PLATE_HEIGHT,
    distance: 100,
    isSelf: false,
    isSpeaking: false,
    isShown: false,
    ...change,
  };
}

/** As they are decided on frame by frame while nobody moves. */
function next(plates: readonly PlateBox[], bubbles: readonly Box[] = []): PlateBox[] {
  const shown = choosePlates(plates, bubbles);
  return plates.map((box, index) => ({ ...box, isShown: shown[index] ?? false }));
}

const crowds = fc
  .array(
    fc.record({
      x: fc.integer({ min: -200, max: 200 }),
      bottom: fc.integer({ min: -120, max: 120 }),
      width: fc.integer({ min: 30, max: 140 }),
      distance: fc.integer({ min: 0, max: 300 }),
      isSpeaking: fc.boolean(),
      isShown: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((boxes): PlateBox[] =>
    boxes.map((box, index) => ({ ...box, height: PLATE_HEIGHT, isSelf: index === 0 })),
  );

describe("which name plates are shown", () => {
  test("all of them, where there is room for all", () => {
    const apart = [plate(), plate({ x: 80 }), plate({ bottom: PLATE_HEIGHT + 5 })];
    expect(choosePlates(apart)).toEqual([true, true, true]);
  });

  test("the nearest, where they would lie over each other", () => {
    const crowd = [plate({ distance: 90 }), plate({ x: 20, distance: 30 }), plate({ x: -30, distance: 60 })];
    expect(choosePlates(crowd)).toEqual([false, true, false]);
  });

  test("always one's own, and before the nearest that of whoever speaks", () => {
    const self = plate({ x: 10, distance: 0, isSelf: true });
    expect(choosePlates([plate({ distance: 5 }), self])).toEqual([false, true]);
    expect(choosePlates([plate({ distance: 5 }), plate({ distance: 250, isSpeaking: true })])).toEqual([
      false,
      true,
    ]);
    expect(choosePlates([plate({ isSpeaking: true }), self])).toEqual([false, true]);
  });

  test("none that a bubble would cover a part of, but for one's own", () => {
    const bubble = { x: 50, bottom: -10, width: 100, height: 60 };
    const plates = [plate({ isSelf: true }), plate({ x: 90 }), plate({ x: 70, bottom: 15 })];
    expect(choosePlates(plates, [bubble])).toEqual([true, false, true]);
  });

  test("the first of two who are equally near", () => {
    expect(choosePlates([plate(), plate()])).toEqual([true, false]);
  });

  test("the one that is shown already, until another is clearly nearer", () => {
    const shown = plate({ distance: 100, isShown: true });
    expect(choosePlates([shown, plate({ distance: 80 })])).toEqual([true, false]);
    expect(choosePlates([shown, plate({ distance: 50 })])).toEqual([false, true]);
  });

  test("a step to and fro at the edge of another changes nothing", () => {
    let [first, second] = [plate({ distance: 10 }), plate({ x: 62 })];
    const seen = new Set<boolean>();
    for (let frame = 0; frame < 20; frame++) {
      second = { ...second, x: frame % 2 === 0 ? 62 : 59 };
      const [a, b] = next([first, second]);
      if (a && b) [first, second] = [a, b];
      seen.add(second.isShown);
    }
    expect([...seen]).toEqual([false]);
  });

  test("no two of them lie over each other, and one's own is among them", () => {
    fc.assert(
      fc.property(crowds, (crowd) => {
        const shown = next(crowd).filter(({ isShown }) => isShown);
        for (const [index, one] of shown.entries()) {
          for (const other of shown.slice(index + 1)) {
            const overX = (one.width + other.width) / 2 - Math.abs(one.x - other.x);
            const overY = PLATE_HEIGHT - Math.abs(one.bottom - other.bottom);
            expect(Math.min(overX, overY)).toBeLessThanOrEqual(3);
          }
        }
        if (crowd.length > 0) expect(shown.some(({ isSelf }) => isSelf)).toBe(true);
      }),
    );
  });

  test("while nobody moves nothing changes, from the first frame on", () => {
    fc.assert(
      fc.property(crowds, crowds, (crowd, bubbles) => {
        const once = next(crowd, bubbles);
        expect(next(once, bubbles)).toEqual(once);
      }),
    );
  });
});
