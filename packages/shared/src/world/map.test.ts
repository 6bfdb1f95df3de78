import { describe, expect, test } from "@jest/globals";
import { createWorldMap, type TiledMap, type TiledObject } from "./map.ts";
import { isInsideWall } from "./movement.ts";
import { PLAZA_MAP, PLAZA_TILED } from "./plaza.ts";
import { BODY_HALF_HEIGHT, BODY_HALF_WIDTH, POSITION_STEPS_PER_UNIT } from "./tuning.ts";

const WATER = 2;
const MUD = 3;
const BOARDS = 12;
const FLIPPED_X = 0x80000000;
const FLIPPED_Y = 0x40000000;
const TURNED = 0x20000000;

/** Two tilesets, as Tiled writes them: the second begins at 10. */
const TILESETS = [
  {
    firstgid: 1,
    tiles: [
      { id: WATER - 1, properties: [{ name: "solid", value: true }] },
      { id: MUD - 1, properties: [{ name: "speed", value: 0.5 }] },
    ],
  },
  { firstgid: 10, tiles: [{ id: BOARDS - 10, properties: [{ name: "speed", value: 1.5 }] }] },
];

interface Parts {
  ground?: number[];
  walls?: TiledObject[];
  spawns?: TiledObject[];
}
const spawnAt = (x: number, y: number): TiledObject => ({ name: "", x, y });
const wall = (x: number, y: number, width: number, height: number): TiledObject => ({
  name: "",
  x,
  y,
  width,
  height,
});

/** A map of 4 × 3 tiles of 32 u. */
function tiledMap({
  ground = new Array(12).fill(1),
  walls = [],
  spawns = [spawnAt(16, 80)],
}: Parts): TiledMap {
  return {
    width: 4,
    height: 3,
    tilewidth: 32,
    tileheight: 32,
    tilesets: TILESETS,
    layers: [
      { name: "ground", type: "tilelayer", data: ground },
      { name: "walls", type: "objectgroup", objects: walls },
      { name: "spawns", type: "objectgroup", objects: spawns },
    ],
  };
}
const read = (parts: Parts = {}) => createWorldMap(tiledMap(parts));
/** All ground as grass, but for the tile in the middle of the top row. */
const groundWith = (gid: number) => [1, gid, ...new Array(10).fill(1)];

describe("reading a Tiled map", () => {
  test("its size is in world units, and its edge is solid", () => {
    const map = read();
    expect([map.width, map.height]).toEqual([128, 96]);
    expect(map.isSolid(0, 0, 128, 96)).toBe(false);
    expect(map.isSolid(-1, 0, 10, 10)).toBe(true);
    expect(map.isSolid(0, -1, 10, 10)).toBe(true);
    expect(map.isSolid(100, 0, 129, 10)).toBe(true);
    expect(map.isSolid(0, 80, 10, 97)).toBe(true);
  });

  test("a ground tile says how fast it is walked; every other point is walked at 1", () => {
    const map = read({ ground: groundWith(MUD) });
    expect(map.speedAt(32, 0)).toBe(0.5);
    expect(map.speedAt(63.9, 31.9)).toBe(0.5);
    expect(map.speedAt(64, 0)).toBe(1);
    expect(map.speedAt(32, 32)).toBe(1);
    for (const [x, y] of [
      [-1, 0],
      [0, -1],
      [128, 0],
      [0, 96],
    ] as const) {
      expect(map.speedAt(x, y)).toBe(1);
    }
  });

  test("a tile number counts from the tileset it lies in", () => {
    expect(read({ ground: groundWith(BOARDS) }).speedAt(40, 10)).toBe(1.5);
    expect(read({ ground: groundWith(BOARDS - 9) }).speedAt(40, 10)).toBe(0.5);
  });

  test("a flipped or turned tile is the same ground", () => {
    for (const flips of [FLIPPED_X, FLIPPED_Y, TURNED, FLIPPED_X + FLIPPED_Y + TURNED]) {
      expect(read({ ground: groundWith(MUD + flips) }).speedAt(40, 10)).toBe(0.5);
      expect(read({ ground: groundWith(WATER + flips) }).isSolid(40, 10, 41, 11)).toBe(true);
    }
  });

  test("a solid tile is a wall of its size, and touching it is not overlapping", () => {
    const map = read({ ground: groundWith(WATER) });
    expect(map.isSolid(33, 1, 34, 2)).toBe(true);
    expect(map.isSolid(0, 0, 32, 32)).toBe(false);
    expect(map.isSolid(64, 0, 96, 32)).toBe(false);
    expect(map.isSolid(32, 32, 64, 64)).toBe(false);
    expect(map.isSolid(0, 0, 32.03125, 32)).toBe(true);
  });

  test("its walls are listed by their edges, tiles and objects alike", () => {
    const { walls } = read({ ground: groundWith(WATER), walls: [wall(4, 40, 10, 20)] });
    expect(walls).toEqual([
      { left: 32, top: 0, right: 64, bottom: 32 },
      { left: 4, top: 40, right: 14, bottom: 60 },
    ]);
  });

  test("a hole in the ground is walked like any ground", () => {
    const map = read({ ground: groundWith(0) });
    expect(map.speedAt(40, 10)).toBe(1);
    expect(map.isSolid(33, 1, 34, 2)).toBe(false);
  });

  test("objects of the walls layer are solid, also across cells and outside the map", () => {
    const map = read({ walls: [wall(60, 4, 10, 80), wall(-20, -20, 30, 30), wall(200, 200, 5, 5)] });
    expect(map.isSolid(61, 5, 62, 6)).toBe(true);
    expect(map.isSolid(69, 82, 72, 90)).toBe(true);
    expect(map.isSolid(0, 0, 5, 5)).toBe(true);
    expect(map.isSolid(70, 0, 128, 96)).toBe(false);
  });

  test("spawns are on whole units, wherever they were dropped", () => {
    expect(read({ spawns: [spawnAt(16.27, 79.9)] }).spawns).toEqual([{ x: 16, y: 80 }]);
  });

  test.each(["ground", "walls", "spawns"])("a map without the layer %s is named as such", (name) => {
    const tiled = tiledMap({});
    const layers = tiled.layers.filter((layer) => layer.name !== name);
    expect(() => createWorldMap({ ...tiled, layers })).toThrow(`no layer "${name}"`);
  });

  test("ground that is not one list of tile numbers is refused, rather than walked as if empty", () => {
    expect(() => read({ ground: [] })).toThrow("CSV");
    expect(() => read({ ground: [1, 2, 3] })).toThrow("CSV");
    const tiled = tiledMap({});
    const endless = tiled.layers.map(({ name, type, objects = [] }) => ({ name, type, objects }));
    expect(() => createWorldMap({ ...tiled, layers: endless })).toThrow("CSV");
  });

  test("a wall off whole units is refused with its place", () => {
    expect(() => read({ walls: [wall(10.5, 20, 8, 8)] })).toThrow("10.5,20");
    expect(() => read({ walls: [wall(10, 20, 8, 8.25)] })).toThrow("10,20 (8 x 8.25)");
  });

  test("a wall that is no upright rectangle is refused, rather than collided with as one", () => {
    expect(() => read({ walls: [wall(64, 20, 0, 0)] })).toThrow("64,20");
    expect(() => read({ walls: [{ ...wall(64, 20, 8, 8), rotation: 45 }] })).toThrow("upright");
    expect(() => read({ walls: [{ ...wall(64, 20, 8, 8), ellipse: true }] })).toThrow("upright");
    expect(() => read({ walls: [{ ...wall(64, 20, 8, 8), rotation: 0 }] })).not.toThrow();
  });

  test("a spawn in a wall, in water or off the map is refused with its place", () => {
    expect(() => read({ walls: [wall(20, 70, 20, 20)] })).toThrow("spawn at 16,80");
    expect(() => read({ ground: groundWith(WATER), spawns: [spawnAt(48, 16)] })).toThrow("spawn at 48,16");
    expect(() => read({ spawns: [spawnAt(BODY_HALF_WIDTH - 1, 50)] })).toThrow("spawn at 9,50");
    expect(() => read({ spawns: [spawnAt(BODY_HALF_WIDTH, BODY_HALF_HEIGHT)] })).not.toThrow();
  });

  test("a map without spawns is refused", () => {
    expect(() => read({ spawns: [] })).toThrow("no spawns");
  });
});

describe("sliding along an axis", () => {
  const map = read({ walls: [wall(60, 40, 8, 20)] });

  test("a free way is gone to its end", () => {
    expect(map.slideX(20, 20, 110)).toBe(110);
    expect(map.slideY(20, 20, 80)).toBe(80);
  });

  test("a wall stops the body at its edge, from either side", () => {
    expect(map.slideX(20, 50, 110)).toBe(60 - BODY_HALF_WIDTH);
    expect(map.slideX(110, 50, 20)).toBe(68 + BODY_HALF_WIDTH);
    expect(map.slideY(64, 20, 90)).toBe(40 - BODY_HALF_HEIGHT);
    expect(map.slideY(64, 80, 10)).toBe(60 + BODY_HALF_HEIGHT);
  });

  test("a body that touches a wall passes along it", () => {
    expect(map.slideX(20, 40 - BODY_HALF_HEIGHT, 110)).toBe(110);
    expect(map.slideX(20, 40 - BODY_HALF_HEIGHT + 1 / 32, 110)).toBe(50);
  });

  test("the first of several walls stops", () => {
    const two = read({ walls: [wall(90, 0, 4, 64), wall(60, 0, 4, 64)] });
    expect(two.slideX(20, 30, 120)).toBe(50);
    expect(two.slideX(115, 30, 20)).toBe(104);
  });

  test("the map's edge stops", () => {
    expect(map.slideX(20, 20, -50)).toBe(BODY_HALF_WIDTH);
    expect(map.slideX(20, 20, 500)).toBe(128 - BODY_HALF_WIDTH);
    expect(map.slideY(20, 20, -50)).toBe(BODY_HALF_HEIGHT);
    expect(map.slideY(20, 20, 500)).toBe(96 - BODY_HALF_HEIGHT);
  });

  test("a body inside a wall can walk out of it", () => {
    expect(map.slideX(64, 50, 90)).toBe(90);
    expect(map.slideX(64, 50, 30)).toBe(30);
  });
});

describe("the town square", () => {
  test("has more than one spawn, and no spawn is inside another", () => {
    const places = new Set(PLAZA_MAP.spawns.map(({ x, y }) => `${x},${y}`));
    expect(places.size).toBe(PLAZA_MAP.spawns.length);
    expect(places.size).toBeGreaterThan(1);
    for (const { x, y } of PLAZA_MAP.spawns) expect(isInsideWall(x, y, PLAZA_MAP)).toBe(false);
  });

  test("fits into what positions can hold exactly", () => {
    for (const size of [PLAZA_MAP.width, PLAZA_MAP.height]) {
      const last = size - 1 / POSITION_STEPS_PER_UNIT;
      expect(Math.fround(last)).toBe(last);
    }
  });

  test("has ground that slows and ground that speeds up", () => {
    const speeds = PLAZA_TILED.layers
      .find(({ name }) => name === "ground")
      ?.data?.map((_, index) =>
        PLAZA_MAP.speedAt((index % PLAZA_TILED.width) * 32, Math.floor(index / PLAZA_TILED.width) * 32),
      );
    expect(Math.min(...(speeds ?? []))).toBeLessThan(1);
    expect(Math.max(...(speeds ?? []))).toBeGreaterThan(1);
  });

  test("every spawn can reach every other, and most of the free ground", () => {
    // Steps smaller than the body: no wall fits unseen between two free points.
    const STEP = 8;
    const columns = Math.floor(PLAZA_MAP.width / STEP);
    const rows = Math.floor(PLAZA_MAP.height / STEP);
    const free = Array.from({ length: columns * rows }, (_, cell) => {
      return !isInsideWall((cell % columns) * STEP, Math.floor(cell / columns) * STEP, PLAZA_MAP);
    });
    const cells = PLAZA_MAP.spawns.map(({ x, y }) => Math.round(y / STEP) * columns + Math.round(x / STEP));
    const seen = new Set(cells.slice(0, 1));
    for (const cell of seen) {
      // The map's edge is solid, so no free cell has a neighbour in another row's end.
      for (const next of [cell - 1, cell + 1, cell - columns, cell + columns]) if (free[next]) seen.add(next);
    }
    expect(cells.filter((cell) => !seen.has(cell))).toEqual([]);
    expect(seen.size).toBeGreaterThan(0.95 * free.filter(Boolean).length);
  });
});
