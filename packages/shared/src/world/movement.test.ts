import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createRandom, pick } from "../lib/random.ts";
import { createWorldMap, type WorldMap } from "./map.ts";
import {
  Facing,
  facingOf,
  isInsideWall,
  Motion,
  type MoveControls,
  type Mover,
  quantize,
  stepMover,
} from "./movement.ts";
import { PLAZA_MAP } from "./plaza.ts";
import { Player } from "./schema.ts";
import { isSameMover, MOVER_FIELDS, readTruth, writeTruth } from "./truth.ts";
import {
  BODY_HALF_HEIGHT,
  BODY_HALF_WIDTH,
  DASH_COOLDOWN_TICKS,
  DASH_SPEED,
  DASH_TICKS,
  POSITION_STEPS_PER_UNIT,
  TICK_HZ,
  WALK_SPEED,
} from "./tuning.ts";

const DT = 1 / TICK_HZ;
const WALK = WALK_SPEED * DT;
const DASH = DASH_SPEED * DT;
/** Rounding moves each axis by at most half a position step. */
const ROUNDING = Math.SQRT2 / (2 * POSITION_STEPS_PER_UNIT);

const STILL: MoveControls = { dx: 0, dy: 0, dash: 0 };
const go = (dx: number, dy: number, dash = 0): MoveControls => ({ dx, dy, dash });
const EAST = go(1, 0);

type Wall = readonly [x: number, y: number, width: number, height: number];

/** Open ground of 640 × 480 u with these walls. */
function field(walls: readonly Wall[] = [], spawn = { x: 320, y: 240 }): WorldMap {
  return createWorldMap({
    width: 20,
    height: 15,
    tilewidth: 32,
    tileheight: 32,
    tilesets: [],
    layers: [
      { name: "ground", type: "tilelayer", data: new Array(300).fill(0) },
      {
        name: "walls",
        type: "objectgroup",
        objects: walls.map(([x, y, width, height]) => ({ name: "", x, y, width, height })),
      },
      { name: "spawns", type: "objectgroup", objects: [{ name: "", ...spawn }] },
    ],
  });
}
const OPEN = field();

const moverAt = (x: number, y: number): Mover => ({
  x,
  y,
  facing: Facing.SOUTH,
  motion: Motion.IDLE,
  dashTicks: 0,
  cooldownTicks: 0,
});

/** Step through these inputs; where the mover is after each. */
function run(mover: Mover, inputs: readonly MoveControls[], map: WorldMap = OPEN): Mover[] {
  return inputs.map((input) => {
    stepMover(mover, input, DT, map);
    return fieldsOf(mover);
  });
}
const repeat = (count: number, input: MoveControls): MoveControls[] => new Array(count).fill(input);

function fieldsOf({ x, y, facing, motion, dashTicks, cooldownTicks }: Mover): Mover {
  return { x, y, facing, motion, dashTicks, cooldownTicks };
}

/** Like a player: keys are held for a while, dashes come at any time. */
const axis = fc.constantFrom(-1, 0, 1);
const held = fc.record({
  input: fc.record({ dx: axis, dy: axis, dash: fc.constantFrom(0, 0, 0, 1) }),
  ticks: fc.integer({ min: 1, max: 40 }),
});
const runs = fc
  .array(held, { minLength: 1, maxLength: 30 })
  .map((list) => list.flatMap(({ input, ticks }) => repeat(ticks, input)));
const spawns = fc.constantFrom(...PLAZA_MAP.spawns);

/** Throws with the step at which a law of movement was broken. Plain comparisons: this runs a million times. */
function walkByTheLaw(mover: Mover, inputs: readonly MoveControls[], map: WorldMap): void {
  const demand = (held: boolean, law: string, step: number, before: Mover) => {
    if (!held) throw new Error(`${law} at step ${step}: ${JSON.stringify({ before, after: mover })}`);
  };
  let lastDash = Number.NEGATIVE_INFINITY;
  for (const [step, input] of inputs.entries()) {
    const before = fieldsOf(mover);
    stepMover(mover, input, DT, map);
    const { x, y, motion, facing } = mover;
    demand(!isInsideWall(x, y, map), "inside a wall", step, before);
    for (const value of [x, y]) {
      demand(Number.isInteger(value * POSITION_STEPS_PER_UNIT), "off the position steps", step, before);
      demand(Math.fround(value) === value, "not exact in a float32", step, before);
    }
    const moved = Math.hypot(x - before.x, y - before.y);
    const ground = map.speedAt(before.x, before.y);
    const most = motion === Motion.DASH ? DASH : motion === Motion.WALK ? WALK * ground : 0;
    demand(moved <= most + (most > 0 ? ROUNDING : 0), "faster than allowed", step, before);
    demand(facing >= 0 && facing <= 7 && Number.isInteger(facing), "no such facing", step, before);
    if (motion === Motion.DASH && before.dashTicks === 0) {
      demand(step - lastDash >= DASH_COOLDOWN_TICKS, "dash before its cooldown", step, before);
      lastDash = step;
    }
    if (motion === Motion.DASH) demand(step - lastDash < DASH_TICKS, "dash too long", step, before);
  }
}

describe("the laws of movement", () => {
  test("hold on the town square, from any spawn, under any inputs", () => {
    fc.assert(
      fc.property(spawns, runs, ({ x, y }, inputs) => walkByTheLaw(moverAt(x, y), inputs, PLAZA_MAP)),
      { numRuns: 150 },
    );
  });

  test("hold among walls of any size and place", () => {
    const walls = fc.array(
      fc.tuple(
        fc.integer({ min: -20, max: 620 }),
        fc.integer({ min: -20, max: 460 }),
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 90 }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(walls, runs, (list, inputs) => {
        // Around the spawn there is room for the body, and for gaps of a few units next to it.
        const clear = list.filter(
          ([x, y, width, height]) =>
            x + width <= 320 - BODY_HALF_WIDTH ||
            x >= 320 + BODY_HALF_WIDTH ||
            y + height <= 240 - BODY_HALF_HEIGHT ||
            y >= 240 + BODY_HALF_HEIGHT,
        );
        walkByTheLaw(moverAt(320, 240), inputs, field(clear));
      }),
      { numRuns: 150 },
    );
  });

  test("an input changes the body only: the map and the input stay as they were", () => {
    const input = Object.freeze(go(1, 1, 1));
    stepMover(moverAt(320, 240), input, DT, Object.freeze(field()));
  });
});

describe("the same run", () => {
  const recorded = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 40 }, () =>
      repeat(
        1 + Math.floor(random() * 30),
        go(pick([-1, 0, 1], random), pick([-1, 0, 1], random), pick([0, 0, 1], random)),
      ),
    ).flat();
  };
  const spawn = PLAZA_MAP.spawns[0] ?? { x: 0, y: 0 };
  const newPlayer = () => new Player({ name: "Ann", guest: "g", ...spawn });

  test.each([1, 2, 3])("of seed %i ends exactly equal on a plain object and on a synced player", (seed) => {
    const inputs = recorded(seed);
    const plain = run(moverAt(spawn.x, spawn.y), inputs, PLAZA_MAP);
    expect(run(newPlayer(), inputs, PLAZA_MAP)).toEqual(plain);
    expect(plain.at(-1)).not.toEqual(moverAt(spawn.x, spawn.y));
  });

  test.each([4, 5, 6])("of seed %i goes on the same from any truth that is told", (seed) => {
    const inputs = recorded(seed);
    const player = newPlayer();
    for (const [step, input] of inputs.entries()) {
      stepMover(player, input, DT, PLAZA_MAP);
      if (step % 30 !== 0) continue;
      const { seq, mover } = readTruth(writeTruth(step + 1, player));
      expect([seq, isSameMover(mover, player)]).toEqual([step + 1, true]);
      const rest = inputs.slice(step + 1, step + 31);
      expect(run(mover, rest, PLAZA_MAP)).toEqual(run(fieldsOf(player), rest, PLAZA_MAP));
    }
  });

  test("reads and writes exactly the fields that the client reconciles", () => {
    const touched = new Set<PropertyKey>();
    const watched = new Proxy(moverAt(320, 240), {
      get(target, key) {
        touched.add(key);
        return Reflect.get(target, key);
      },
      set(target, key, value) {
        touched.add(key);
        return Reflect.set(target, key, value);
      },
    });
    run(watched, [EAST, go(1, 1, 1), STILL]);
    expect([...touched].sort()).toEqual([...MOVER_FIELDS].sort());
  });
});

describe("walking", () => {
  test("goes its speed in each of eight directions, and looks there", () => {
    for (const [name, dx, dy] of [
      ["EAST", 1, 0],
      ["SOUTH_EAST", 1, 1],
      ["SOUTH", 0, 1],
      ["SOUTH_WEST", -1, 1],
      ["WEST", -1, 0],
      ["NORTH_WEST", -1, -1],
      ["NORTH", 0, -1],
      ["NORTH_EAST", 1, -1],
    ] as const) {
      const mover = moverAt(320, 240);
      run(mover, repeat(TICK_HZ, go(dx, dy)));
      expect(mover.facing).toBe(Facing[name]);
      expect(mover.motion).toBe(Motion.WALK);
      expect(Math.sign(mover.x - 320)).toBe(dx);
      expect(Math.sign(mover.y - 240)).toBe(dy);
      const distance = Math.hypot(mover.x - 320, mover.y - 240);
      expect(Math.abs(distance - WALK_SPEED)).toBeLessThan(TICK_HZ * ROUNDING);
    }
  });

  test("diagonally is not faster than straight", () => {
    const straight = moverAt(100, 100);
    const diagonal = moverAt(100, 100);
    run(straight, repeat(40, EAST));
    run(diagonal, repeat(40, go(1, 1)));
    const distance = Math.hypot(diagonal.x - 100, diagonal.y - 100);
    expect(distance).toBeLessThanOrEqual(straight.x - 100);
  });

  test("back the way one came ends exactly where one began", () => {
    fc.assert(
      fc.property(axis, axis, fc.integer({ min: 1, max: 30 }), (dx, dy, ticks) => {
        const mover = moverAt(320, 240);
        run(mover, [...repeat(ticks, go(dx, dy)), ...repeat(ticks, go(-dx, -dy))]);
        expect([mover.x, mover.y]).toEqual([320, 240]);
      }),
    );
  });

  test("nothing moves a player who stands still, and they look where they looked", () => {
    const mover = moverAt(320, 240);
    run(mover, [go(-1, -1)]);
    const { x, y } = mover;
    run(mover, repeat(50, STILL));
    expect(mover).toMatchObject({ x, y, facing: Facing.NORTH_WEST, motion: Motion.IDLE });
    expect(facingOf(0, 0, Facing.EAST)).toBe(Facing.EAST);
  });

  test("mud slows and boards speed up on the town square, by what the tile says", () => {
    const distances = new Map<number, number>();
    for (const { x, y, speed } of straightGround()) {
      const mover = moverAt(x, y);
      run(mover, repeat(5, EAST), PLAZA_MAP);
      distances.set(speed, mover.x - x);
      expect(mover.x - x).toBeCloseTo(5 * WALK * speed, 1);
    }
    const speeds = [...distances.keys()].sort();
    expect(speeds.some((speed) => speed < 1)).toBe(true);
    expect(speeds.some((speed) => speed > 1)).toBe(true);
    expect(speeds.map((speed) => distances.get(speed))).toEqual(
      [...distances.values()].sort((a, b) => a - b),
    );
  });

  test("ground changes a walk and not a dash", () => {
    for (const { x, y } of straightGround()) {
      const mover = moverAt(x, y);
      run(mover, [go(1, 0, 1)], PLAZA_MAP);
      expect(mover.x - x).toBe(quantize(DASH));
    }
  });

  /** One place for each kind of ground, with two more tiles of it to the east. */
  function straightGround(): { x: number; y: number; speed: number }[] {
    const found = new Map<number, { x: number; y: number; speed: number }>();
    for (let y = 16; y < PLAZA_MAP.height; y += 32) {
      for (let x = 16; x < PLAZA_MAP.width; x += 32) {
        const speed = PLAZA_MAP.speedAt(x, y);
        const alike = [0, 16, 32, 48, 64].every(
          (ahead) => PLAZA_MAP.speedAt(x + ahead, y) === speed && !isInsideWall(x + ahead, y, PLAZA_MAP),
        );
        if (alike && !found.has(speed)) found.set(speed, { x, y, speed });
      }
    }
    return [...found.values()];
  }
});

describe("walls", () => {
  const WALL: Wall = [400, 100, 40, 200];
  const blocked = field([WALL]);

  test("a player walking into one stands exactly at its edge, and stays there", () => {
    const mover = moverAt(350, 200);
    run(mover, repeat(60, EAST), blocked);
    expect(mover).toMatchObject({ x: 400 - BODY_HALF_WIDTH, y: 200, motion: Motion.WALK });
  });

  test("a player slides along one at the speed of that axis", () => {
    const mover = moverAt(400 - BODY_HALF_WIDTH, 200);
    run(mover, repeat(10, go(1, 1)), blocked);
    expect(mover.x).toBe(400 - BODY_HALF_WIDTH);
    expect(mover.y - 200).toBeCloseTo(10 * WALK * Math.SQRT1_2, 0);
  });

  test("a player who slides past the end of one goes round it", () => {
    const mover = moverAt(400 - BODY_HALF_WIDTH, 290);
    run(mover, repeat(30, go(1, 1)), blocked);
    expect(mover.x).toBeGreaterThan(400);
    expect(mover.y).toBeGreaterThanOrEqual(300 + BODY_HALF_HEIGHT);
  });

  test("a corner between two stops both axes", () => {
    const corner = field([WALL, [200, 300, 240, 40]]);
    const mover = moverAt(350, 250);
    run(mover, repeat(60, go(1, 1)), corner);
    expect([mover.x, mover.y]).toEqual([400 - BODY_HALF_WIDTH, 300 - BODY_HALF_HEIGHT]);
  });

  test("a player wedged between two moves along them and in no other way", () => {
    const alley = field([
      [0, 200, 640, 240 - BODY_HALF_HEIGHT - 200],
      [0, 240 + BODY_HALF_HEIGHT, 640, 40],
    ]);
    const mover = moverAt(320, 240);
    for (const dy of [-1, 1]) run(mover, [...repeat(10, go(0, dy)), ...repeat(10, go(0, dy, 1))], alley);
    expect([mover.x, mover.y]).toEqual([320, 240]);
    run(mover, repeat(60, go(1, 1)), alley);
    expect(mover.y).toBe(240);
    expect(mover.x).toBeGreaterThan(400);
  });

  test("a gap as wide as the body lets it through", () => {
    const gap = field(
      [
        [300, 0, 20, 240 - BODY_HALF_HEIGHT],
        [300, 240 + BODY_HALF_HEIGHT, 20, 240 - BODY_HALF_HEIGHT],
      ],
      { x: 200, y: 240 },
    );
    const mover = moverAt(200, 240);
    run(mover, repeat(60, EAST), gap);
    expect(mover.x).toBeGreaterThan(400);
  });

  test("nothing is thin enough to be dashed through", () => {
    for (let start = 370; start < 390; start++) {
      const thin = field([[400, 0, 1, 480]]);
      const mover = moverAt(start, 240);
      run(mover, repeat(DASH_TICKS, go(1, 0, 1)), thin);
      expect(mover.x).toBe(400 - BODY_HALF_WIDTH);
    }
  });

  test("the edges of the map hold, walking and dashing into each corner", () => {
    for (const [dx, dy, x, y] of [
      [-1, -1, BODY_HALF_WIDTH, BODY_HALF_HEIGHT],
      [1, -1, 640 - BODY_HALF_WIDTH, BODY_HALF_HEIGHT],
      [-1, 1, BODY_HALF_WIDTH, 480 - BODY_HALF_HEIGHT],
      [1, 1, 640 - BODY_HALF_WIDTH, 480 - BODY_HALF_HEIGHT],
    ] as const) {
      const mover = moverAt(320, 240);
      run(mover, repeat(300, go(dx, dy, 1)));
      expect([mover.x, mover.y]).toEqual([x, y]);
    }
  });
});

describe("a dash", () => {
  const LENGTH = DASH_TICKS * DASH;

  test("runs its length in its ticks, and then walking goes on", () => {
    const mover = moverAt(100, 240);
    const steps = run(mover, [go(1, 0, 1), ...repeat(DASH_TICKS, EAST)]);
    expect(steps.map(({ motion }) => motion)).toEqual([
      ...new Array(DASH_TICKS).fill(Motion.DASH),
      Motion.WALK,
    ]);
    expect(steps[DASH_TICKS - 1]?.x).toBeCloseTo(100 + LENGTH, 1);
  });

  test("is as long diagonally, but for rounding", () => {
    const mover = moverAt(320, 240);
    run(mover, repeat(DASH_TICKS, go(-1, -1, 1)));
    const distance = Math.hypot(mover.x - 320, mover.y - 240);
    expect(Math.abs(distance - LENGTH)).toBeLessThanOrEqual(DASH_TICKS * ROUNDING);
  });

  test("keeps the direction of its start, whatever is held", () => {
    const mover = moverAt(320, 240);
    run(mover, [go(0, 1, 1), ...repeat(DASH_TICKS - 1, go(-1, -1))]);
    expect(mover).toMatchObject({ x: 320, facing: Facing.SOUTH, motion: Motion.DASH });
    expect(mover.y).toBeCloseTo(240 + LENGTH, 1);
  });

  test("of a player who stands goes where they look", () => {
    const mover = { ...moverAt(320, 240), facing: Facing.WEST };
    run(mover, [go(0, 0, 1), ...repeat(DASH_TICKS - 1, STILL)]);
    expect(mover).toMatchObject({ y: 240, facing: Facing.WEST });
    expect(mover.x).toBeCloseTo(320 - LENGTH, 1);
  });

  test("comes again only after its cooldown, also with the key held", () => {
    const steps = run(moverAt(320, 240), repeat(3 * DASH_COOLDOWN_TICKS, go(0, 0, 1)));
    const dashing = steps.flatMap(({ motion }, step) => (motion === Motion.DASH ? [step] : []));
    const expected = [0, 1, 2].flatMap((n) =>
      Array.from({ length: DASH_TICKS }, (_, tick) => n * DASH_COOLDOWN_TICKS + tick),
    );
    expect(dashing).toEqual(expected);
    expect(steps[DASH_COOLDOWN_TICKS - 1]?.cooldownTicks).toBe(1);
  });

  test("that is cut short still has its cooldown", () => {
    const mover = moverAt(320, 240);
    run(mover, [go(1, 0, 1)]);
    mover.dashTicks = 0;
    const steps = run(mover, repeat(DASH_COOLDOWN_TICKS - 1, go(1, 0, 1)));
    expect(steps.every(({ motion }) => motion === Motion.WALK)).toBe(true);
    run(mover, [go(1, 0, 1)]);
    expect(mover.motion).toBe(Motion.DASH);
  });

  test("into a wall ends at it and takes its time", () => {
    const mover = moverAt(100, 240);
    const steps = run(mover, [go(1, 0, 1), ...repeat(DASH_TICKS - 1, STILL)], field([[130, 200, 20, 80]]));
    expect(steps.at(-1)).toMatchObject({ x: 120, motion: Motion.DASH, dashTicks: 0 });
  });
});

describe("rounding", () => {
  test("is to the nearest position step, and a rounded position stays", () => {
    fc.assert(
      fc.property(fc.double({ min: -4096, max: 4096, noNaN: true }), (value) => {
        const rounded = quantize(value);
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(1 / (2 * POSITION_STEPS_PER_UNIT));
        expect(quantize(rounded)).toBe(rounded);
        expect(Math.fround(rounded)).toBe(rounded);
      }),
    );
  });
});
