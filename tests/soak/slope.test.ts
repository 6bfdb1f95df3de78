import { expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { slopeOf } from "./slope.ts";

test("a straight line has its slope and no error", () => {
  const points = [0, 1, 2, 3].map((x) => ({ x, y: 5 + 2 * x }));
  const { slope, error } = slopeOf(points);
  expect(slope).toBeCloseTo(2);
  expect(error).toBeCloseTo(0);
});

test("what scatters about a level has a slope within three errors of none", () => {
  const random = createRandom(7);
  const points = Array.from({ length: 40 }, (_, x) => ({ x, y: 40 + random() }));
  const { slope, error } = slopeOf(points);
  expect(error).toBeGreaterThan(0);
  expect(Math.abs(slope)).toBeLessThan(3 * error);
});

test("what scatters and rises is told from that", () => {
  const random = createRandom(7);
  const { slope, error } = slopeOf(Array.from({ length: 40 }, (_, x) => ({ x, y: random() + x / 10 })));
  expect(slope - 3 * error).toBeGreaterThan(0);
});

test("what goes with something else is no rise, and a rise is none the less for it", () => {
  const random = createRandom(7);
  const rooms = Array.from({ length: 40 }, (_, x) => x / 4 + 5 * random());
  const level = slopeOf(rooms.map((z, x) => ({ x, z, y: 3 * z + random() / 10 })));
  expect(Math.abs(level.slope)).toBeLessThan(3 * level.error);
  const rising = slopeOf(rooms.map((z, x) => ({ x, z, y: 3 * z + x / 10 + random() / 10 })));
  expect(rising.slope).toBeCloseTo(1 / 10, 2);
  expect(rising.slope - 3 * rising.error).toBeGreaterThan(0);
});

test("through one point, or several above each other, there is no line", () => {
  expect(() => slopeOf([{ x: 1, y: 1 }])).toThrow("no line");
  expect(() => slopeOf([1, 2, 3].map((y) => ({ x: 1, y })))).toThrow("no line");
});
