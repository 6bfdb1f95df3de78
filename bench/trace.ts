import { createRandom, pick, type Random } from "@tagalong/shared/lib/random.ts";

/** What a player holds: one of eight directions, or nothing. */
export interface Heading {
  readonly dx: -1 | 0 | 1;
  readonly dy: -1 | 0 | 1;
}

const STANDING: Heading = { dx: 0, dy: 0 };
const HEADINGS: readonly Heading[] = [
  { dx: 1, dy: 0 },
  { dx: 1, dy: 1 },
  { dx: 0, dy: 1 },
  { dx: -1, dy: 1 },
  { dx: -1, dy: 0 },
  { dx: -1, dy: -1 },
  { dx: 0, dy: -1 },
  { dx: 1, dy: -1 },
];

const SEED = 20_240_229;
const HOLD_MIN_MS = 500;
const HOLD_MAX_MS = 1_500;
const STANDING_SHARE = 0.2;

/**
 * The walk of one player: a heading held for 0.5 to 1.5 s, then another; a fifth of them is standing still. The same
 * for every contender and every run.
 *
 * @param player number of the player, from 0
 * @returns the heading at a moment (ms since the walk began); moments must not go backwards
 */
export function createWalk(player: number): (ms: number) => Heading {
  const random = createRandom(Math.imul(player + 1, SEED));
  let heading = STANDING;
  let until = 0;
  return (ms) => {
    while (ms >= until) {
      until += HOLD_MIN_MS + random() * (HOLD_MAX_MS - HOLD_MIN_MS);
      heading = nextHeading(random);
    }
    return heading;
  };
}

function nextHeading(random: Random): Heading {
  return random() < STANDING_SHARE ? STANDING : pick(HEADINGS, random);
}
