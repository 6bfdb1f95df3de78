import {
  BLOSSOM,
  CORAL,
  GRASS_DARK,
  INK,
  LEAF,
  MUD,
  mix,
  PAPER,
  SHADE,
  STONE,
  SUN,
  shade,
  tint,
  WATER,
  WOOD,
} from "./palette.ts";
import { type Prop, prop } from "./prop.ts";
import { createRandom } from "./random.ts";
import { circle, contact, ellipse, ellipseD, line, lit, move, path, rect, type Svg } from "./svg.ts";

const PIG = mix(BLOSSOM, CORAL, 0.18);

function flowers(kind: number): Svg {
  const random = createRandom(30 + kind);
  const colours = [
    [PAPER, SUN],
    [SUN, CORAL],
    [CORAL, SUN],
  ][kind] ?? [PAPER, SUN];
  const leaves = Array.from({ length: 8 }, () =>
    ellipse((random() - 0.5) * 32, -8 + (random() - 0.5) * 12, 4.4, 2.4, GRASS_DARK),
  );
  const heads = Array.from({ length: 6 }, (_, i) => {
    const x = -15 + (i % 3) * 14 + random() * 6;
    const y = (i < 3 ? -13 : -6) + random() * 4;
    const petals = [0, 1, 2, 3, 4].map((p) =>
      circle(x + Math.cos(p * 1.257) * 2.3, y + Math.sin(p * 1.257) * 2, 1.9, colours[0] ?? PAPER),
    );
    return `${ellipse(x + 0.6, y + 2.6, 3.6, 1.6, shade(GRASS_DARK, 0.2))}${petals.join("")}${circle(x, y, 1.5, colours[1] ?? SUN)}`;
  });
  return leaves.join("") + heads.join("");
}

const rock = (): Svg =>
  contact(2, -1, 21, 6.5) +
  lit("M-18-3C-20-12-12-24-3-25C7-27 17-17 18-6C18 1-16 2-18-3Z", mix(STONE, "#8d88a3", 0.25), {
    high: 2.4,
    low: 5,
  }) +
  lit("M8-2C8-8 12-12 16-11C21-9 21-3 19 0C16 2 9 2 8-2Z", STONE, { high: 1.4, low: 2.4 }) +
  ellipse(-8, -2, 6, 2, GRASS_DARK);

function lily(): Svg {
  const pad = "M0 0L12-3.4A12.6 6.6 0 1 1 10.4-5.6Z";
  return (
    move(0, -8, ellipse(0.6, 1.6, 12.6, 6.2, shade(WATER, 0.2))) +
    move(
      0,
      -7,
      move(0, 1, lit(pad, mix(LEAF, GRASS_DARK, 0.5), { high: 1, low: 1.6 })),
      [0, 1, 2, 3, 4]
        .map((i) =>
          ellipse(-3 + Math.cos(i * 1.257) * 2.8, -2.4 + Math.sin(i * 1.257) * 1.9, 2.2, 1.8, BLOSSOM),
        )
        .join(""),
      circle(-3, -2.6, 1.5, SUN),
    )
  );
}

const duck = (): Svg =>
  ellipse(0, -2.5, 15, 4.4, PAPER, { "fill-opacity": 0.45 }) +
  lit("M-14-9C-13-3-5-2 2-2.4C9-2.6 12-6 11.4-10C6-12.4 0-8.6-5-9.6C-9-10.4-12-12.6-14-9Z", PAPER, {
    high: 0,
    low: 2.4,
    shade: 0.13,
  }) +
  lit(ellipseD(8, -14.5, 5.6, 5.4), PAPER, { high: 0, low: 1.6, shade: 0.12 }) +
  path("M12.4-15.4q5 0.6 5.6 2.4q-2.6 1.4-6 0.4Z", "#f2994a") +
  circle(9.8, -16, 1.1, INK) +
  ellipse(-3, -6.6, 5, 2.2, shade(PAPER, 0.1));

const cabbage = (): Svg =>
  contact(1, -1, 13, 4.4) +
  [
    [-7, -4],
    [7, -4],
    [0, -2.5],
  ]
    .map(([x, y]) =>
      lit(ellipseD(Number(x), Number(y), 6.4, 4.2), mix(LEAF, GRASS_DARK, 0.2), { high: 1, low: 1.2 }),
    )
    .join("") +
  lit(ellipseD(0, -7, 9, 7), mix(LEAF, GRASS_DARK, 0.4), { high: 1.4, low: 2.2 }) +
  lit(ellipseD(-0.5, -9, 6.2, 5), mix(GRASS_DARK, PAPER, 0.35), { high: 1.2, low: 1.6 }) +
  ellipse(-1, -10.4, 3, 2.2, mix(GRASS_DARK, PAPER, 0.55));

function cloudShadow(): Svg {
  const lobes: [number, number, number][] = [
    [120, 74, 54],
    [186, 60, 50],
    [240, 80, 46],
    [70, 84, 38],
    [160, 92, 52],
  ];
  // Nested flat layers add up to a soft edge and pack far better than a blur.
  return [1, 0.9, 0.8, 0.7, 0.6]
    .map(
      (k) =>
        `<g fill-opacity="0.035">${path(lobes.map(([x, y, r]) => ellipseD(160 + (x - 160) * (0.7 + 0.3 * k), 80 + (y - 80) * (0.7 + 0.3 * k), r * k * 1.1, r * k * 0.9)).join(""), SHADE)}</g>`,
    )
    .join("");
}

function reeds(): Svg {
  const stems: [number, number, number, boolean][] = [
    [-9, -26, -3, true],
    [-4, -36, -1, true],
    [2, -30, 2, false],
    [7, -40, 3, true],
    [12, -24, 6, false],
  ];
  return (
    ellipse(1, -1, 18, 4.4, PAPER, { "fill-opacity": 0.3 }) +
    stems
      .map(
        ([x, y, lean, cattail]) =>
          line(
            `M${x * 0.7} 0Q${x * 0.8} ${y * 0.5} ${x + lean} ${y}`,
            x > 4 ? LEAF : mix(LEAF, GRASS_DARK, 0.5),
            2.6,
          ) +
          (cattail
            ? lit(ellipseD(x + lean, y + 2, 2.7, 6.2), shade(WOOD, 0.2), { high: 0.9, low: 1.4 })
            : ""),
      )
      .join("")
  );
}

const pig = (): Svg =>
  contact(1, -1, 19, 5) +
  [-9, -3, 6, 11].map((x) => rect(x - 2, -6, 4.4, 7, shade(PIG, 0.16), 2)).join("") +
  line("M-16-15q-5-1-4-5q3-2 3 2", PIG, 2) +
  lit(
    ellipseD(-1, -12.5, 16, 10),
    PIG,
    { high: 2, low: 3.4 },
    ellipse(-7, -6, 6, 3.4, MUD),
    ellipse(4, -5, 4, 2.6, MUD),
  ) +
  lit(ellipseD(11, -15.5, 8.4, 8), tint(PIG, 0.14), { high: 1.4, low: 2 }) +
  path("M5-21l-1-6.4l6.4 2.8ZM13-24l4.6-4l1.6 6.6Z", shade(PIG, 0.12)) +
  ellipse(15, -13.5, 4, 3.2, shade(PIG, 0.1)) +
  circle(13.8, -13.6, 0.9, INK) +
  circle(16.4, -13.6, 0.9, INK) +
  circle(9.6, -17.6, 1.3, INK) +
  circle(16, -18, 1.3, INK);

export function createNature(): Prop[] {
  return [
    ...[0, 1, 2].map((i) => prop(`flowers/${i}`, 44, 26, [22, 4], move(0, 16, flowers(i)))),
    prop("rock", 48, 38, [23, 31], rock()),
    prop("lily", 28, 20, [14, 4], move(0, 14, lily())),
    prop("duck", 36, 24, [16, 21], duck()),
    prop("reeds", 46, 56, [22, 51], reeds()),
    prop("pig", 44, 34, [22, 30], pig()),
    prop("cabbage", 32, 24, [15, 19], cabbage()),
    prop("cloudshadow", 320, 160, [160, 80], move(-160, -80, cloudShadow())),
  ];
}
