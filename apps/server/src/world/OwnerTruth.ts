import type { Mover } from "@tagalong/shared/world/movement.ts";
import { copyMover, isSameMover } from "@tagalong/shared/world/truth.ts";
import { TRUTH_AUDIT_TICKS } from "@tagalong/shared/world/tuning.ts";

/**
 * When to tell a client the exact state of its own player. It computes that state itself, by the same step from the same
 * inputs, and is right as long as nothing else happens: so it is told when something else did, and now and then to be
 * sure. Nothing has to be announced to this class: whatever moves a player between two steps is noticed.
 */
export class OwnerTruth {
  /** As the client has computed it after the last tick. */
  readonly #computed: Mover = { x: 0, y: 0, facing: 0, motion: 0, dashTicks: 0, cooldownTicks: 0 };
  #isKnown = false;
  /** Inputs that the client counts on and that moved nobody. */
  #unusedInputs = 0;
  #auditIn = TRUTH_AUDIT_TICKS;

  /** The client is new, or back after it lost its connection: it knows nothing yet. */
  forget(): void {
    this.#isKnown = false;
  }

  /** Before this tick's inputs are used. */
  beforeStep(mover: Mover): void {
    if (this.#isKnown && !isSameMover(this.#computed, mover)) this.#isKnown = false;
  }

  /**
   * After this tick's inputs were used.
   *
   * @param unusedInputs how many were acknowledged without having moved the player, over the whole session
   * @returns whether the client must be told now
   */
  afterStep(mover: Mover, unusedInputs: number): boolean {
    this.#auditIn -= 1;
    const isDue = !this.#isKnown || unusedInputs !== this.#unusedInputs || this.#auditIn <= 0;
    if (isDue) this.#auditIn = TRUTH_AUDIT_TICKS;
    copyMover(mover, this.#computed);
    this.#isKnown = true;
    this.#unusedInputs = unusedInputs;
    return isDue;
  }
}
