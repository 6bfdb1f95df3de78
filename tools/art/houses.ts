import { CORAL, GRASS_DARK, INK, LEAF, mix, PAPER, STONE, SUN, shade, tint, WATER, WOOD } from "./palette.ts";
import { type Prop, prop } from "./prop.ts";
import {
  circle,
  clipped,
  contact,
  ellipse,
  ellipseD,
  line,
  lit,
  move,
  path,
  r2,
  rect,
  rectD,
  type Svg,
} from "./svg.ts";

interface House {
  wall: string;
  roof: string;
  door: string;
  awning: string;
  /** What hangs over the door, drawn about 0,0. */
  emblem: Svg;
}

const GLASS = mix(WATER, PAPER, 0.35);

function windowPane(x: number, y: number, w: number, h: number, frame: string, box: boolean): Svg {
  const pane = rectD(x - w / 2, y - h, w, h, 3);
  return (
    rect(x - w / 2 - 3, y - h - 3, w + 6, h + 6, frame, 4) +
    lit(
      pane,
      GLASS,
      { high: 0, low: 0 },
      path(`M${x - w} ${y}L${x} ${y - h * 1.4}H${x + w * 0.3}L${x - w * 0.5} ${y + 4}Z`, tint(GLASS, 0.5)),
    ) +
    rect(x - 1, y - h, 2, h, frame) +
    rect(x - w / 2, y - h / 2 - 1, w, 2, frame) +
    (box
      ? rect(x - w / 2 - 5, y + 3, w + 10, 6, shade(WOOD, 0.1), 2) +
        [-0.4, 0, 0.4]
          .map(
            (k) =>
              circle(x + k * w, y + 1.4, 4.2, LEAF) +
              circle(x + k * w - 1, y - 0.6, 2.2, k === 0 ? SUN : CORAL),
          )
          .join("")
      : rect(x - w / 2 - 4, y + 2, w + 8, 3.4, shade(frame, 0.2), 1.5))
  );
}

/** Rows of soft scalloped tiles inside the roof's outline. */
function shingles(top: number, bottom: number, half: number, colour: string): Svg[] {
  const rows: Svg[] = [];
  for (let y = top + 10, row = 0; y < bottom; y += 13, row++) {
    let d = `M${-half} ${y}`;
    for (let x = -half - (row % 2) * 9; x < half; x += 18) d += `L${x} ${y}q9 8 18 0`;
    rows.push(line(d, shade(colour, 0.15), 2));
  }
  return rows;
}

function house({ wall, roof, door, awning, emblem }: House): Svg {
  const roofD = "M-62-158Q-60-163-54-163H54Q60-163 62-158L88-88Q90-80 82-80H-82Q-90-80-88-88Z";
  const stripes = Array.from({ length: 6 }, (_, i) => {
    const x = 14 + i * 9.4;
    const colour = i % 2 === 0 ? awning : PAPER;
    return (
      path(`M${r2(x)} -56h9.5l1.6 17h-9.5Z`, colour) +
      path(`M${r2(x + 1.5)} -39.4h9.6v3a4.8 4.8 0 0 1-9.6 0Z`, shade(colour, 0.13))
    );
  });
  return (
    contact(6, -6, 88, 17) +
    lit(
      "M-74-90H74V-2Q74 2 70 2H-70Q-74 2-74-2Z",
      wall,
      { high: 0, low: 5, shade: 0.12 },
      rect(-80, -84, 160, 13, INK, 0, { "fill-opacity": 0.14 }),
      path("M-74-8H74V4H-74Z", mix(STONE, wall, 0.3)),
    ) +
    // chimney
    lit(rectD(36, -182, 20, 34, 2), mix(STONE, CORAL, 0.25), { high: 1.6, low: 4 }) +
    rect(33, -185, 26, 7, mix(STONE, PAPER, 0.3), 2.5) +
    lit(
      roofD,
      roof,
      { high: 3, low: 5, shade: 0.15 },
      ...shingles(-163, -84, 96, roof),
      rect(-96, -163, 192, 6, tint(roof, 0.3)),
      path("M-88-88H88V-79H-88Z", shade(roof, 0.2)),
    ) +
    // dormer
    lit("M-22-92V-118L0-138L22-118V-92Z", wall, { high: 0, low: 3, shade: 0.1 }) +
    windowPane(0, -97, 18, 19, PAPER, false) +
    line("M-27-114L0-139L27-114", shade(roof, 0.16), 7) +
    line("M-27-116L0-141L27-116", roof, 6) +
    // door
    rect(-34, -50, 38, 52, shade(wall, 0.16), 8) +
    lit(
      "M-31 2V-40Q-31-47-15-48Q1-47 1-40V2Z",
      door,
      { high: 1.6, low: 3 },
      ellipse(-15, -34, 8, 7.4, GLASS),
      line("M-15-42V-26M-23-34H-7", door, 1.8),
    ) +
    circle(-5, -18, 2, SUN) +
    lit(rectD(-38, -1, 46, 7, 2.5), mix(STONE, PAPER, 0.35), { high: 1, low: 1.6 }) +
    // round sign
    lit(ellipseD(-15, -64, 11, 10.4), PAPER, { high: 0, low: 1.8, shade: 0.12 }) +
    move(-15, -64, emblem) +
    windowPane(-54, -26, 21, 24, PAPER, true) +
    // shop window under its awning
    windowPane(43, -14, 48, 30, PAPER, true) +
    rect(15, -44, 58, 8, INK, 0, { "fill-opacity": 0.14 }) +
    stripes.join("")
  );
}

const bread = lit(
  "M-7 2Q-8-5 0-5Q8-5 7 2Q7 4 0 4Q-7 4-7 2Z",
  "#e0a458",
  { high: 1, low: 1.4 },
  line("M-3-3l-1 3M1-3.4l-1 3M5-3l-1 3", PAPER, 1.2),
);
const leafMark =
  lit("M-6 5C-8-4 0-8 7-6C8 2 2 7-6 5Z", LEAF, { high: 1, low: 1.4 }) +
  line("M-5 4L4-3", tint(LEAF, 0.4), 1.2);
const cup =
  lit("M-6-4H4V1Q4 5-1 5Q-6 5-6 1Z", CORAL, { high: 1, low: 1.4 }) +
  line("M4-2.4q4 0 3.2 2.6q-0.6 2-3.4 1.8", CORAL, 1.6);

function clockTower(): Svg {
  const wall = mix(PAPER, STONE, 0.16);
  const roof = mix(WATER, "#3d5fa0", 0.5);
  const wing = (side: number): Svg =>
    lit(
      `M${side * 44}-86H${side * 92}V0Q${side * 92} 2 ${side * 88} 2H${side * 44}Z`,
      wall,
      { high: 0, low: 4, shade: 0.1 },
      path("M-100-8H100V4H-100Z", STONE),
      rect(-100, -86, 200, 10, INK, 0, { "fill-opacity": 0.12 }),
    ) +
    lit(
      `M${side * 36}-124H${side * 78}Q${side * 82}-124 ${side * 84}-121L${side * 101}-86Q${side * 104}-78 ${side * 97}-78H${side * 36}Z`,
      roof,
      { high: 2.4, low: 4, shade: 0.15 },
      ...shingles(-124, -82, 110, roof),
      path("M-104-86H104V-78H-104Z", shade(roof, 0.2)),
    ) +
    windowPane(side * 68, -30, 20, 28, mix(WOOD, PAPER, 0.5), true);
  const ticks = Array.from({ length: 12 }, (_, i) => {
    const a = (i * Math.PI) / 6;
    return circle(Math.sin(a) * 17, -172 - Math.cos(a) * 17, i % 3 === 0 ? 1.9 : 1.1, INK);
  });
  return (
    contact(7, -5, 108, 19) +
    wing(-1) +
    wing(1) +
    lit(
      "M-46-212H46V0Q46 4 42 4H-42Q-46 4-46 0Z",
      wall,
      { high: 3, low: 7, shade: 0.13, tint: 0.6 },
      path("M-50-8H50V6H-50Z", STONE),
      rect(-50, -214, 100, 13, INK, 0, { "fill-opacity": 0.13 }),
      ...[
        [-36, -100],
        [30, -118],
        [-34, -70],
        [32, -52],
        [24, -128],
        [-28, -128],
      ].map(([x = 0, y = 0]) => rect(x - 5, y, 13, 6, shade(wall, 0.08), 2)),
    ) +
    lit(rectD(-51, -138, 102, 8, 3), mix(STONE, PAPER, 0.3), { high: 1.4, low: 2 }) +
    // clock
    circle(1.5, -170, 27, shade(wall, 0.18)) +
    lit(ellipseD(0, -172, 27, 27), SUN, { high: 2, low: 3 }) +
    circle(0, -172, 21.6, PAPER) +
    ticks.join("") +
    line("M0-172V-185", INK, 2.8) +
    line("M0-172L9-167", INK, 2.8) +
    circle(0, -172, 2.6, CORAL) +
    // door
    path("M-26 4V-42Q-26-62 0-62Q26-62 26-42V4Z", mix(STONE, PAPER, 0.2)) +
    lit(
      "M-20 4V-40Q-20-56 0-56Q20-56 20-40V4Z",
      shade(WOOD, 0.06),
      { high: 1.8, low: 4 },
      rect(-0.9, -60, 1.8, 66, shade(WOOD, 0.36)),
      line("M-12-44V2M-6-50V2M12-44V2M6-50V2", shade(WOOD, 0.2), 1.2),
    ) +
    circle(-4.6, -22, 2, SUN) +
    circle(4.6, -22, 2, SUN) +
    windowPane(0, -88, 22, 26, mix(WOOD, PAPER, 0.5), true) +
    lit(rectD(-33, 0, 66, 8, 3), mix(STONE, PAPER, 0.35), { high: 1.2, low: 2 }) +
    // roof, finial and pennant
    line("M0-284V-268", INK, 2.4) +
    path("M1-284Q11-286 20-279Q11-277 1-272Z", CORAL) +
    circle(0, -285, 3, SUN) +
    lit(
      "M0-272Q8-244 56-216Q62-210 54-207Q0-198-54-207Q-62-210-56-216Q-8-244 0-272Z",
      roof,
      { high: 3, low: 7, shade: 0.17 },
      ...[-250, -237, -224].map((y, i) =>
        line(`M${-20 - i * 18} ${y}q${20 + i * 18} ${9 + i * 2} ${40 + i * 36} 0`, shade(roof, 0.16), 2),
      ),
    )
  );
}

const ivy = (x: number, points: readonly (readonly [number, number])[]): Svg =>
  clipped(
    rectD(-74, -90, 148, 92),
    ...points.map(([dx, y], i) => circle(x + dx, y, 5 + (i % 3), i % 2 ? LEAF : mix(LEAF, GRASS_DARK, 0.6))),
  );

export function createHouses(): Prop[] {
  const anchor = [96, 184] as const;
  const build = (name: string, plan: House, ...extra: Svg[]): Prop =>
    prop(name, 198, 206, [anchor[0], anchor[1] + 2], house(plan), ...extra);
  return [
    build("house/coral", {
      wall: mix(PAPER, SUN, 0.16),
      roof: CORAL,
      door: LEAF,
      awning: CORAL,
      emblem: bread,
    }),
    build(
      "house/sun",
      {
        wall: mix(PAPER, CORAL, 0.14),
        roof: mix(SUN, "#f09a3e", 0.3),
        door: mix(WATER, "#3d5fa0", 0.4),
        awning: mix(SUN, "#f09a3e", 0.3),
        emblem: cup,
      },
      ivy(-72, [
        [0, -4],
        [4, -12],
        [0, -20],
        [5, -28],
        [1, -37],
        [5, -46],
        [1, -54],
      ]),
    ),
    build("house/sky", {
      wall: mix(PAPER, WATER, 0.16),
      roof: mix(WATER, "#3d6fb0", 0.3),
      door: CORAL,
      awning: LEAF,
      emblem: leafMark,
    }),
    prop("clocktower", 226, 312, [108, 294], clockTower()),
  ];
}
