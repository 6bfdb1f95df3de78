import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createRandom, pick } from "./random.ts";

const take = (random: () => number, count: number) => Array.from({ length: count }, () => random());

describe("random", () => {
  test("a seed names one stream, the same on every engine", () => {
    expect(take(createRandom(1), 4)).toEqual([
      0.6270739405881613, 0.002735721180215478, 0.5274470399599522, 0.9810509674716741,
    ]);
  });

  test("two streams of one seed are equal and do not share state", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [a, b] = [createRandom(seed), createRandom(seed)];
        const first = take(a, 5);
        expect(take(b, 5)).toEqual(first);
        expect(take(a, 5)).not.toEqual(first);
      }),
    );
  });

  test("numbers are at least 0, below 1, and spread evenly", () => {
    const counts = new Array<number>(10).fill(0);
    const values = take(createRandom(2024), 20_000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    for (const value of values) {
      const slot = Math.floor(value * 10);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });

  test("a pick is always from the list, also at both ends of the stream", () => {
    const list = ["a", "b", "c"];
    expect(pick(list, () => 0)).toBe("a");
    expect(pick(list, () => 1 - 2 ** -32)).toBe("c");
    const random = createRandom(7);
    expect(new Set(Array.from({ length: 100 }, () => pick(list, random)))).toEqual(new Set(list));
  });

  test("there is nothing to pick from an empty list", () => {
    expect(() => pick([], () => 0)).toThrow("empty list");
  });
});
