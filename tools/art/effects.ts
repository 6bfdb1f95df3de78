import { CORAL, INK, mix, PAPER, SHADE, SUN, shade, tint } from "./palette.ts";
import { createRandom } from "./random.ts";
import {
  circle,
  ellipse,
  ellipseD,
  group,
  line,
  lit,
  type Point,
  path,
  polygonD,
  r2,
  rect,
  type Sprite,
  type Svg,
} from "./svg.ts";

function poof(step: number): Svg {
  const t = step / 4;
  const grow = 0.45 + 0.55 * Math.sqrt(t);
  const random = createRandom(11);
  const puffs = Array.from({ length: 7 }, (_, i) => {
    const a = (i / 7) * Math.PI * 2 + 0.4;
    const far = 6 + 15 * grow;
    const r = (11 + random() * 3.4) * grow * (1 - 0.62 * Math.max(0, t - 0.3));
    return { x: 32 + Math.cos(a) * far * 0.95, y: 34 + Math.sin(a) * far * 0.76 - t * 6, r };
  });
  if (step < 3) puffs.push({ x: 32, y: 33 - t * 6, r: 19 * grow * (1 - t * 0.45) });
  const fade = [1, 0.96, 0.85, 0.62, 0.32][step] ?? 0;
  const lower = puffs.map(({ x, y, r }) => circle(x + 1.4, y + 1.6, r, mix(PAPER, "#b6abd0", 0.5)));
  const upper = puffs.map(({ x, y, r }) => circle(x - 0.6, y - 0.8, r * 0.9, PAPER));
  return `<g opacity="${fade}">${lower.join("")}${upper.join("")}</g>`;
}

const star = (x: number, y: number, r: number, fill: string): Svg =>
  path(
    `M${r2(x)} ${r2(y - r)}Q${r2(x + r * 0.16)} ${r2(y - r * 0.16)} ${r2(x + r)} ${r2(y)}Q${r2(x + r * 0.16)} ${r2(y + r * 0.16)} ${r2(x)} ${r2(y + r)}Q${r2(x - r * 0.16)} ${r2(y + r * 0.16)} ${r2(x - r)} ${r2(y)}Q${r2(x - r * 0.16)} ${r2(y - r * 0.16)} ${r2(x)} ${r2(y - r)}Z`,
    fill,
  );

function sparkle(step: number): Svg {
  const t = step / 3;
  const colours = [SUN, PAPER, CORAL, PAPER, SUN, PAPER];
  return colours
    .map((colour, i) => {
      const a = (i / 6) * Math.PI * 2 - 0.5;
      const far = 9 + 17 * Math.sqrt(t);
      const size = [5, 8, 7, 3.6][step] ?? 0;
      const r = size * (i % 2 === 0 ? 1 : 0.7);
      return star(32 + Math.cos(a) * far, 32 + Math.sin(a) * far - t * 3, r, colour);
    })
    .join("");
}

function dust(step: number): Svg {
  const t = step / 2;
  const puffs: [number, number, number][] = [
    [9, 15, 5.4],
    [15, 13, 4.4],
    [12, 10, 3.4],
  ];
  return `<g opacity="${[0.9, 0.66, 0.36][step]}">${puffs
    .map(([x, y, r], i) =>
      circle(
        x + (i - 1) * t * 4,
        y - t * 4,
        r * (1 - 0.25 * t),
        i === 0 ? mix(PAPER, "#d9c6a4", 0.6) : PAPER,
      ),
    )
    .join("")}</g>`;
}

const badge = (fill: string): Svg =>
  ellipse(12.6, 12.9, 11, 10.8, SHADE, { "fill-opacity": 0.22 }) +
  lit(ellipseD(12, 12, 11, 10.8), fill, { high: 0, low: 1.8, shade: 0.14 });

function away(): Svg {
  const z = (x: number, y: number, s: number): Svg =>
    line(`M${x} ${y}h${s}l${-s} ${s * 1.05}h${s}`, INK, 1.9);
  return badge(PAPER) + z(5.6, 11.4, 6) + z(13.4, 6, 4.4);
}

function reconnecting(): Svg {
  const plug = group(
    "translate(12 12) rotate(45)",
    line("M-9.5 0H-5", INK, 2),
    path("M-5.4-3.6h3.4a3.6 3.6 0 0 1 0 7.2h-3.4Z", INK),
    line("M1.8-1.8h2.4M1.8 1.8h2.4", INK, 1.5),
    path("M8.6-3.6h-1.8a3.6 3.6 0 0 0 0 7.2h1.8Z", CORAL),
    line("M8.6 0H10", CORAL, 2),
  );
  return badge(PAPER) + plug;
}

function leader(): Svg {
  const crown: Point[] = [
    [2.6, 6.4],
    [6.4, 9.6],
    [10, 3.4],
    [13.6, 9.6],
    [17.4, 6.4],
    [16, 16.4],
    [4, 16.4],
  ];
  return (
    line(polygonD(crown.map(([x, y]): Point => [x + 0.5, y + 0.9])), SHADE, 1.6, {
      "stroke-opacity": 0.25,
    }) +
    line(polygonD(crown), SUN, 1.8) +
    lit(polygonD(crown), SUN, { high: 1, low: 1.8 }) +
    circle(2.6, 5.6, 1.7, PAPER) +
    circle(10, 2.9, 1.9, CORAL) +
    circle(17.4, 5.6, 1.7, PAPER) +
    rect(3.8, 13.6, 12.4, 2.8, shade(SUN, 0.16), 1.2)
  );
}

const loading = (): Svg =>
  badge(PAPER) +
  circle(6.6, 12, 2.1, INK) +
  circle(12, 12, 2.1, mix(INK, PAPER, 0.35)) +
  circle(17.4, 12, 2.1, mix(INK, PAPER, 0.65));

function shadow(): Svg {
  return [1, 0.82, 0.62]
    .map((k) => ellipse(18, 7, 17.6 * k, 6.8 * k, SHADE, { "fill-opacity": 0.13 }))
    .join("");
}

function ring(): Svg {
  const hoop = (rx: number, ry: number, colour: string, width: number, opacity: number): Svg =>
    `<ellipse cx="22" cy="10" rx="${rx}" ry="${ry}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}"/>`;
  return (
    ellipse(22, 10, 19, 7.4, SUN, { "fill-opacity": 0.22 }) +
    hoop(19.2, 7.4, tint(SUN, 0.3), 4.8, 0.4) +
    hoop(19.2, 7.4, PAPER, 3.4, 1) +
    hoop(19.2, 7.4, SUN, 1.8, 1)
  );
}

const sprite = (name: string, width: number, height: number, body: Svg): Sprite => ({
  name,
  width,
  height,
  body,
});

export function createEffectSprites(): Sprite[] {
  return [
    sprite("shadow", 36, 14, shadow()),
    sprite("ring", 44, 20, ring()),
    ...[0, 1, 2, 3, 4].map((i) => sprite(`poof/${i}`, 64, 64, poof(i))),
    ...[0, 1, 2, 3].map((i) => sprite(`sparkle/${i}`, 64, 64, sparkle(i))),
    ...[0, 1, 2].map((i) => sprite(`dust/${i}`, 24, 24, dust(i))),
    sprite("mark/away", 24, 24, away()),
    sprite("mark/reconnecting", 24, 24, reconnecting()),
    sprite("mark/leader", 20, 20, leader()),
    sprite("mark/loading", 24, 24, loading()),
  ];
}
