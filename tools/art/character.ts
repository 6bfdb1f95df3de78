import { CORAL, INK, mix, PAPER, PLAYER_COLOURS, shade, tint } from "./palette.ts";
import { circle, clipped, ellipse, ellipseD, group, line, lit, r2, type Sprite, type Svg } from "./svg.ts";

export const DIRECTIONS = ["e", "se", "s", "ne", "n"] as const;
export type Direction = (typeof DIRECTIONS)[number];
export const FRAMES = ["idle", "walk0", "walk1", "walk2", "walk3", "dash"] as const;
export type Frame = (typeof FRAMES)[number];

export const BODY = { width: 48, height: 56, anchor: [24, 50] as const };

/** Degrees turned away from the viewer: 0 faces south, 90 east, 180 north. */
export const TURN: Record<Direction, number> = { s: 0, se: 45, e: 90, ne: 135, n: 180 };

/** Where the face is drawn. It turns less than the body, so that a profile still has two bright eyes. */
const FACE_TURN: Record<Direction, number> = { s: 0, se: 32, e: 58, ne: 104, n: 180 };

const BODY_D =
  "M0-36.5C9.5-36.5 14-29 14.9-18.5C15.7-8.5 11-3 0-3C-11-3-15.7-8.5-14.9-18.5C-14-29-9.5-36.5 0-36.5Z";
const HAT_SEAT = -31.8;

interface Pose {
  bob: number;
  sx: number;
  sy: number;
  /** Degrees; positive leans to the right of the picture. */
  lean: number;
  /** Stride of the left foot, -1..1; the right foot does the opposite. */
  stride: number;
  lift: readonly [number, number];
  eyes: "open" | "keen" | "happy";
  mouth: "smile" | "open";
  wave?: number;
}

const REST: Pose = { bob: 0, sx: 1, sy: 1, lean: 0, stride: 0, lift: [0, 0], eyes: "open", mouth: "smile" };

const rad = (degrees: number): number => (degrees * Math.PI) / 180;
const east = (direction: Direction): number => Math.sin(rad(TURN[direction]));
const south = (direction: Direction): number => Math.cos(rad(TURN[direction]));

function createPose(direction: Direction, frame: Frame): Pose {
  const side = east(direction);
  switch (frame) {
    case "idle":
      return REST;
    case "walk0":
      return { ...REST, bob: 0.6, sx: 1.04, sy: 0.96, lean: 2 * side - 1.5, stride: 1 };
    case "walk1":
      return { ...REST, bob: -2.4, sx: 0.97, sy: 1.03, lean: 2 * side, lift: [0, 3] };
    case "walk2":
      return { ...REST, bob: 0.6, sx: 1.04, sy: 0.96, lean: 2 * side + 1.5, stride: -1 };
    case "walk3":
      return { ...REST, bob: -2.4, sx: 0.97, sy: 1.03, lean: 2 * side, lift: [3, 0] };
    case "dash":
      // Stretched along the run: sideways it leans far, towards or away it flattens.
      return {
        ...REST,
        bob: -0.5,
        sx: 1.06 + 0.05 * side,
        sy: 0.9,
        lean: 15 * side,
        stride: 1.35,
        eyes: "keen",
        mouth: "open",
      };
  }
}

const WAVES: readonly Pose[] = [
  { ...REST, lean: -3, bob: -0.5, eyes: "happy", mouth: "open", wave: 0 },
  { ...REST, lean: 3, bob: -1.5, sx: 0.99, sy: 1.01, eyes: "happy", mouth: "open", wave: 1 },
];

function drawEye(pose: Pose, azimuth: number, y: number): Svg {
  const facing = Math.cos(rad(azimuth));
  if (facing < 0.06) return "";
  const x = 13.4 * Math.sin(rad(azimuth));
  const narrow = Math.max(0.34, Math.min(1, facing * 1.12));
  if (pose.eyes === "happy") return line(`M${r2(x - 3.2)} ${r2(y + 1)}q3.2-4.8 6.4 0`, INK, 2);
  const ry = pose.eyes === "keen" ? 3.7 : 4.5;
  const white = ellipseD(x, y, 3.7 * narrow, ry);
  const pupilX = x + 1.1 * Math.sin(rad(azimuth)) * narrow;
  return clipped(
    white,
    ellipse(x, y, 4, 5, PAPER),
    ellipse(pupilX, y + 0.5, 2.5 * Math.max(0.5, narrow), ry * 0.74, INK),
    circle(pupilX - 0.7 * narrow, y - 1.2, 0.95 * Math.max(0.6, narrow), PAPER),
  );
}

function drawFace(pose: Pose, direction: Direction, colour: string): Svg {
  if (direction === "n") return "";
  const turn = FACE_TURN[direction];
  const y = direction === "ne" ? -22 : -20.2;
  const at = (offset: number): number => 13.4 * Math.sin(rad(turn + offset));
  const faces = (offset: number): number => Math.max(0, Math.cos(rad(turn + offset)));
  // Warm bodies would swallow a coral cheek, so the cheek leans towards paper as well.
  const cheek = mix(mix(colour, CORAL, 0.62), PAPER, 0.22);
  const blush = [-43, 43]
    .filter((offset) => faces(offset) > 0.08)
    .map((offset) => ellipse(at(offset), y + 6, 3.1 * Math.max(0.4, faces(offset)), 1.9, cheek));
  const mouthX = at(0);
  const wide = faces(0);
  const mouth =
    wide < 0.1
      ? ""
      : pose.eyes === "happy"
        ? clipped(
            `M${r2(mouthX - 4)} ${r2(y + 4.6)}Q${r2(mouthX)} ${r2(y + 5.8)} ${r2(mouthX + 4)} ${r2(y + 4.6)}Q${r2(mouthX + 3.4)} ${r2(y + 10)} ${r2(mouthX)} ${r2(y + 10)}Q${r2(mouthX - 3.4)} ${r2(y + 10)} ${r2(mouthX - 4)} ${r2(y + 4.6)}Z`,
            ellipse(mouthX, y + 7, 6, 6, shade(INK, 0.1)),
            ellipse(mouthX, y + 10, 3, 2.6, CORAL),
          )
        : pose.mouth === "open"
          ? clipped(
              ellipseD(mouthX, y + 6, 2.9 * wide, 3),
              ellipse(mouthX, y + 6.4, 3, 3, shade(INK, 0.1)),
              ellipse(mouthX, y + 9, 2.4, 2, CORAL),
            )
          : line(
              `M${r2(mouthX - 2.2 * wide)} ${r2(y + 5.8)}q${r2(2.2 * wide)} 2.4 ${r2(4.4 * wide)} 0`,
              INK,
              1.4,
            );
  return blush.join("") + drawEye(pose, turn - 24, y) + drawEye(pose, turn + 24, y) + mouth;
}

/** A hand or foot: side -1 is the character's left. `reach` runs along the facing, `out` across it. */
function limb(
  direction: Direction,
  side: number,
  out: number,
  reach: number,
): { x: number; y: number; near: number } {
  const e = east(direction);
  const s = south(direction);
  return {
    x: -side * s * out * -1 + e * reach,
    y: side * -e * out * -1 * 0.42 + s * reach * 0.45,
    near: side * e,
  };
}

function drawCharacter(colour: string, direction: Direction, pose: Pose): Svg {
  const dark = shade(colour, 0.34);
  const feet = [-1, 1]
    .map((side, i) => ({
      spot: limb(
        direction,
        side,
        6.2,
        -side *
          (pose.stride === 0 ? 0.45 : pose.stride) *
          4.6 *
          (pose.stride === 0 ? Math.abs(east(direction)) : 1),
      ),
      up: pose.lift[i] ?? 0,
    }))
    .sort((a, b) => a.spot.y - b.spot.y)
    .map(({ spot, up }) => {
      const cx = spot.x + east(direction) * 1.6;
      const cy = -2.6 + spot.y - up;
      return lit(ellipseD(cx, cy, 5.1, 3.4), dark, { high: 0.9, low: 1, tint: 0.18, shade: 0.15 });
    });

  const hand = (side: number): { near: number; drawing: Svg } => {
    const raised = pose.wave !== undefined && side === 1;
    const spot = limb(direction, side, 15.2, side * pose.stride * 4.5);
    const cx = raised ? 16.4 + (pose.wave === 1 ? 2.4 : -1) : spot.x;
    const cy = raised ? -25.5 - (pose.wave === 1 ? -1 : 2.4) : -13.2 + spot.y - Math.abs(pose.stride) * 1.2;
    const palm = raised ? ellipseD(cx, cy, 4.1, 4.6) : ellipseD(cx, cy, 3.7, 4.1);
    return { near: raised ? 1 : spot.near, drawing: lit(palm, tint(colour, 0.12), { high: 1, low: 1.2 }) };
  };
  const hands = [hand(-1), hand(1)];

  const tailEast = -east(direction);
  const tailNear = -south(direction);
  const tail = lit(ellipseD(tailEast * 14.6, -9.5 + tailNear * 1.5, 4.6, 4.4), tint(colour, 0.5), {
    high: 1.2,
    low: 1.6,
  });

  const belly =
    direction === "n"
      ? ""
      : ellipse(
          9.5 * Math.sin(rad(FACE_TURN[direction])),
          -7.5,
          9.2 * Math.max(0.3, Math.cos(rad(FACE_TURN[direction]))),
          6.6,
          tint(colour, 0.24),
        );
  const body = lit(
    BODY_D,
    colour,
    { high: 2, low: 3.6, shade: 0.2 },
    belly,
    ellipse(-6.5, -29.5, 3.6, 2.6, tint(colour, 0.5), { transform: "rotate(-35 -6.5 -29.5)" }),
    drawFace(pose, direction, colour),
  );

  return group(
    `translate(${BODY.anchor.join(" ")})`,
    ...feet,
    group(
      bodyTransform(pose),
      tailNear <= 0.1 ? tail : "",
      ...hands.filter(({ near }) => near < -0.2).map(({ drawing }) => drawing),
      body,
      tailNear > 0.1 ? tail : "",
      ...hands.filter(({ near }) => near >= -0.2).map(({ drawing }) => drawing),
    ),
  );
}

const bodyTransform = (pose: Pose): string =>
  `translate(0 ${r2(pose.bob)}) rotate(${r2(pose.lean)}) scale(${r2(pose.sx)} ${r2(pose.sy)})`;

/** Where the hat's anchor lands: the head seat moved as the body is. */
function hatOffset(pose: Pose): [number, number] {
  const y = HAT_SEAT * pose.sy;
  const round = (n: number): number => Math.round(n * 10) / 10 + 0;
  return [round(-y * Math.sin(rad(pose.lean))), round(y * Math.cos(rad(pose.lean)) + pose.bob)];
}

export function createCharacterSprites(): Sprite[] {
  const { width, height } = BODY;
  return PLAYER_COLOURS.flatMap((colour, index) => [
    ...DIRECTIONS.flatMap((direction) =>
      FRAMES.map((frame) => ({
        name: `body/${index}/${direction}/${frame}`,
        width,
        height,
        body: drawCharacter(colour, direction, createPose(direction, frame)),
      })),
    ),
    ...WAVES.map((pose, i) => ({
      name: `wave/${index}/${i}`,
      width,
      height,
      body: drawCharacter(colour, "s", pose),
    })),
  ]);
}

/** From the feet's contact point to the hat's anchor, 1x px, for every direction and frame. */
export function createHatOffsets(): Record<string, Record<string, [number, number]>> {
  const offsets: Record<string, Record<string, [number, number]>> = {};
  for (const direction of DIRECTIONS) {
    offsets[direction] = Object.fromEntries(
      FRAMES.map((frame) => [frame, hatOffset(createPose(direction, frame))]),
    );
  }
  offsets.wave = Object.fromEntries(WAVES.map((pose, i) => [String(i), hatOffset(pose)]));
  return offsets;
}
