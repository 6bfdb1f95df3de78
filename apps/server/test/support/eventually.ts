import { TICK_MS } from "@tagalong/shared/world/tuning.ts";

const POLL_MS = 5;
/** What takes so long never comes: a busy machine is slow, and no fault. */
const PATIENCE_MS = 30_000;

/**
 * Wait until a condition holds, asking again and again: patches and timers run in between. Rejects with the
 * condition's source, or what it last threw, after `timeoutMs`.
 *
 * @returns what the condition gave in the end
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  timeoutMs = PATIENCE_MS,
): Promise<Exclude<T, false | 0 | "" | null | undefined>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    let thrown: unknown;
    try {
      const value = await condition();
      if (value) return value as Exclude<T, false | 0 | "" | null | undefined>;
    } catch (error) {
      thrown = error;
    }
    if (performance.now() > end) {
      throw thrown ?? new Error(`not within ${timeoutMs} ms: ${condition}`);
    }
    await pass(POLL_MS);
  }
}

/** Let timers and sockets run for a while. */
function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface SteppingRoom {
  readonly clock: { readonly elapsedTime: number };
}

/** Wait until a room has made so many more steps, and sent the patch after each. */
export function steps(room: SteppingRoom, count: number): Promise<true> {
  const end = room.clock.elapsedTime + (count + 0.5) * TICK_MS;
  return eventually(() => room.clock.elapsedTime >= end);
}

/** Do something with each step that the room makes, so often or until told to stop. Returns how often it did. */
export async function eachStep(
  room: SteppingRoom,
  ticks: number,
  act: () => "stop" | undefined,
): Promise<number> {
  const begin = room.clock.elapsedTime;
  let acted = 0;
  const isOver = () => {
    const made = Math.floor((room.clock.elapsedTime - begin) / TICK_MS);
    for (; acted < made; acted++) if (act() === "stop") return true;
    return made >= ticks;
  };
  await eventually(isOver);
  return acted;
}
