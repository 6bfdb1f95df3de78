import type { MoveControls } from "@tagalong/shared/world/movement.ts";
import { TICK_MS } from "@tagalong/shared/world/tuning.ts";

/** After a hitch so many steps are made up for, and the rest of the time is let go: fewer than the server saves up for. */
const STEPS_PER_FRAME_MAX = 8;
/**
 * How far ahead of an even pace the steps may be (ms). What is ahead waits at the server: with more, it would have to
 * be used two at a time, and be seen by the others as a leap.
 */
const LEAD_MAX_MS = 2 * TICK_MS;
/** Share of the time by which a lead is given back: as much as is not seen while walking, and nobody sees a pause. */
const REPAY_WALKING = 0.05;
const REPAY_STANDING = 0.5;

/**
 * When to make the next step of one's own player: evenly, so many a second, but at once when the controls change. A key
 * that goes down is then seen in that very frame instead of with the next even step. The time gained is given
 * back in small change, so that over time there are no more steps than ticks.
 */
export class InputPacer {
  /** Time since the newest step (ms). */
  #since = 0;
  #leadMs = 0;
  #stepped: MoveControls = { dx: 0, dy: 0, dash: 0 };

  /** The step of this frame came before its even time. */
  isEarly = false;

  /** How far to draw from the step before the newest one to the newest: 0 to 1. */
  get share(): number {
    return Math.min(this.#since / TICK_MS, 1);
  }

  /**
   * @param elapsedMs since the last frame
   * @returns how many steps are due in this frame
   */
  advance(elapsedMs: number, controls: MoveControls): number {
    const repay = isIdle(controls) ? REPAY_STANDING : REPAY_WALKING;
    const repaidMs = Math.min(this.#leadMs, elapsedMs * repay);
    this.#leadMs -= repaidMs;
    this.#since += elapsedMs - repaidMs;
    const passed = Math.floor(this.#since / TICK_MS);
    const due = Math.min(passed, STEPS_PER_FRAME_MAX);
    this.#since = passed > due ? 0 : this.#since - due * TICK_MS;
    this.isEarly = false;
    if (due > 0) this.#remember(controls);
    if (due > 0 || isSame(controls, this.#stepped)) return due;
    // As if it had been made when this frame began: what it moves by then is there to be seen.
    const since = Math.min(elapsedMs, this.#since);
    const leadMs = this.#leadMs + (TICK_MS - this.#since) + since;
    if (leadMs > LEAD_MAX_MS) return 0;
    this.#leadMs = leadMs;
    this.#since = since;
    this.#remember(controls);
    this.isEarly = true;
    return 1;
  }

  /** A copy: whoever reads the keys may hand out the same object every time. */
  #remember({ dx, dy, dash }: MoveControls): void {
    this.#stepped = { dx, dy, dash };
  }
}

function isIdle({ dx, dy, dash }: MoveControls): boolean {
  return dx === 0 && dy === 0 && dash === 0;
}

function isSame(one: MoveControls, other: MoveControls): boolean {
  return one.dx === other.dx && one.dy === other.dy && one.dash === other.dash;
}
