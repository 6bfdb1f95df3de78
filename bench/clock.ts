/**
 * Milliseconds of the machine's own clock, which all its processes share. `performance.now()` counts from the start of
 * each process.
 */
export function machineNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
