import { pick, type Random } from "@tagalong/shared/lib/random.ts";
import type { MoveControls } from "@tagalong/shared/world/movement.ts";

/** What is held at a time since the walk began (ms). */
export type Walk = (ms: number) => MoveControls;

interface WalkOptions {
  readonly totalMs: number;
  /** How long a heading is held: from, to (ms). */
  readonly legMs: readonly [number, number];
  /** How long a rest is: from, to (ms). */
  readonly restMs: readonly [number, number];
  /** Share of the legs that a rest follows. */
  readonly resting: number;
  /** Share of the legs that begin with a dash. */
  readonly dashing: number;
}

export const STAND: MoveControls = { dx: 0, dy: 0, dash: 0 };
const DASH_HELD_MS = 150;

const HEADINGS: readonly (readonly [number, number])[] = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
];

/** A walk without an aim: turns, rests, dashes, and whatever wall is in the way. The same for the same random numbers. */
export function createWalk(random: Random, { totalMs, legMs, restMs, resting, dashing }: WalkOptions): Walk {
  const holds: { until: number; controls: MoveControls }[] = [];
  const between = ([from, to]: readonly [number, number]) => from + random() * (to - from);
  for (let at = 0; at < totalMs; at = holds.at(-1)?.until ?? totalMs) {
    const [dx, dy] = pick(HEADINGS, random);
    const until = at + between(legMs);
    if (random() < dashing) holds.push({ until: at + DASH_HELD_MS, controls: { dx, dy, dash: 1 } });
    holds.push({ until, controls: { dx, dy, dash: 0 } });
    if (random() < resting) holds.push({ until: until + between(restMs), controls: STAND });
  }
  return (ms) => holds.find(({ until }) => ms < until)?.controls ?? STAND;
}
