export interface Spread {
  mean: number;
  p50: number;
  p99: number;
  max: number;
}

/** What a list of samples looks like; of none at all everything is `NaN`, which a table shows as a dash. */
export function spreadOf(samples: Iterable<number>): Spread {
  const sorted = Float64Array.from(samples).sort();
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
  const sum = sorted.reduce((total, sample) => total + sample, 0);
  return { mean: sum / sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
