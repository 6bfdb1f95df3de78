import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";

/** That the room moves soon. */
export interface ComingMove {
  /** Milliseconds since the epoch; undefined when the server does not say. */
  at: number | undefined;
}

/** Words about the same move may differ by so much: they travelled for different times (ms). */
const SAME_MS = 3_000;
/** Longer than any move that was announced takes to come. */
const FORGET_AFTER_MS = 60_000;

/** What is known of a move that the server has announced: it is being updated, and hands its rooms on. */
export class MoveNotice {
  readonly #move: Signal<ComingMove | undefined> = signal(undefined);
  #dismissed: ComingMove | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** To be shown, if anything. */
  get move(): ReadonlySignal<ComingMove | undefined> {
    return this.#move;
  }

  /**
   * Take in what the server says.
   *
   * @param now milliseconds since the epoch
   * @returns whether it was about a move
   */
  hear({ reason, detail }: Refusal, now: number): boolean {
    if (reason !== "session/server_restarting") return false;
    if (detail?.calledOff) {
      this.forget();
      return true;
    }
    const inMs = Number(detail?.inMs);
    const next = { at: inMs >= 0 ? now + inMs : undefined };
    if (this.#dismissed && isSame(this.#dismissed, next)) return true;
    this.#move.value = next;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.forget(), FORGET_AFTER_MS + (next.at ?? now) - now);
    return true;
  }

  /** The player has read it: not again for the same move. */
  dismiss(): void {
    this.#dismissed = this.#move.value;
    this.#move.value = undefined;
  }

  /** It has happened, or never will. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#dismissed = undefined;
    this.#move.value = undefined;
  }
}

function isSame(one: ComingMove, other: ComingMove): boolean {
  if (one.at === undefined || other.at === undefined) return one.at === other.at;
  return Math.abs(one.at - other.at) < SAME_MS;
}
