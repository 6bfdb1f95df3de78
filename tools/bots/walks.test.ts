import { describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import type { MoveControls } from "@tagalong/shared/world/movement.ts";
import { createWalk, isWalk, type View, WALKS, type WalkName } from "./walks.ts";

const FRAME_MS = 1_000 / 30;
const MINUTE_MS = 60_000;
const ALONE: View = { x: 0, y: 0, others: [] };

interface Held extends MoveControls {
  ms: number;
}

/** What is held over a time, one entry per change. */
function record(name: WalkName, seed: number, ms: number, view: View = ALONE): Held[] {
  const walk = createWalk(name, createRandom(seed));
  const legs: Held[] = [];
  for (let now = 500; now < 500 + ms; now += FRAME_MS) {
    const { dx, dy, dash } = walk(now, () => view);
    const last = legs.at(-1);
    if (last && last.dx === dx && last.dy === dy && last.dash === dash) last.ms += FRAME_MS;
    else legs.push({ dx, dy, dash, ms: FRAME_MS });
  }
  return legs;
}

const share = (legs: Held[], is: (leg: Held) => boolean) =>
  legs.filter(is).reduce((sum, { ms }) => sum + ms, 0) / legs.reduce((sum, { ms }) => sum + ms, 0);
const isStanding = ({ dx, dy }: MoveControls) => dx === 0 && dy === 0;

describe.each(WALKS)("the walk %s", (name) => {
  test("is the same again for the same seed, and holds only what keys can hold", () => {
    const view: View = { x: 300, y: 300, others: [{ x: 900, y: 650 }] };
    const legs = record(name, 11, MINUTE_MS, view);
    expect(record(name, 11, MINUTE_MS, view)).toEqual(legs);
    for (const { dx, dy, dash } of legs) {
      expect([-1, 0, 1]).toContain(dx);
      expect([-1, 0, 1]).toContain(dy);
      expect([0, 1]).toContain(dash);
    }
  });
});

describe("wandering", () => {
  const legs = record("wander", 1, 20 * MINUTE_MS);

  test("goes all eight ways", () => {
    const ways = new Set(legs.filter((leg) => !isStanding(leg)).map(({ dx, dy }) => `${dx},${dy}`));
    expect(ways.size).toBe(8);
  });

  test("stands about a fifth of the time", () => {
    expect(share(legs, isStanding)).toBeGreaterThan(0.15);
    expect(share(legs, isStanding)).toBeLessThan(0.25);
  });

  test("holds a heading for half a second to one and a half, unless the next one is the same", () => {
    const walking = legs.filter((leg) => !isStanding(leg) && leg.dash === 0);
    const long = walking.filter(({ ms }) => ms > 1_500 + FRAME_MS);
    expect(long.length / walking.length).toBeLessThan(0.2);
    // A dash at its beginning takes its time from the leg.
    expect(Math.min(...walking.map(({ ms }) => ms))).toBeGreaterThanOrEqual(300);
  });

  test("dashes now and then, and lets the key go", () => {
    const dashes = legs.filter(({ dash }) => dash === 1);
    expect(dashes.length).toBeGreaterThan(20);
    for (const { ms } of dashes) expect(ms).toBeLessThan(200);
  });
});

describe("the square", () => {
  test("has four equal sides and comes back to where it began", () => {
    const legs = record("square", 5, MINUTE_MS).slice(1, 5);
    expect(legs.map(({ ms }) => Math.round(ms / 100) * 100)).toEqual([1_200, 1_200, 1_200, 1_200]);
    expect(legs.map(({ dx }) => dx).reduce((a, b) => a + b)).toBe(0);
    expect(legs.map(({ dy }) => dy).reduce((a, b) => a + b)).toBe(0);
    expect(new Set(legs.map(({ dx, dy }) => `${dx},${dy}`)).size).toBe(4);
  });

  test("is begun somewhere else by each: no parade", () => {
    const sides = [1, 2, 3, 4, 5, 6].map((seed) => record("square", seed, MINUTE_MS)[0]?.ms);
    expect(new Set(sides).size).toBe(6);
  });
});

describe("the crowd", () => {
  /** A field without walls. */
  class Field {
    readonly places: { x: number; y: number }[];
    readonly #walks;

    constructor(count: number, seed: number) {
      const random = createRandom(seed);
      this.places = Array.from({ length: count }, () => ({ x: random() * 1_000, y: random() * 1_000 }));
      this.#walks = this.places.map((_, index) => createWalk("crowd", createRandom(seed + index)));
    }

    walk(ms: number): void {
      for (let now = 0; now < ms; now += FRAME_MS) {
        for (const [index, me] of this.places.entries()) {
          const others = this.places.filter((place) => place !== me);
          const held = this.#walks[index]?.(now, () => ({ ...me, others }));
          me.x += (held?.dx ?? 0) * 5;
          me.y += (held?.dy ?? 0) * 5;
        }
      }
    }

    get spread(): number {
      const x = this.places.reduce((sum, place) => sum + place.x, 0) / this.places.length;
      const y = this.places.reduce((sum, place) => sum + place.y, 0) / this.places.length;
      return Math.max(...this.places.map((place) => Math.hypot(place.x - x, place.y - y)));
    }
  }

  test("gathers, wherever its members begin, and stays together", () => {
    for (const seed of [1, 2, 3]) {
      const field = new Field(12, seed);
      expect(field.spread).toBeGreaterThan(350);
      field.walk(15_000);
      expect(field.spread).toBeLessThan(250);
      field.walk(30_000);
      expect(field.spread).toBeLessThan(250);
    }
  });

  test("goes another way when a wall stops it", () => {
    const legs = record("crowd", 2, MINUTE_MS, { x: 0, y: 0, others: [{ x: 500, y: 0 }] });
    expect(legs.filter(({ dx, dy }) => dx !== 1 || dy !== 0).length).toBeGreaterThan(10);
  });

  test("of one is nobody to walk to", () => {
    expect(share(record("crowd", 2, MINUTE_MS), isStanding)).toBe(1);
  });

  test("looks around only when it decides, a few times a second", () => {
    const walk = createWalk("crowd", createRandom(1));
    let looks = 0;
    for (let now = 0; now < MINUTE_MS; now += FRAME_MS) {
      walk(now, () => {
        looks += 1;
        return ALONE;
      });
    }
    expect(looks).toBeLessThan(60 / 0.3);
  });
});

test("whoever stands still does nothing at all", () => {
  expect(record("still", 1, MINUTE_MS)).toHaveLength(1);
  expect(share(record("still", 1, MINUTE_MS), isStanding)).toBe(1);
});

test("a walk is known by its name, and nothing else is one", () => {
  expect(WALKS.every(isWalk)).toBe(true);
  for (const name of ["", "Wander", "toString"]) expect(isWalk(name)).toBe(false);
});
