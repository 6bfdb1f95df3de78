const INTERVAL_MS = 4;

/**
 * Calls everybody so many times a second, evenly spread: real clients do not all send at the same moment. What a late
 * timer missed is called at once. Ends with the process.
 *
 * @param call told whose turn it is and how many turns they had before
 */
export function pace(count: number, hz: number, call: (index: number, turn: number) => void): void {
  const start = performance.now();
  let done = 0;
  setInterval(() => {
    const due = ((performance.now() - start) / 1_000) * hz * count;
    for (; done < due; done++) call(done % count, Math.floor(done / count));
  }, INTERVAL_MS);
}
