/** A source of numbers in [0, 1). `Math.random` fits; tests and replays pass a seeded one. */
export type Random = () => number;

/**
 * Seeded random numbers: the same seed gives the same stream on every engine.
 *
 * Mulberry32 by Tommy Ettinger (public domain): 32 bits of state, integer operations only.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** One element of a non-empty list. Throws on an empty one: there is nothing to pick. */
export function pick<T>(list: readonly T[], random: Random): T {
  const item = list[Math.floor(random() * list.length)];
  if (item === undefined) throw new Error("pick() from an empty list");
  return item;
}
