import { type Field, traceOutline } from "./contour.ts";
import {
  GRASS,
  GRASS_DARK,
  MUD,
  mix,
  PAPER,
  PATH,
  SHADE,
  STONE,
  shade,
  tint,
  WATER,
  WOOD,
} from "./palette.ts";
import { createRandom } from "./random.ts";
import { circle, clipped, ellipse, line, lit, path, rect, rectD, type Svg } from "./svg.ts";

export const TILE = 32;

/** From the lowest to the highest: where kinds meet, a higher one lies over a lower one. */
export const TERRAINS = ["water", "mud", "path", "grass", "stone"] as const;
export type Terrain = (typeof TERRAINS)[number];
const rank = (terrain: Terrain): number => TERRAINS.indexOf(terrain);

const FILL: Record<Terrain, string> = {
  water: WATER,
  mud: MUD,
  path: PATH,
  grass: GRASS,
  stone: mix(STONE, PAPER, 0.22),
};

const tuft = (x: number, y: number, colour: string): Svg =>
  line(`M${x - 3} ${y - 3}q1.6 1 2 4M${x} ${y - 5}v6M${x + 3} ${y - 3}q-1.6 1-2 4`, colour, 1.5);
const daisy = (x: number, y: number, colour: string, heart: string): Svg =>
  ellipse(x + 0.5, y + 1.6, 2.6, 1.2, GRASS_DARK) +
  [
    [-1.7, 0],
    [1.7, 0],
    [0, -1.7],
    [0, 1.7],
  ]
    .map(([dx = 0, dy = 0]) => circle(x + dx, y + dy, 1.4, colour))
    .join("") +
  circle(x, y, 1.1, heart);

const blade = mix(GRASS, GRASS_DARK, 0.55);
const GRASS_DETAIL: readonly Svg[] = [
  "",
  tuft(9, 12, blade),
  tuft(23, 23, blade) + tuft(12, 27, mix(GRASS, GRASS_DARK, 0.35)),
  daisy(8, 22, PAPER, "#ffc94d") + daisy(14, 26, PAPER, "#ffc94d") + tuft(24, 10, blade),
  daisy(22, 9, "#ffc94d", PAPER) + tuft(10, 24, blade),
  ellipse(20, 14, 5, 2.4, tint(GRASS, 0.2)) + ellipse(9, 25, 4, 2, tint(GRASS, 0.2)),
  daisy(24, 22, "#ff8f83", "#ffc94d") + daisy(19, 26, "#ff8f83", "#ffc94d"),
];

const pebble = (x: number, y: number, r: number): Svg =>
  ellipse(x + 0.4, y + 0.7, r, r * 0.7, shade(PATH, 0.16)) + ellipse(x, y, r, r * 0.7, tint(PATH, 0.4));
const PATH_DETAIL: readonly Svg[] = [
  "",
  pebble(8, 10, 1.8) + pebble(22, 24, 1.5),
  ellipse(20, 10, 5, 2, shade(PATH, 0.06)) + pebble(11, 23, 2),
  ellipse(10, 21, 6, 2.2, shade(PATH, 0.06)) + ellipse(24, 9, 4, 1.6, tint(PATH, 0.35)),
];

/** Rounded pavers in a running bond that repeats every tile, each stone a hair lighter or darker. */
function pavers(variant: number): Svg {
  const random = createRandom(50 + variant);
  const base = FILL.stone;
  const stones: Svg[] = [];
  for (let row = 0; row < 2; row++) {
    for (let i = -1; i < 2; i++) {
      const x = i * 16 + (row === 1 ? 8 : 0);
      // Stones cut by the tile's side take the plain tone, so that neighbours match.
      const plain = row === 1 && (i === -1 || i === 1);
      const tone = plain ? 0 : random() - 0.5;
      const fill = tone > 0.22 ? tint(base, 0.15) : tone < -0.25 ? shade(base, 0.03) : tint(base, 0.06);
      stones.push(
        lit(rectD(x + 0.8, row * 16 + 0.8, 14.4, 14.4, 3.6), fill, {
          high: 0.9,
          low: 0.9,
          tint: 0.3,
          shade: 0.06,
        }),
      );
    }
  }
  return rect(0, 0, TILE, TILE, shade(base, 0.1)) + stones.join("");
}

const wave = (x: number, y: number, w: number): Svg =>
  line(`M${x} ${y}q${w / 4} -2.6 ${w / 2} 0t${w / 2} 0`, tint(WATER, 0.42), 1.6);
const WATER_DETAIL: readonly Svg[] = ["", wave(6, 12, 14), wave(14, 24, 12) + wave(4, 9, 7)];

const MUD_DETAIL: readonly Svg[] = [
  "",
  ellipse(13, 13, 9, 3.6, shade(MUD, 0.13)) + ellipse(11, 12, 5, 1.5, tint(MUD, 0.16)),
  ellipse(19, 21, 10, 4, shade(MUD, 0.13)) +
    circle(16, 20, 1.8, tint(MUD, 0.26)) +
    circle(22, 22, 1.2, tint(MUD, 0.26)),
  ellipse(15, 17, 8, 3, tint(MUD, 0.09)) + circle(24, 9, 1.6, shade(MUD, 0.16)),
];

export const VARIANTS: Record<Terrain, number> = {
  grass: GRASS_DETAIL.length,
  path: PATH_DETAIL.length,
  stone: 4,
  water: WATER_DETAIL.length,
  mud: MUD_DETAIL.length,
};

/** A tile full of one kind. */
export function drawPlain(terrain: Terrain, variant: number): Svg {
  if (terrain === "stone") return pavers(variant);
  const detail: Record<Exclude<Terrain, "stone">, readonly Svg[]> = {
    grass: GRASS_DETAIL,
    path: PATH_DETAIL,
    water: WATER_DETAIL,
    mud: MUD_DETAIL,
  };
  return rect(0, 0, TILE, TILE, FILL[terrain]) + (detail[terrain][variant] ?? "");
}

/** The 3 x 3 cells around a tile, row by row; the fifth is the tile itself. */
export type Around = readonly Terrain[];

/**
 * How much of a place belongs to the cells that `is` picks, 0..1: the quadratic B-spline of the 3 x 3 cells.
 * One half runs along straight cell edges exactly, rounds corners and turns stairs into slopes,
 * and neighbouring tiles agree along their common edge because a spline has no joints.
 */
function share(around: Around, is: (terrain: Terrain) => boolean): Field {
  const inside = around.map((terrain) => (is(terrain) ? 1 : 0));
  const weights = (p: number): [number, number, number] => {
    const u = p / TILE - 0.5;
    return [(0.5 - u) ** 2 / 2, 0.75 - u * u, (0.5 + u) ** 2 / 2];
  };
  return (x, y) => {
    const wx = weights(x);
    const wy = weights(y);
    let sum = 0;
    for (let j = 0; j < 3; j++)
      for (let i = 0; i < 3; i++) sum += (inside[j * 3 + i] ?? 0) * (wx[i] ?? 0) * (wy[j] ?? 0);
    return sum;
  };
}

/** Widens a threshold on the side that faces the viewer and away from the sun, so that edges have thickness. */
function shadowSide(field: Field, plain: number, extra: number): Field {
  const e = 0.5;
  return (x, y) => {
    const dx = field(Math.min(TILE, x + e), y) - field(Math.max(0, x - e), y);
    const dy = field(x, Math.min(TILE, y + e)) - field(x, Math.max(0, y - e));
    const length = Math.hypot(dx, dy);
    const away = length < 1e-6 ? 0 : Math.max(0, (-dx * 0.45 - dy * 0.9) / length);
    return field(x, y) - 0.5 + plain + extra * away;
  };
}

const fill = (field: Field, colour: string, more: Record<string, string | number> = {}): Svg => {
  const d = traceOutline(field, TILE);
  return d ? path(d, colour, { "fill-rule": "evenodd", ...more }) : "";
};

const fillWith = (field: Field, ...drawing: Svg[]): Svg => {
  const d = traceOutline(field, TILE);
  return d ? clipped(d, ...drawing) : "";
};

const lowest =
  (...fields: Field[]): Field =>
  (x, y) =>
    Math.min(...fields.map((f) => f(x, y)));

/** A tile where kinds meet: painted from the lowest kind up, each with its own edge. */
export function drawMeeting(around: Around): Svg {
  const kinds = TERRAINS.filter((terrain) => around.includes(terrain));
  return kinds
    .map((terrain, i) => {
      const plain = drawPlain(terrain, 0);
      if (i === 0) return plain;
      const above = share(around, (t) => rank(t) >= rank(terrain));
      const over =
        (edge: number): Field =>
        (x, y) =>
          above(x, y) - edge;
      const from = kinds[i - 1];
      const seam =
        from === "water"
          ? // The shore: shallow water, foam, a wet bank.
            fill(over(0.1), tint(WATER, 0.14)) +
            fill(over(0.24), tint(WATER, 0.3)) +
            fill(over(0.335), tint(WATER, 0.72)) +
            fill(
              shadowSide((x, y) => above(x, y), 0.11, -0.05),
              shade(PATH, 0.16),
            ) +
            fill(over(0.435), PATH)
          : terrain === "grass"
            ? fill(
                lowest(over(0.33), (x, y) => share(around, (t) => t === "grass")(x, y) - 0.26),
                SHADE,
                { "fill-opacity": 0.1 },
              ) +
              fill(
                lowest(
                  shadowSide(above, 0.025, 0.075),
                  (x, y) => share(around, (t) => t === "grass")(x, y) - 0.3,
                ),
                GRASS_DARK,
              )
            : terrain === "stone"
              ? fill(shadowSide(above, 0.01, 0.07), SHADE, { "fill-opacity": 0.2 })
              : fill(over(0.33), SHADE, { "fill-opacity": 0.1 });
      const body = fillWith(over(0.5), plain);
      const kerb =
        terrain === "stone"
          ? fill((x, y) => Math.min(above(x, y) - 0.5, 0.69 - above(x, y)), shade(FILL.stone, 0.13)) +
            fill((x, y) => Math.min(above(x, y) - 0.5, 0.66 - above(x, y)), tint(STONE, 0.5))
          : "";
      return seam + body + kerb;
    })
    .join("");
}

/** A darker patch of meadow inside the grass, `inside` for each of the 3 x 3 cells. */
export const drawMeadow = (inside: readonly boolean[]): Svg =>
  fill(
    (x, y) =>
      share(
        inside.map((yes): Terrain => (yes ? "stone" : "water")),
        (t) => t === "stone",
      )(x, y) - 0.5,
    GRASS_DARK,
    { "fill-opacity": 0.34 },
  );

/** Planks across the way one walks. */
export function drawBoards(way: "h" | "v", variant: number): Svg {
  const random = createRandom(70 + variant);
  const planks = [0, 1, 2, 3].map((i) => {
    const tone = tint(WOOD, 0.1 + Math.round(random() * 3) * 0.05);
    return way === "h"
      ? rect(i * 8 + 0.5, 0, 7, TILE, tone) + rect(i * 8 + 0.5, 0, 1.2, TILE, tint(tone, 0.2))
      : rect(0, i * 8 + 0.5, TILE, 7, tone) + rect(0, i * 8 + 0.5, TILE, 1.2, tint(tone, 0.2));
  });
  const nail = (x: number, y: number): Svg => circle(x, y, 0.8, shade(WOOD, 0.35));
  const nails = [0, 1, 2, 3].map((i) =>
    way === "h" ? nail(i * 8 + 4, 9) + nail(i * 8 + 4, 23) : nail(9, i * 8 + 4) + nail(23, i * 8 + 4),
  );
  return rect(0, 0, TILE, TILE, shade(WOOD, 0.3)) + planks.join("") + nails.join("");
}

export interface Sides {
  n: boolean;
  e: boolean;
  s: boolean;
  w: boolean;
}

/** The beam along a boardwalk's open sides. */
export function drawRim({ n, e, s, w }: Sides): Svg {
  const beam = tint(WOOD, 0.3);
  return (
    (n
      ? rect(0, 0, TILE, 4, beam) + rect(0, 4, TILE, 1.4, shade(WOOD, 0.3), 0, { "fill-opacity": 0.45 })
      : "") +
    (w
      ? rect(0, 0, 4, TILE, beam) + rect(4, 0, 1.4, TILE, shade(WOOD, 0.3), 0, { "fill-opacity": 0.45 })
      : "") +
    (e ? rect(TILE - 4, 0, 4, TILE, tint(WOOD, 0.18)) : "") +
    (s ? rect(0, TILE - 8, TILE, 4, beam) + rect(0, TILE - 4, TILE, 4, shade(WOOD, 0.28)) : "")
  );
}

/** What a boardwalk throws on the water beside it: `n` and `w` say where the boards are. */
export const drawBoardShadow = (n: boolean, w: boolean): Svg =>
  (n ? rect(0, 0, TILE, 7, SHADE, 0, { "fill-opacity": 0.2 }) : "") +
  (w ? rect(0, n ? 7 : 0, 5, TILE - (n ? 7 : 0), SHADE, 0, { "fill-opacity": 0.2 }) : "");
