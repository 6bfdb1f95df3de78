import { type Terrain, TILE } from "./ground.ts";
import { createRandom } from "./random.ts";

export const COLS = 64;
export const ROWS = 48;

/** The town's ground, cell by cell, before it is turned into tiles. */
export interface Ground {
  terrain: Terrain[];
  /** Planks laid over the terrain, and the way one walks on them. */
  boards: ("h" | "v" | undefined)[];
  meadow: boolean[];
}

export const cell = (x: number, y: number): number =>
  Math.min(ROWS - 1, Math.max(0, y)) * COLS + Math.min(COLS - 1, Math.max(0, x));

type Shape = (x: number, y: number) => boolean;

const box =
  (x0: number, y0: number, x1: number, y1: number): Shape =>
  (x, y) =>
    x > x0 && x < x1 && y > y0 && y < y1;
const oval =
  (cx: number, cy: number, rx: number, ry: number): Shape =>
  (x, y) =>
    ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;

/** Everything within `half` cells of a line through the points. */
const way =
  (half: number, ...points: readonly (readonly [number, number])[]): Shape =>
  (x, y) =>
    points.slice(1).some(([bx, by], i) => {
      const [ax, ay] = points[i] ?? [bx, by];
      const length = (bx - ax) ** 2 + (by - ay) ** 2;
      const t =
        length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
      return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)) < half;
    });

export const PLAZA = { x: 32, y: 24, rx: 10, ry: 8 };

export function createGround(): Ground {
  const terrain: Terrain[] = new Array<Terrain>(COLS * ROWS).fill("grass");
  const boards: ("h" | "v" | undefined)[] = new Array<"h" | "v" | undefined>(COLS * ROWS).fill(undefined);
  const paint = (kind: Terrain, ...shapes: Shape[]): void => {
    for (let y = 0; y < ROWS; y++)
      for (let x = 0; x < COLS; x++)
        if (shapes.some((is) => is(x + 0.5, y + 0.5))) terrain[cell(x, y)] = kind;
  };
  const lay = (direction: "h" | "v", is: Shape): void => {
    for (let y = 0; y < ROWS; y++)
      for (let x = 0; x < COLS; x++) if (is(x + 0.5, y + 0.5)) boards[cell(x, y)] = direction;
  };

  paint("water", oval(45, 34, 8.3, 5.7), oval(49.4, 32, 4, 3.4));
  paint(
    "path",
    // The street round the town, with rounded corners, and the ways to the square.
    way(
      1.6,
      [11, 10.5],
      [53, 10.5],
      [54.8, 11.2],
      [55.5, 13],
      [55.5, 40],
      [54.8, 41.8],
      [53, 42.5],
      [11, 42.5],
      [9.2, 41.8],
      [8.5, 40],
      [8.5, 13],
      [9.2, 11.2],
      [11, 10.5],
    ),
    way(1.6, [9, 24.5], [24, 24.5]),
    way(1.6, [40, 24.5], [55, 24.5]),
    way(2.1, [32, 30], [32, 42]),
    // Through the grove, and from the garden to the square.
    way(1.5, [10, 15], [15, 16], [19, 18.5], [24, 20.5]),
    way(1.5, [20.5, 34], [24, 33.4], [27, 30.4]),
    // The market.
    oval(47.4, 16.6, 6.4, 4.4),
    way(1.6, [42, 19.4], [39, 21]),
    way(1.6, [47, 12], [47, 15]),
    way(1.6, [51, 18], [55, 18.5]),
  );
  paint("mud", oval(16.9, 33.8, 4.4, 3), oval(13.9, 34.9, 2.6, 1.9));
  paint("stone", oval(PLAZA.x, PLAZA.y, PLAZA.rx, PLAZA.ry), box(29, 9, 35, 18), box(26, 8, 38, 12));
  lay("h", box(35, 33, 54, 35));
  lay("v", box(44, 26, 46, 41));
  lay("h", box(43, 32, 47, 36));
  return { terrain, boards, meadow: createMeadow(terrain) };
}

/** Big soft patches in the lawns, kept a cell away from everything else. */
function createMeadow(terrain: readonly Terrain[]): boolean[] {
  const random = createRandom(4);
  const spots = Array.from({ length: 46 }, () =>
    oval(random() * COLS, random() * ROWS, 1.6 + random() * 2.6, 1.2 + random() * 1.8),
  );
  const lawn = (x: number, y: number): boolean => {
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) if (terrain[cell(x + dx, y + dy)] !== "grass") return false;
    return true;
  };
  return terrain.map((_, i) => {
    const x = i % COLS;
    const y = Math.floor(i / COLS);
    return lawn(x, y) && spots.some((is) => is(x + 0.5, y + 0.5));
  });
}

/** The kind of ground at a place in px, boards included. */
export function groundAt({ terrain, boards }: Ground, x: number, y: number): Terrain | "boardwalk" {
  const i = cell(Math.floor(x / TILE), Math.floor(y / TILE));
  return boards[i] ? "boardwalk" : (terrain[i] ?? "grass");
}
