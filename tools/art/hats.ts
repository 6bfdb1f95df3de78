import { DIRECTIONS, TURN } from "./character.ts";
import { BLOSSOM, CORAL, LEAF, mix, PAPER, SUN, shade, tint, WATER, WOOD } from "./palette.ts";
import {
  circle,
  clipped,
  ellipse,
  ellipseD,
  line,
  lit,
  move,
  type Point,
  path,
  r2,
  type Sprite,
  type Svg,
} from "./svg.ts";

/** The hat's own origin is where it sits on the head; the head there is about 23 px wide. */
export const HAT = { width: 48, height: 40, anchor: [24, 30] as const };

const STRAW = mix(SUN, PAPER, 0.4);
const FELT = "#3d4259";

/** A point on the ring round the head: 0 degrees is the front, which the direction turns. */
const onRing = (
  turn: number,
  degrees: number,
  rx: number,
  ry: number,
): { x: number; y: number; near: number } => {
  const a = ((turn + degrees) * Math.PI) / 180;
  return { x: rx * Math.sin(a), y: ry * Math.cos(a), near: Math.cos(a) };
};

const dome = (rx: number, up: number, down = 4.5): string =>
  `M${-rx} 0C${-rx} ${-up * 1.3} ${rx} ${-up * 1.3} ${rx} 0C${rx * 0.7} ${down * 1.25} ${-rx * 0.7} ${down * 1.25} ${-rx} 0Z`;

/** A band that follows the dome's lower edge. */
const band = (rx: number, high: number, down = 4.5): string =>
  `M${-rx} 0C${-rx * 0.7} ${down * 1.25} ${rx * 0.7} ${down * 1.25} ${rx} 0V${-high}C${rx * 0.7} ${down * 1.25 - high} ${-rx * 0.7} ${down * 1.25 - high} ${-rx} ${-high}Z`;

function flower(x: number, y: number, r: number, petals: string, heart: string): Svg {
  const five = [0, 1, 2, 3, 4].map((i) => {
    const a = (i * 2 * Math.PI) / 5 - Math.PI / 2;
    return circle(x + Math.cos(a) * r * 0.62, y + Math.sin(a) * r * 0.56, r * 0.56, petals);
  });
  return five.join("") + circle(x, y, r * 0.42, heart);
}

function cap(turn: number): Svg {
  const front = onRing(turn, 0, 13, 5.5);
  const visor = lit(
    ellipseD(front.x, front.y - 0.9, 10 - Math.abs(front.x) * 0.08, 4.1),
    shade(CORAL, 0.16),
    { high: 1.2, low: 1.4 },
  );
  const badge = onRing(turn, 0, 9, 1.5);
  const crown = lit(
    dome(12.6, 13),
    CORAL,
    {},
    badge.near > -0.2
      ? ellipse(badge.x, badge.y - 4.6, Math.max(1.8, 4.6 * Math.max(0, badge.near)), 4.4, PAPER)
      : "",
  );
  return (front.near < -0.1 ? visor + crown : crown + visor) + ellipse(0, -10.3, 2.4, 1.5, PAPER);
}

function topHat(turn: number): Svg {
  const brim = lit(ellipseD(0, 1, 17, 6), FELT, { high: 1.2, low: 1.6, tint: 0.22 });
  const pipe =
    "M-10.5 1C-10.8-8-11.6-15-12-20.5C-8-25.5 8-25.5 12-20.5C11.6-15 10.8-8 10.5 1C6 5.4-6 5.4-10.5 1Z";
  const ticket = onRing(turn, 50, 10, 3.5);
  const card =
    ticket.near > -0.15
      ? path(`M${r2(ticket.x - 2.2)} ${r2(ticket.y - 10)}l5-1.4l1.4 6.6l-5 1.2Z`, PAPER)
      : "";
  return (
    brim +
    lit(
      pipe,
      FELT,
      { high: 1.6, low: 3, tint: 0.2 },
      ellipse(0, -20.5, 12, 4.1, tint(FELT, 0.2)),
      move(0, 1, path(band(11.4, 6), SUN)),
      move(0, 1, clipped(band(11.4, 6), path("M7-9H14V8H5Z", shade(SUN, 0.16)))),
    ) +
    card
  );
}

function beanie(): Svg {
  const ribs = [-8, -4, 0, 4, 8].map((x) =>
    line(`M${x} ${r2(-3.4 + (1 - (x / 12) ** 2) * 4)}v4`, mix(PAPER, WATER, 0.38), 1.1),
  );
  return (
    lit(
      dome(12.4, 15),
      mix(WATER, "#2f6fa8", 0.35),
      { high: 2, low: 3 },
      line("M-14-6.4Q0-1 14-6.4", PAPER, 2),
      line("M-12-10.6Q0-6 12-10.6", mix(WATER, PAPER, 0.35), 1.6),
    ) +
    lit(band(13.4, 5.5), PAPER, { high: 0, low: 1.8, shade: 0.13 }, ...ribs) +
    lit(ellipseD(0, -15, 5.6, 5.3), PAPER, { high: 0, low: 2, shade: 0.13 })
  );
}

function strawHat(turn: number): Svg {
  const bloom = onRing(turn, -40, 11, 3.6);
  const brim = lit(
    ellipseD(0, -0.6, 20.5, 7),
    STRAW,
    { high: 1.4, low: 2, shade: 0.14 },
    ...[17, 13.6].map(
      (rx) =>
        `<ellipse cx="0" cy="-0.7" rx="${rx}" ry="${r2(rx * 0.33)}" fill="none" stroke="${shade(STRAW, 0.12)}" stroke-width="1"/>`,
    ),
  );
  return (
    brim +
    lit(
      dome(11, 11, 3.6),
      STRAW,
      { high: 1.6, low: 2.6, shade: 0.14 },
      path(band(11.4, 4.2, 3.6), CORAL),
      clipped(band(11.4, 4.2, 3.6), path("M6-6H13V6H4Z", shade(CORAL, 0.18))),
    ) +
    (bloom.near > -0.3 ? flower(bloom.x, bloom.y - 2.2, 3.8, PAPER, SUN) : "")
  );
}

function partyCone(turn: number): Svg {
  const cone = "M-10 0C-7-6-2.4-17-1-22.6Q0-24.4 1-22.6C2.4-17 7-6 10 0C6 5-6 5-10 0Z";
  const dots = [0, 120, 240].flatMap((around, i) => {
    const low = onRing(turn, around, 8, 2.6);
    const high = onRing(turn, around + 60, 4.6, 1.5);
    return [
      low.near > -0.1
        ? ellipse(low.x, low.y - 4.2, Math.max(0.9, 2.3 * low.near), 2.3, i === 1 ? PAPER : SUN)
        : "",
      high.near > -0.1
        ? ellipse(high.x, high.y - 11.8, Math.max(0.8, 1.9 * high.near), 1.9, i === 1 ? SUN : PAPER)
        : "",
    ];
  });
  return (
    lit(
      cone,
      "#8f6bc4",
      { high: 1.4, low: 3.2 },
      ...dots,
      move(0, 0, line("M-10.4-0.4C-6 4.4 6 4.4 10.4-0.4", SUN, 3)),
    ) + lit(ellipseD(0, -23.6, 4.4, 4.2), SUN, { high: 1.1, low: 1.6 })
  );
}

function wreath(turn: number): Svg {
  const leaves = Array.from({ length: 18 }, (_, i) => ({
    kind: "leaf" as const,
    i,
    spot: onRing(turn, i * 20 + 8, 13, 5.4),
  }));
  const blooms = Array.from({ length: 7 }, (_, i) => ({
    kind: "bloom" as const,
    i,
    spot: onRing(turn, (i * 360) / 7, 12.8, 5.4),
  }));
  const petals = [CORAL, PAPER, BLOSSOM, PAPER, SUN, PAPER, BLOSSOM];
  const all = [...leaves, ...blooms].sort(
    (a, b) => a.spot.near - b.spot.near || (a.kind === "leaf" ? -1 : 1),
  );
  return all
    .map(({ kind, i, spot }) => {
      const y = spot.y - 1.2;
      if (kind === "leaf") {
        const tilt = (i % 2 === 0 ? -38 : 38) + spot.x * 2;
        return ellipse(
          spot.x,
          y + (i % 2 === 0 ? -1.6 : 1.6),
          1.9,
          3.7,
          i % 2 === 0 ? LEAF : mix(LEAF, "#a8d977", 0.4),
          { transform: `rotate(${r2(tilt)} ${r2(spot.x)} ${r2(y)})` },
        );
      }
      const colour = petals[i] ?? PAPER;
      return flower(spot.x, y, 4.4 + spot.near * 0.5, colour, colour === SUN ? PAPER : SUN);
    })
    .join("");
}

function tricorn(turn: number): Svg {
  const felt = mix(WOOD, "#3a2438", 0.62);
  const corners = [0, 125, 235].map((a) => onRing(turn, a, 20, 8));
  const sides = corners.map((from, i) => {
    const to = corners[(i + 1) % 3] ?? from;
    const middle: Point = [(from.x + to.x) * 0.36, (from.y + to.y) * 0.36];
    return { from, to, middle, near: middle[1] };
  });
  sides.sort((a, b) => a.near - b.near);
  const flap = ({ from, to, middle: [mx, my] }: (typeof sides)[number]): Svg => {
    const top = `${r2(mx)} ${r2(my - 17)}`;
    const d = `M${r2(from.x)} ${r2(from.y - 3)}Q${r2(mx)} ${r2(my + 7)} ${r2(to.x)} ${r2(to.y - 3)}Q${top} ${r2(from.x)} ${r2(from.y - 3)}Z`;
    return (
      lit(d, felt, { high: 0, low: 1.8, shade: 0.3 }) +
      line(`M${r2(from.x)} ${r2(from.y - 3)}Q${top} ${r2(to.x)} ${r2(to.y - 3)}`, SUN, 1.8)
    );
  };
  const plume = onRing(turn, 180, 8, 3);
  const star = onRing(turn, 60, 11, 5);
  const feather = lit(`M${r2(plume.x)} ${r2(plume.y - 4)}c-3-7-1-14 5-18c4 5 3 13-5 18Z`, CORAL, {
    high: 1,
    low: 1.4,
  });
  const back = sides.filter(({ near }) => near < 1);
  const front = sides.filter(({ near }) => near >= 1);
  return (
    (plume.near < 0.1 ? feather : "") +
    back.map(flap).join("") +
    move(0, -1, lit(dome(11.4, 11), tint(felt, 0.06), { high: 1.4, low: 2.4, tint: 0.2 })) +
    front.map(flap).join("") +
    (plume.near >= 0.1 ? feather : "") +
    (star.near > 0.2 ? circle(star.x, star.y - 4.4, 2, PAPER) : "")
  );
}

function chefHat(): Svg {
  // One outline: `lit` cannot light shapes that overlap.
  const puff =
    "M-9.6-4V-9.4C-16-9.6-18-17-13-20.4C-13-25.4-6.4-27.4-3.6-24.6C0-28.4 7-27.4 8.2-23.2C13.6-24 17.4-18.6 14.4-14C13.4-10.6 11-9.6 9.6-9.4V-4Z";
  return (
    lit(
      puff,
      PAPER,
      { high: 0, low: 3, shade: 0.13 },
      line("M-4-6.5Q-5.4-10-4-13M4-6.5Q5.6-10 4-13", shade(PAPER, 0.14), 1.4),
    ) +
    lit("M-10.8-6C-7-2.4 7-2.4 10.8-6L11.4 0C7 5.4-7 5.4-11.4 0Z", mix(PAPER, "#e9e2ee", 0.5), {
      high: 0,
      low: 2.4,
      shade: 0.14,
    })
  );
}

const HATS: readonly ((turn: number) => Svg)[] = [
  cap,
  topHat,
  beanie,
  strawHat,
  partyCone,
  wreath,
  tricorn,
  chefHat,
];

export function createHatSprites(): Sprite[] {
  return HATS.flatMap((draw, index) =>
    DIRECTIONS.map((direction) => ({
      name: `hat/${index}/${direction}`,
      width: HAT.width,
      height: HAT.height,
      body: move(...HAT.anchor, draw(TURN[direction])),
    })),
  );
}
