import {
  INPUT_BACKLOG_MAX,
  INPUT_CREDIT_MAX,
  INPUT_RESERVE_MAX,
  INPUT_SURPLUS_MAX,
  INPUTS_PER_TICK,
  TICK_HZ,
} from "@tagalong/shared/world/tuning.ts";

/** Where inputs wait: the framework's buffer of one client. */
export interface InputQueue<I> {
  /** Up to this many of the oldest; they count as acknowledged. */
  take(count: number): I[];
  /** All of them, oldest first; none is taken. */
  peek(): readonly I[];
}

/** What became of the inputs of one player, over the whole session. */
export interface InputCounts {
  used: number;
  /** Fell out of a full buffer, or could not be worked off after a stall. */
  dropped: number;
  /** Came while the player could not move. */
  refused: number;
}

const WATCH_TICKS = 5 * TICK_HZ;
/** Inputs in one watch period that no honest client sends: half as many again as there are ticks. */
const FLOOD_FACTOR = 1.5;
const STRIKES_MAX = 2;

/** So long must a reserve have gone unneeded before one input of it is used up (ticks). */
const RESERVE_WATCH_TICKS = 3 * TICK_HZ;

/**
 * How many of a player's inputs may be used, tick by tick: one is earned per tick, unused ones are saved up to
 * a limit. A player who was held up by the network catches up at double speed; a client that sends ten
 * times as many inputs moves no further than an honest one.
 *
 * It is a jitter buffer as well: an input that came too late for its tick shows that the network is unsteady, and from
 * then on one more is kept waiting, until that was not needed for a while.
 */
export class InputBudget<I> {
  readonly counts: InputCounts = { used: 0, dropped: 0, refused: 0 };
  #reported: InputCounts = { used: 0, dropped: 0, refused: 0 };
  readonly #bufferSize: number;
  readonly #isIdle: (input: I) => boolean;
  #credit: number;
  #pending = 0;
  /** Inputs to keep waiting, and the fewest that did wait in this watch of the reserve. */
  #reserve = 0;
  #fewestWaiting = Number.POSITIVE_INFINITY;
  #reserveTicks = 0;
  /** The last tick's input moved the player. */
  #isWalking = false;
  #watchTicks = 0;
  #watched = 0;
  #strikes = 0;

  /**
   * @param bufferSize of the framework's buffer
   * @param isIdle whether an input moves nobody
   * @param credit inputs saved up so far: those of an older seat of the same guest, so that a new one brings no new burst
   */
  constructor(bufferSize: number, isIdle: (input: I) => boolean, credit = INPUT_CREDIT_MAX) {
    this.#bufferSize = bufferSize;
    this.#isIdle = isIdle;
    this.#credit = credit;
  }

  /** Inputs that are saved up. */
  get credit(): number {
    return this.#credit;
  }

  /** A frame with an input arrived. */
  receive(): void {
    this.#watched += 1;
    if (this.#pending < this.#bufferSize) this.#pending += 1;
    else this.counts.dropped += 1;
  }

  /** What was counted since the last call. */
  report(): InputCounts {
    const { used, dropped, refused } = this.#reported;
    this.#reported = { ...this.counts };
    return {
      used: this.counts.used - used,
      dropped: this.counts.dropped - dropped,
      refused: this.counts.refused - refused,
    };
  }

  /** The client has a new, empty buffer: it reconnected. */
  reset(): void {
    this.#pending = 0;
  }

  /** This tick's inputs, oldest first. Whatever cannot be used is taken out of the queue, so that it is acknowledged. */
  take(queue: InputQueue<I>, mayMove: boolean): I[] {
    this.#credit = Math.min(INPUT_CREDIT_MAX, this.#credit + 1);
    if (!mayMove) {
      this.counts.refused += this.#discard(queue, this.#pending);
      return [];
    }
    const surplus = this.#pending - 1 - this.#reserve;
    const inputs = queue.take(1);
    const [first] = inputs;
    const mayCatchUp = first !== undefined && this.#mayCatchUp(first, queue, surplus);
    const second = mayCatchUp ? queue.take(INPUTS_PER_TICK - 1) : undefined;
    if (second) inputs.push(...second);
    // Frames that could not be decoded were counted but never queued: an empty queue sets that right.
    const isEmpty = first === undefined || second?.length === 0;
    this.#pending = isEmpty ? 0 : this.#pending - inputs.length;
    this.#credit -= inputs.length;
    this.counts.used += inputs.length;
    this.#adaptReserve(inputs.at(-1));
    // All of it: what stayed would be used one for one with what comes, and be late for as long as they play.
    if (this.#credit < 1 && this.#pending > INPUT_BACKLOG_MAX) {
      this.counts.dropped += this.#discard(queue, this.#pending);
    }
    if (first !== undefined) this.#dropIdle(first, queue);
    return inputs;
  }

  /**
   * Credit that was spent on ticks which the server itself has lost does not come back, and without any there is no
   * catching up. Inputs that move nobody can be dropped instead: nobody sees it, and nobody is late any more.
   */
  #dropIdle(newest: I, queue: InputQueue<I>): void {
    const surplus = this.#pending - this.#reserve;
    if (surplus <= 0 || this.#credit >= INPUTS_PER_TICK || !this.#isIdle(newest)) return;
    if (queue.peek().every((input) => this.#isIdle(input)))
      this.counts.dropped += this.#discard(queue, surplus);
  }

  /**
   * More than one input in a tick is seen by the others as a leap. A stall is made up for at once all the same; what else
   * has come too early waits until the player stands still.
   */
  #mayCatchUp(first: I, queue: InputQueue<I>, surplus: number): boolean {
    if (surplus <= 0 || this.#credit < INPUTS_PER_TICK) return false;
    if (surplus > INPUT_SURPLUS_MAX) return true;
    const [second] = queue.peek();
    return second !== undefined && this.#isIdle(first) && this.#isIdle(second);
  }

  /** @param newest the input of this tick, if one came */
  #adaptReserve(newest: I | undefined): void {
    // Nobody sees it when an input that moves nobody is late.
    const isLate = newest === undefined && this.#isWalking;
    this.#isWalking = newest !== undefined && !this.#isIdle(newest);
    if (isLate) this.#reserve = Math.min(INPUT_RESERVE_MAX, this.#reserve + 1);
    this.#fewestWaiting = isLate ? 0 : Math.min(this.#fewestWaiting, this.#pending);
    this.#reserveTicks += 1;
    if (this.#reserveTicks < RESERVE_WATCH_TICKS) return;
    if (this.#fewestWaiting > 0) this.#reserve = Math.max(0, this.#reserve - 1);
    this.#reserveTicks = 0;
    this.#fewestWaiting = Number.POSITIVE_INFINITY;
  }

  /** Whether this client keeps sending more than anybody could play. Call once per tick. */
  isFlooding(): boolean {
    this.#watchTicks += 1;
    if (this.#watchTicks >= WATCH_TICKS) {
      const most = WATCH_TICKS * FLOOD_FACTOR + this.#bufferSize;
      this.#strikes = this.#watched > most ? this.#strikes + 1 : 0;
      this.#watchTicks = 0;
      this.#watched = 0;
    }
    return this.#strikes >= STRIKES_MAX;
  }

  #discard(queue: InputQueue<I>, count: number): number {
    const discarded = queue.take(count).length;
    this.#pending -= count;
    return discarded;
  }
}
