import { type Point, polygonD } from "./svg.ts";

/** Positive is inside. */
export type Field = (x: number, y: number) => number;

/** Which sides of a grid square the outline crosses, by its corners inside (top left 1, top right 2, bottom right 4, bottom left 8). */
const CROSSINGS: readonly string[] = [
  "",
  "LT",
  "TR",
  "LR",
  "RB",
  "LTRB",
  "TB",
  "LB",
  "BL",
  "TB",
  "TRBL",
  "RB",
  "LR",
  "TR",
  "LT",
  "",
];

/**
 * The outline of the place where `field` is positive, as closed SVG path data (fill with evenodd).
 * Marching squares over one tile and a px around it, so that the tile's own edge never shows as an outline.
 */
export function traceOutline(field: Field, size: number): string {
  const low = -3;
  const count = size + 6;
  const value = (i: number, j: number): number => {
    // Outside is made empty at the rim, which closes every outline.
    if (i === 0 || j === 0 || i === count || j === count) return -1;
    const v = field(Math.min(size, Math.max(0, low + i)), Math.min(size, Math.max(0, low + j)));
    return v === 0 ? -1e-6 : v;
  };
  const grid = Array.from({ length: count + 1 }, (_, j) =>
    Array.from({ length: count + 1 }, (_, i) => value(i, j)),
  );
  const at = (i: number, j: number): number => grid[j]?.[i] ?? -1;

  const places = new Map<string, Point>();
  const links = new Map<string, string[]>();
  const cross = (side: string, i: number, j: number): string => {
    const flat = side === "T" || side === "B";
    const x = i + (side === "R" ? 1 : 0);
    const y = j + (side === "B" ? 1 : 0);
    const key = `${flat ? "h" : "v"}${x},${y}`;
    const a = at(x, y);
    const b = flat ? at(x + 1, y) : at(x, y + 1);
    const t = a / (a - b);
    places.set(key, flat ? [low + x + t, low + y] : [low + x, low + y + t]);
    return key;
  };
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < count; i++) {
      const corners =
        (at(i, j) > 0 ? 1 : 0) |
        (at(i + 1, j) > 0 ? 2 : 0) |
        (at(i + 1, j + 1) > 0 ? 4 : 0) |
        (at(i, j + 1) > 0 ? 8 : 0);
      const sides = CROSSINGS[corners] ?? "";
      for (let k = 0; k < sides.length; k += 2) {
        const from = cross(sides.charAt(k), i, j);
        const to = cross(sides.charAt(k + 1), i, j);
        links.set(from, [...(links.get(from) ?? []), to]);
        links.set(to, [...(links.get(to) ?? []), from]);
      }
    }
  }

  const done = new Set<string>();
  let d = "";
  for (const start of links.keys()) {
    if (done.has(start)) continue;
    const loop: Point[] = [];
    for (
      let key: string | undefined = start;
      key !== undefined;
      key = links.get(key)?.find((next) => !done.has(next))
    ) {
      done.add(key);
      const place = places.get(key);
      if (place) loop.push(place);
    }
    d += polygonD(loop);
  }
  return d;
}
