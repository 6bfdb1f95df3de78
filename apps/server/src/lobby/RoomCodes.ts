import type { Random } from "@tagalong/shared/lib/random.ts";
import { createRoomCode } from "@tagalong/shared/lobby/codes.ts";

const TRIES = 200;

/** Gives out room codes so that no two open rooms have the same. */
export class RoomCodes {
  readonly #random: Random;
  readonly #taken = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** A code that is free, taken from now on. Throws when none is found: the rooms are then a bug's. */
  claim(): string {
    for (let i = 0; i < TRIES; i++) {
      const code = createRoomCode(this.#random);
      if (this.reclaim(code)) return code;
    }
    throw new Error(`no free room code in ${TRIES} tries with ${this.#taken.size} taken`);
  }

  /** Take this very code; whether it was free. */
  reclaim(code: string): boolean {
    if (this.#taken.has(code)) return false;
    this.#taken.add(code);
    return true;
  }

  release(code: string): void {
    this.#taken.delete(code);
  }
}
