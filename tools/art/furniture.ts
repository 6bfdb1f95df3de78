import { CORAL, INK, LEAF, mix, PAPER, STONE, SUN, shade, tint, WATER, WOOD } from "./palette.ts";
import { type Prop, prop } from "./prop.ts";
import {
  circle,
  clipped,
  contact,
  ellipse,
  ellipseD,
  group,
  line,
  lit,
  move,
  path,
  r2,
  rect,
  rectD,
  type Svg,
} from "./svg.ts";

const IRON = "#4a4f68";

function bench(): Svg {
  const leg = (x: number): Svg => rect(x, -12, 4, 12, IRON, 1.5);
  return (
    contact(2, -1, 33, 7) +
    leg(-25) +
    leg(21) +
    lit(rectD(-29, -32, 58, 7, 3), WOOD, { high: 1.2, low: 1.8 }) +
    lit(rectD(-29, -23, 58, 7, 3), WOOD, { high: 1.2, low: 1.8 }) +
    rect(-25, -28, 4, 14, shade(WOOD, 0.3), 1.5) +
    rect(21, -28, 4, 14, shade(WOOD, 0.3), 1.5) +
    lit(rectD(-31, -15, 62, 10, 3.5), tint(WOOD, 0.14), { high: 2, low: 2.4 }) +
    rect(-29, -10.4, 58, 1.4, shade(WOOD, 0.18))
  );
}

const lamp = (): Svg =>
  contact(2, -1, 12, 4.4) +
  lit("M-7 0Q-6-5-2.6-6.5L-2-62H2L2.6-6.5Q6-5 7 0Q0 2.6-7 0Z", IRON, { high: 1, low: 1.4 }) +
  circle(0, -74, 15, SUN, { "fill-opacity": 0.16 }) +
  lit("M-8.5-84H8.5L6.4-63H-6.4Z", mix(SUN, PAPER, 0.5), { high: 2, low: 2.6, shade: 0.1 }) +
  ellipse(0, -72, 3, 6, PAPER) +
  rect(-8, -65, 16, 4, IRON, 2) +
  lit("M-11-83Q-8-91 0-94Q8-91 11-83Q0-80-11-83Z", IRON, { high: 1.4, low: 1.8 }) +
  circle(0, -94.5, 2.2, IRON);

const STALL_STRIPES = 7;

function stall(stripe: string, goods: readonly string[]): Svg {
  const w = 102;
  const scallop = Array.from({ length: STALL_STRIPES }, (_, i) => {
    const x = -w / 2 + (i * w) / STALL_STRIPES;
    const step = w / STALL_STRIPES;
    const colour = i % 2 === 0 ? stripe : PAPER;
    return (
      path(`M${r2(x * 0.86)} -100H${r2((x + step) * 0.86)}L${r2(x + step)} -70H${r2(x)}Z`, colour) +
      path(
        `M${r2(x)} -70.5H${r2(x + step)}V-64a${r2(step / 2)} ${r2(step / 2)} 0 0 1 ${r2(-step)} 0Z`,
        shade(colour, 0.13),
      )
    );
  });
  const roof = `M${r2(-w * 0.43)} -100H${r2(w * 0.43)}L${w / 2} -70V-64H${-w / 2}V-70Z`;
  const fruit = goods.flatMap((colour, crate) =>
    Array.from({ length: 7 }, (_, i) => {
      const x = -33 + crate * 33 + ((i % 4) - 1.5) * 7 + (i > 3 ? 3.5 : 0);
      return lit(ellipseD(x, -31 - (i > 3 ? 4.6 : 0), 4.2, 4.2), colour, { high: 0.9, low: 1.3 });
    }).reverse(),
  );
  return (
    contact(3, -2, 56, 11) +
    rect(-48, -92, 5, 92, shade(WOOD, 0.2), 2) +
    rect(43, -92, 5, 92, shade(WOOD, 0.28), 2) +
    rect(-44, -66, 88, 36, shade(WOOD, 0.52)) +
    fruit.join("") +
    lit(rectD(-50, -28, 100, 28, 4), WOOD, { high: 2, low: 3 }) +
    [-25, 0, 25].map((x) => rect(x - 0.7, -22, 1.4, 20, shade(WOOD, 0.2))).join("") +
    lit(rectD(-53, -30, 106, 7, 3), tint(WOOD, 0.18), { high: 1.4, low: 1.6 }) +
    rect(-44, -63, 88, 8, INK, 0, { "fill-opacity": 0.16 }) +
    scallop.join("") +
    clipped(
      roof,
      path("M-60-100H-38L-46-70V-50H-60Z", PAPER, { "fill-opacity": 0.25 }),
      path("M34-100H60V-50H42V-70Z", INK, { "fill-opacity": 0.1 }),
    )
  );
}

const sign = (): Svg =>
  contact(1, -1, 13, 4.4) +
  lit(rectD(-3, -40, 6, 40, 2), shade(WOOD, 0.15), { high: 1, low: 1.6 }) +
  lit("M-20-50H13Q16-50 18-47.6L22-42.4L18-37.4Q16-35 13-35H-18Q-20-35-20-37.4Z", tint(WOOD, 0.16), {
    high: 1.6,
    low: 2.4,
  }) +
  rect(-14, -46, 20, 2.6, shade(WOOD, 0.3), 1.3) +
  rect(-14, -41.4, 14, 2.6, shade(WOOD, 0.3), 1.3);

const barrel = (): Svg =>
  contact(2, -1, 17, 5.4) +
  lit(
    "M-12-33Q-17-17-12-2Q0 3.4 12-2Q17-17 12-33Z",
    WOOD,
    { high: 2, low: 4.6 },
    path("M-20-27Q0-21 20-27V-23Q0-17-20-23Z", IRON),
    path("M-20-12Q0-6 20-12V-8Q0-2-20-8Z", IRON),
  ) +
  lit(ellipseD(0, -33, 12, 4.6), tint(WOOD, 0.2), { high: 0, low: 1.2 }) +
  ellipse(0, -33, 8.4, 3, WOOD);

const crate = (): Svg =>
  contact(2, -1, 20, 5.4) +
  lit(
    rectD(-16, -24, 32, 25, 3),
    WOOD,
    { high: 1.6, low: 3 },
    rect(-16, -17.6, 32, 1.6, shade(WOOD, 0.26)),
    rect(-16, -9.4, 32, 1.6, shade(WOOD, 0.26)),
    rect(-13, -24, 4, 26, tint(WOOD, 0.14)),
    rect(9, -24, 4, 26, tint(WOOD, 0.08)),
  ) +
  lit(rectD(-16, -31, 32, 9, 3), shade(WOOD, 0.42), { high: 0, low: 0 }) +
  [
    [-9, -28, CORAL],
    [-1, -30, CORAL],
    [7, -28, SUN],
    [3, -26, CORAL],
    [-5, -26, SUN],
  ]
    .map(([x, y, c]) => lit(ellipseD(Number(x), Number(y), 4.6, 4.4), String(c), { high: 1, low: 1.4 }))
    .join("");

function fence(): Svg {
  const post = (x: number): Svg =>
    lit(`M${x - 3.6} 0V-24Q${x}-30 ${x + 3.6}-24V0Z`, tint(WOOD, 0.22), { high: 1, low: 1.8 });
  const rail = (y: number): Svg => lit(rectD(-33, y, 66, 5, 2), tint(WOOD, 0.1), { high: 1, low: 1.4 });
  return contact(1, 0, 34, 3.6) + rail(-20) + rail(-10) + [-24, -8, 8, 24].map(post).join("");
}

function fencePost(): Svg {
  return contact(1, 0, 7, 3) + lit("M-4 0V-24Q0-30 4-24V0Z", tint(WOOD, 0.22), { high: 1, low: 1.8 });
}

/** The same fence seen end on, 64 px from post to post. */
const fenceSide = (): Svg =>
  contact(1, -30, 5, 34) +
  lit("M-4-64V-88Q0-94 4-88V-64Z", tint(WOOD, 0.22), { high: 1, low: 1.8 }) +
  rect(-2.6, -84, 5.2, 70, shade(WOOD, 0.12), 2) +
  rect(-2.6, -84, 5.2, 60, tint(WOOD, 0.12), 2) +
  [-32, 0]
    .map((y) => move(0, y, lit("M-4 0V-24Q0-30 4-24V0Z", tint(WOOD, 0.22), { high: 1, low: 1.8 })))
    .join("");

const railPost = (): Svg =>
  ellipse(1.5, 1, 8, 3, INK, { "fill-opacity": 0.15 }) +
  lit("M-4.5 1V-19Q0-23 4.5-19V1Q0 3-4.5 1Z", tint(WOOD, 0.1), { high: 1.2, low: 2 }) +
  rect(-4.5, -14, 9, 2.6, PAPER, 1);

/** Water that never stops: rings travel outwards and drops fall, a quarter of the way each frame. */
function fountain(step: number): Svg {
  const t = step / 4;
  const basin = mix(STONE, PAPER, 0.24);
  const water = tint(WATER, 0.12);
  const rings = [0, 1].map((i) => {
    const k = 0.42 + 0.5 * ((t + i) / 2);
    return `<ellipse cx="0" cy="-21" rx="${r2(58 * k)}" ry="${r2(21 * k)}" fill="none" stroke="${PAPER}" stroke-width="2" stroke-opacity="${r2(0.75 * (1.15 - k))}"/>`;
  });
  const jets = [-1, -0.45, 0.45, 1].flatMap((side, j) =>
    [0, 1, 2, 3].map((i) => {
      const p = ((i + t + j * 0.37) % 4) / 4;
      const x = side * (10 + 27 * p);
      const y = -70 - 26 * p * (1 - p) + p * p * 40 + (1 - Math.abs(side)) * 12 * p;
      return ellipse(x, y, 2.4 - p * 0.7, 3.4, PAPER, { "fill-opacity": 0.92 });
    }),
  );
  const fall = [-1, 1].map((side) =>
    line(
      `M${side * 9}-72Q${side * 26}-84 ${side * 36}-${r2(33 + (step % 2) * 1.4)}`,
      tint(WATER, 0.42),
      4.6,
      { "stroke-opacity": 0.8 },
    ),
  );
  const front = [-0.45, 0.45].map((side) =>
    line(`M${side * 10}-70Q${side * 24}-78 ${side * 34}-${r2(24 - (step % 2) * 1.4)}`, tint(WATER, 0.5), 4, {
      "stroke-opacity": 0.8,
    }),
  );
  const splash = [-36, -15, 15, 36].map((x, i) =>
    ellipse(x, Math.abs(x) > 20 ? -31 : -22, 5 + ((step + i) % 4) * 1.1, 2 + ((step + i) % 4) * 0.4, PAPER, {
      "fill-opacity": 0.75 - ((step + i) % 4) * 0.15,
    }),
  );
  return (
    contact(3, -14, 74, 29) +
    lit(
      "M-70-24V-12C-70 4-38 13 0 13C38 13 70 4 70-12V-24Z",
      basin,
      { high: 0, low: 6, shade: 0.16 },
      ...[-48, -24, 0, 24, 48].map((x) =>
        rect(x - 0.8, -14 + (1 - (x / 62) ** 2) * 13, 1.6, 16, shade(basin, 0.14)),
      ),
    ) +
    lit(ellipseD(0, -24, 70, 26.5), tint(basin, 0.35), { high: 2, low: 2.5 }) +
    ellipse(0, -23, 61, 22, shade(WATER, 0.22)) +
    clipped(ellipseD(0, -23, 61, 22), ellipse(0, -19.6, 61, 22, water), ...rings) +
    fall.join("") +
    lit("M-9-20L-6-58H6L9-20Q0-15-9-20Z", basin, { high: 2, low: 4 }) +
    lit("M-24-60Q-20-46 0-45Q20-46 24-60Z", basin, { high: 0, low: 3.4 }) +
    lit(ellipseD(0, -60, 24, 8), tint(basin, 0.35), { high: 1.4, low: 1.4 }) +
    ellipse(0, -59.4, 19.5, 5.8, water) +
    line(`M0-60V-${r2(78 + (step % 2) * 2)}`, tint(WATER, 0.5), 7) +
    circle(0, -79 - (step % 2) * 2, 5.4, PAPER) +
    circle(-3.4 + step, -84 + (step % 2) * 3, 2.2, PAPER) +
    front.join("") +
    jets.join("") +
    splash.join("")
  );
}

/** A flat ring of lighter stones round the fountain. */
function rosette(): Svg {
  const stone = mix(STONE, PAPER, 0.34);
  const circleOf = (count: number, r0: number, r1: number, turn: number, colours: readonly string[]): Svg =>
    Array.from({ length: count }, (_, i) => {
      const gap = 0.9 / r0;
      const [a, b] = [((i + turn) / count) * Math.PI * 2 + gap, ((i + turn + 1) / count) * Math.PI * 2 - gap];
      const at = (r: number, angle: number): string =>
        `${r2(Math.cos(angle) * r)} ${r2(Math.sin(angle) * r * 0.7)}`;
      const d = `M${at(r0 + 1, a)}A${r0 + 1} ${r2((r0 + 1) * 0.7)} 0 0 1 ${at(r0 + 1, b)}L${at(r1 - 1, b)}A${r1 - 1} ${r2((r1 - 1) * 0.7)} 0 0 0 ${at(r1 - 1, a)}Z`;
      return line(d, colours[i % colours.length] ?? stone, 3) + path(d, colours[i % colours.length] ?? stone);
    }).join("");
  return (
    ellipse(0, 0, 204, 143, shade(stone, 0.1)) +
    circleOf(44, 180, 202, 0, [tint(STONE, 0.6), stone]) +
    ellipse(0, 0, 178, 124.6, shade(stone, 0.06)) +
    circleOf(30, 140, 176, 0.5, [stone, tint(STONE, 0.36), stone]) +
    circleOf(22, 98, 136, 0, [tint(STONE, 0.42), stone])
  );
}

/** Bunting between two poles: the little flags swing one after another. */
function bunting(step: number): Svg {
  const colours = [CORAL, SUN, PAPER, WATER, LEAF, SUN, CORAL];
  const sag = (x: number): number => -86 + 16 * (1 - (x / 76) ** 2);
  const flags = colours.map((colour, i) => {
    const x = -63 + i * 21;
    const swing = Math.sin((step / 4 + i / 5) * Math.PI * 2) * 2.4;
    return lit(
      `M${x - 7} ${r2(sag(x - 7))}L${x + 7} ${r2(sag(x + 7))}L${r2(x + swing)} ${r2(sag(x) + 17)}Z`,
      colour,
      { high: 1, low: 1.8 },
    );
  });
  const pole = (x: number): Svg =>
    contact(x + 1, -1, 7, 2.8) +
    lit(rectD(x - 2.6, -92, 5.2, 92, 2), tint(WOOD, 0.1), { high: 1, low: 1.6 }) +
    circle(x, -93, 3.6, SUN);
  return pole(-78) + pole(78) + line(`M-78-86Q0-54 78-86`, mix(INK, PAPER, 0.4), 1.4) + flags.join("");
}

export function createFurniture(): Prop[] {
  return [
    prop("bench", 72, 46, [35, 37], bench()),
    prop("lamp", 34, 106, [16, 99], lamp()),
    prop("stall", 124, 122, [60, 108], stall(CORAL, [SUN, CORAL, mix(LEAF, "#a8d977", 0.4)])),
    prop("stall/blue", 124, 122, [60, 108], stall(WATER, [CORAL, "#8f6bc4", SUN])),
    prop("sign", 48, 60, [23, 54], sign()),
    prop("barrel", 42, 48, [19, 41], barrel()),
    prop("crate", 46, 46, [21, 39], crate()),
    prop("fence", 72, 38, [35, 33], fence()),
    prop("fence/side", 18, 102, [8, 97], fenceSide()),
    prop("fence/post", 18, 36, [8, 31], fencePost()),
    prop("bridge/rail", 22, 30, [10, 25], railPost()),
    prop("rosette", 420, 300, [210, 2], move(0, 148, rosette())),
    ...[0, 1, 2, 3].map((i) => prop(`fountain/${i}`, 190, 146, [90, 122], group("scale(1.18)", fountain(i)))),
    ...[0, 1, 2, 3].map((i) => prop(`flag/${i}`, 172, 104, [86, 99], bunting(i))),
  ];
}
