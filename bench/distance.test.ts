import { expect, test } from "@jest/globals";
import { type DrawnLog, measureDistances, type Place, type TruthLog } from "./distance.ts";

const STEP_MS = 100;

/** One player who was at each of these places for a step. */
function truthOf(way: readonly Place[]): TruthLog {
  return {
    ids: ["a"],
    times: Float64Array.from(way, (_, step) => step * STEP_MS),
    places: Float64Array.from(way.flatMap(({ x, y }) => [x, y])),
  };
}

function drawnOf(at: number, { x, y }: Place): DrawnLog {
  return { times: Float64Array.of(at), players: Uint16Array.of(0), places: Float64Array.of(x, y) };
}

/** Ten to the east, then ten to the south. */
const CORNER = truthOf([
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 10, y: 10 },
]);

test("whoever is drawn late on the right way is behind, not astray", () => {
  const { behind, astray } = measureDistances(CORNER, drawnOf(250, { x: 10, y: 4 }));
  expect(behind.max).toBe(6);
  expect(astray.max).toBe(0);
});

test("a corner that is cut is astray by its distance to the way", () => {
  const { astray } = measureDistances(CORNER, drawnOf(250, { x: 8, y: 3 }));
  expect(astray.max).toBe(2);
});

test("what was long ago is no way to be on", () => {
  const late = truthOf(Array.from({ length: 11 }, (_, step) => ({ x: step * 10, y: 0 })));
  expect(measureDistances(late, drawnOf(1_000, { x: 0, y: 0 })).astray.max).toBe(40);
});

test("the truth of a moment is the newest step that is done by then", () => {
  expect(measureDistances(CORNER, drawnOf(199, { x: 10, y: 0 })).behind.max).toBe(0);
  expect(measureDistances(CORNER, drawnOf(200, { x: 10, y: 0 })).behind.max).toBe(10);
});
