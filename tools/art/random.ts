/** Seeded random numbers in [0, 1): the same seed gives the same town, byte for byte (mulberry32). */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("pick from an empty list");
  return item;
}

/** A whole number's worth of scatter for a place, so that neighbours do not depend on visiting order. */
export function hash2(x: number, y: number, seed = 0): number {
  return createRandom((x * 73856093) ^ (y * 19349663) ^ (seed * 83492791))();
}
