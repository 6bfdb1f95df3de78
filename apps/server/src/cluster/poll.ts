import { setTimeout as wait } from "node:timers/promises";

/**
 * Ask again and again: for what tells nobody when it changes.
 *
 * @param ask what it throws is thrown
 * @param forMs how long to go on; asked once in any case
 * @returns whether the answer was yes in time
 */
export async function poll(
  ask: () => boolean | Promise<boolean>,
  everyMs: number,
  forMs: number,
): Promise<boolean> {
  const deadline = performance.now() + forMs;
  while (!(await ask())) {
    if (performance.now() >= deadline) return false;
    await wait(everyMs);
  }
  return true;
}
