import { describe, expect, test } from "@jest/globals";
import { placeBubble } from "./bubblePlace.ts";

const VIEW = { width: 800, height: 600, zoom: 2, textZoom: 1, left: 1_000, top: 500, coveredTop: 70 };
const SIZE = { width: 200, height: 60 };

/** In screen pixels, of a bubble over a head 40 units above the feet. */
function boxAt(x: number, y: number, view = VIEW) {
  const feet = view.top + y / view.zoom;
  const placed = placeBubble({ x: view.left + x / view.zoom, bottom: feet - 40, feet }, SIZE, view);
  const left = (placed.x - view.left) * view.zoom - SIZE.width / 2;
  const bottom = (placed.bottom - view.top) * view.zoom;
  return { left, right: left + SIZE.width, top: bottom - SIZE.height, bottom, moved: placed.moved };
}

describe("a bubble", () => {
  test("stands over the head where there is room for it", () => {
    expect(boxAt(400, 400)).toEqual({ left: 300, right: 500, top: 260, bottom: 320, moved: 0 });
  });

  test("stays below what covers the upper edge, wherever in the view its player is", () => {
    for (const y of [0, 30, 100, 180]) expect(boxAt(400, y).top).toBe(74);
    expect(boxAt(400, 30, { ...VIEW, coveredTop: 0 }).top).toBe(4);
  });

  test("stays between the sides, and tells how far it was moved for that", () => {
    expect(boxAt(20, 400)).toMatchObject({ left: 4, moved: 42 });
    expect(boxAt(800, 400)).toMatchObject({ right: 796, moved: -52 });
  });

  test("goes with whoever walks out of the view, without a leap", () => {
    expect(boxAt(400, -10).top).toBe(64);
    expect(boxAt(400, -200).bottom).toBeLessThan(0);
    expect(boxAt(-10, 400).left).toBe(-6);
    expect(boxAt(1_100, 400).left).toBeGreaterThan(800);
  });

  test("keeps to a size of its own on a screen with more pixels", () => {
    const fine = { ...VIEW, textZoom: 2, coveredTop: 140 };
    expect(boxAt(400, 30, fine).top).toBe(148);
  });
});
