import { pick, type Random } from "@tagalong/shared/lib/random.ts";
import type { Point } from "@tagalong/shared/world/map.ts";
import type { MoveControls } from "@tagalong/shared/world/movement.ts";

export const WALKS = ["wander", "square", "crowd", "still"] as const;
export type WalkName = (typeof WALKS)[number];

export function isWalk(name: string): name is WalkName {
  return WALKS.some((walk) => walk === name);
}

/** What a walker sees of the world when it decides (u). */
export interface View extends Point {
  readonly others: Iterable<Point>;
}

/**
 * What a walker holds at a moment. Asked once per frame, with times that never go back (ms); the same seed, times
 * and views give the same controls. The object is shared: read it, do not keep it.
 *
 * @param look called only when there is something to decide: looking around costs more than walking on
 */
export type Walk = (now: number, look: () => View) => MoveControls;

export const STILL: MoveControls = { dx: 0, dy: 0, dash: 0 };
/** The eight headings, clockwise from east with y pointing down. */
const HEADINGS: readonly MoveControls[] = [
  { dx: 1, dy: 0, dash: 0 },
  { dx: 1, dy: 1, dash: 0 },
  { dx: 0, dy: 1, dash: 0 },
  { dx: -1, dy: 1, dash: 0 },
  { dx: -1, dy: 0, dash: 0 },
  { dx: -1, dy: -1, dash: 0 },
  { dx: 0, dy: -1, dash: 0 },
  { dx: 1, dy: -1, dash: 0 },
];

export function createWalk(name: WalkName, random: Random): Walk {
  switch (name) {
    case "wander":
      return wander(random);
    case "square":
      return square(random);
    case "crowd":
      return crowd(random);
    case "still":
      return () => STILL;
  }
}

/** How long a heading is held (ms), and how often it is none. */
const LEG_MS = { least: 500, most: 1_500 } as const;
const STANDING = 0.2;
/** How often a leg begins with a dash, and for how long its key is then held (ms). */
const DASHING = 0.1;
const DASH_HELD_MS = 120;

function wander(random: Random): Walk {
  let heading = STILL;
  let dashUntil = 0;
  let until = Number.NEGATIVE_INFINITY;
  return (now) => {
    if (now >= until) {
      until = now + between(LEG_MS.least, LEG_MS.most, random);
      heading = random() < STANDING ? STILL : pick(HEADINGS, random);
      dashUntil = heading !== STILL && random() < DASHING ? now + DASH_HELD_MS : now;
    }
    return now < dashUntil ? { ...heading, dash: 1 } : heading;
  };
}

const SIDE_MS = 1_200;

/** East, south, west, north, from a corner and a moment of one's own: together they are no parade. */
function square(random: Random): Walk {
  const ahead = random() * 4 * SIDE_MS;
  let startedAt: number | undefined;
  return (now) => {
    startedAt ??= now;
    const side = Math.floor((now - startedAt + ahead) / SIDE_MS) % 4;
    return HEADINGS[side * 2] ?? STILL;
  };
}

/** How long between two thoughts (ms). */
const THOUGHT_MS = { least: 300, most: 700 } as const;
/** Nearer to the middle of the others than this there is no need to push (u). */
const TOGETHER = 70;
/** Whoever got less far than this since the last thought stands before a wall (u). */
const STUCK = 4;
/** How often one in the crowd shifts about. */
const SHIFTING = 0.3;

/** Towards the middle of everybody else, round what is in the way, and there from one foot to the other. */
function crowd(random: Random): Walk {
  let heading = STILL;
  let last: Point | undefined;
  let until = Number.NEGATIVE_INFINITY;
  return (now, look) => {
    if (now < until) return heading;
    until = now + between(THOUGHT_MS.least, THOUGHT_MS.most, random);
    const { x, y, others } = look();
    const middle = middleOf(others);
    const isStuck = heading !== STILL && last && Math.hypot(x - last.x, y - last.y) < STUCK;
    last = { x, y };
    if (!middle) heading = STILL;
    else if (Math.hypot(middle.x - x, middle.y - y) < TOGETHER) {
      heading = random() < SHIFTING ? pick(HEADINGS, random) : STILL;
    } else heading = isStuck ? pick(HEADINGS, random) : headingOf(middle.x - x, middle.y - y);
    return heading;
  };
}

function middleOf(points: Iterable<Point>): Point | undefined {
  let count = 0;
  let x = 0;
  let y = 0;
  for (const point of points) {
    count += 1;
    x += point.x;
    y += point.y;
  }
  return count === 0 ? undefined : { x: x / count, y: y / count };
}

/** The heading nearest to a direction. */
function headingOf(dx: number, dy: number): MoveControls {
  const eighth = Math.round(Math.atan2(dy, dx) / (Math.PI / 4));
  return HEADINGS[(eighth + 8) % 8] ?? STILL;
}

function between(least: number, most: number, random: Random): number {
  return least + random() * (most - least);
}
