import { BLOSSOM, CORAL, GRASS_DARK, LEAF, mix, PAPER, shade, tint, WOOD } from "./palette.ts";
import { type Prop, prop } from "./prop.ts";
import { createRandom } from "./random.ts";
import { circle, clipped, contact, ellipse, ellipseD, lit, type Point, path, r2, type Svg } from "./svg.ts";

export type Blob = readonly [number, number, number];

/** A leafy crown: the circles in shade, then lit ones moved towards the sun, then a few soft tufts. */
export function crown(blobs: readonly Blob[], colour: string, seed: number, tufts: number): Svg {
  const random = createRandom(seed);
  const all = (dx: number, dy: number, grow: number, fill: string): Svg =>
    blobs.map(([x, y, r]) => circle(x + dx, y + dy, r * grow, fill)).join("");
  const outline = blobs.map(([x, y, r]) => ellipseD(x, y, r, r)).join("");
  const sun = blobs
    .map(([x, y, r]) => circle(x - r * 0.24, y - r * 0.28, r * 0.66, tint(colour, 0.1)))
    .join("");
  const dabs = Array.from({ length: tufts }, () => {
    const [x, y, r] = blobs[Math.floor(random() * blobs.length)] ?? [0, 0, 1];
    const a = random() * Math.PI * 2;
    const far = random() * r * 0.7;
    const cx = x + Math.cos(a) * far;
    const cy = y + Math.sin(a) * far;
    const lightSide = cx - x + (cy - y) < 0;
    return path(
      `M${r2(cx - 5)} ${r2(cy)}q5 -6.4 10 0q-5 -2.2 -10 0Z`,
      lightSide ? tint(colour, 0.26) : shade(colour, 0.1),
    );
  });
  return (
    all(0, 0, 1, shade(colour, 0.2)) +
    clipped(outline, all(-3, -4.5, 0.99, colour)) +
    clipped(outline, sun, ...dabs)
  );
}

const trunk = (width: number, height: number): Svg =>
  lit(
    `M${r2(-width * 0.42)} ${-height}C${r2(-width * 0.4)} ${r2(-height * 0.4)} ${r2(-width * 0.5)} -6 ${r2(-width * 0.85)} 0Q0 4 ${r2(width * 0.85)} 0C${r2(width * 0.5)} -6 ${r2(width * 0.4)} ${r2(-height * 0.4)} ${r2(width * 0.42)} ${-height}Z`,
    shade(WOOD, 0.12),
    { high: 1.4, low: 3 },
  );

function roundTree(): Svg {
  const blobs: Blob[] = [
    [0, -74, 30],
    [-22, -58, 22],
    [23, -56, 21],
    [0, -48, 24],
  ];
  return contact(4, -1, 34, 11) + trunk(15, 44) + crown(blobs, LEAF, 3, 16);
}

function appleTree(): Svg {
  const blobs: Blob[] = [
    [-12, -54, 20],
    [13, -52, 20],
    [0, -66, 20],
    [1, -44, 18],
  ];
  const apples: Point[] = [
    [-18, -58],
    [-4, -70],
    [11, -60],
    [-7, -46],
    [20, -47],
    [5, -38],
    [-20, -44],
  ];
  return (
    contact(4, -1, 28, 9) +
    trunk(12, 38) +
    crown(blobs, mix(LEAF, GRASS_DARK, 0.5), 17, 8) +
    apples.map(([x, y]) => lit(ellipseD(x, y, 3.4, 3.3), CORAL, { high: 0.9, low: 1.2 })).join("")
  );
}

function tallTree(): Svg {
  const tier = (y: number, half: number, high: number): string =>
    `M0 ${y - high}C${r2(half * 0.35)} ${r2(y - high * 0.7)} ${r2(half * 0.9)} ${r2(y - high * 0.3)} ${half} ${r2(y - 6)}Q${r2(half * 0.9)} ${y} ${r2(half * 0.55)} ${r2(y - 2)}Q0 ${y + 6} ${r2(-half * 0.55)} ${r2(y - 2)}Q${r2(-half * 0.9)} ${y} ${-half} ${r2(y - 6)}C${r2(-half * 0.9)} ${r2(y - high * 0.3)} ${r2(-half * 0.35)} ${r2(y - high * 0.7)} 0 ${y - high}Z`;
  const green = mix(LEAF, "#2f7f6d", 0.5);
  return (
    contact(3, -1, 27, 9) +
    trunk(12, 26) +
    [
      [-14, 31, 58],
      [-46, 26, 52],
      [-78, 20, 46],
    ]
      .map(
        ([y = 0, half = 0, high = 0], i) =>
          ellipse(0, y - 4, half * 0.7, i === 0 ? 0 : 5, shade(green, 0.3)) +
          lit(tier(y, half, high), tint(green, i * 0.05), { high: 3, low: 7, tint: 0.2, shade: 0.16 }),
      )
      .join("")
  );
}

function blossomTree(): Svg {
  const blobs: Blob[] = [
    [-4, -76, 27],
    [-27, -56, 20],
    [25, -62, 22],
    [2, -50, 24],
    [33, -46, 13],
  ];
  const random = createRandom(8);
  const petals = Array.from({ length: 9 }, () => {
    const a = random() * Math.PI * 2;
    return ellipse(
      4 + Math.cos(a) * (20 + random() * 20),
      -1 + Math.sin(a) * (4 + random() * 7),
      1.8,
      1.1,
      BLOSSOM,
    );
  });
  return (
    contact(4, -1, 34, 11) + petals.join("") + trunk(13, 46) + crown(blobs, mix(BLOSSOM, CORAL, 0.12), 21, 18)
  );
}

function bush(): Svg {
  const berries: Point[] = [
    [-13, -17],
    [-4, -25],
    [9, -20],
    [3, -12],
    [15, -11],
  ];
  return (
    contact(2, -1, 26, 8) +
    crown(
      [
        [-11, -12, 12.5],
        [11, -12, 13],
        [0, -20, 14],
      ],
      mix(LEAF, GRASS_DARK, 0.3),
      5,
      7,
    ) +
    berries.map(([x, y]) => circle(x, y, 2.2, CORAL) + circle(x - 0.7, y - 0.8, 0.7, PAPER)).join("")
  );
}

function hedge(): Svg {
  const green = mix(LEAF, "#3f8f5f", 0.4);
  const bumps: Blob[] = [
    [-26, -26, 12],
    [-9, -30, 13],
    [9, -29, 13],
    [26, -26, 12],
    [-26, -13, 12],
    [-9, -12, 12.5],
    [9, -12, 12.5],
    [26, -13, 12],
  ];
  return contact(2, -1, 39, 8) + crown(bumps, green, 14, 9);
}

export function createTrees(): Prop[] {
  return [
    prop("tree/round", 100, 120, [48, 108], roundTree()),
    prop("tree/apple", 80, 100, [38, 90], appleTree()),
    prop("tree/tall", 72, 142, [35, 132], tallTree()),
    prop("tree/blossom", 104, 120, [49, 108], blossomTree()),
    prop("bush", 58, 48, [28, 40], bush()),
    prop("hedge", 84, 56, [40, 46], hedge()),
  ];
}
