import { Protocol } from "@colyseus/core";
import { frameKind } from "../../../apps/server/src/session/BaseRoom.ts";

/** In a test each use of a global is a call out of its context: this one is used millions of times. */
const { min } = Math;

/** The largest frame that the transport lets through by default, and some more. */
const BYTES_MAX = 4_200;
const FILL_BYTES = 24;
const KINDS = 32;
/** The three upper bits of a frame's first byte. */
const MODIFIERS = [0x00, 0x20, 0x40, 0x80, 0xe0] as const;
/** Bytes that mean something to a decoder more often than others do. */
const TELLING = [
  0x00, 0x01, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc7, 0xca, 0xcb, 0xd4, 0xd6, 0xd9,
  0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xff,
] as const;

/**
 * Random numbers for tens of millions of draws: xorshift by George Marsaglia (Journal of Statistical Software 8:14). The
 * generator that the game shares is a better one, and uses a global with each draw.
 */
export class Dice {
  #state: number;

  constructor(seed: number) {
    // Zero would stay zero.
    this.#state = (seed ^ 0x9e3779b9) | 1;
  }

  /** A whole number from 0 up to but not including this one. */
  below(most: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % most;
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** Makes frames: some that are fine, many that nearly are, and some that are nothing. Repeats itself by its seed. */
export class FrameFuzzer {
  readonly #dice: Dice;
  readonly #recorded: readonly Uint8Array[];
  /** Written over by the next frame. */
  readonly #frame = Buffer.alloc(BYTES_MAX);
  #length = 0;

  /** @param recorded frames that a real client sent */
  constructor(dice: Dice, recorded: readonly Uint8Array[]) {
    this.#dice = dice;
    this.#recorded = recorded;
  }

  /** The next frame; good until the one after it. */
  next(): Uint8Array {
    const dice = this.#dice;
    if (dice.oneIn(10)) this.#makeUp();
    else {
      this.#copy(dice.pick(this.#recorded));
      if (!dice.oneIn(30)) this.#change();
      while (dice.oneIn(3)) this.#change();
    }
    // A goodbye would be believed: seldom, or nobody stays for long enough.
    if (frameKind(this.#frame) === Protocol.LEAVE_ROOM && !dice.oneIn(500)) this.#frame[0] = 0;
    return this.#frame.subarray(0, this.#length);
  }

  /** Any bytes, as frames of any kind. */
  #makeUp(): void {
    this.#length = this.#dice.below(this.#dice.oneIn(20) ? BYTES_MAX : 40);
    this.#fill(0);
    if (this.#length > 0) this.#frame[0] = this.#kind();
  }

  #change(): void {
    const dice = this.#dice;
    const before = this.#length;
    const at = dice.below(before || 1);
    switch (dice.below(8)) {
      case 0: // One bit, anywhere.
        this.#frame[at] = (this.#frame[at] ?? 0) ^ (1 << dice.below(8));
        break;
      case 1: // One byte, anywhere but in the kind.
        this.#frame[at || 1] = this.#byte();
        break;
      case 2: // The kind, or its modifiers.
        this.#frame[0] = this.#kind();
        break;
      case 3: // Cut off.
        this.#length = at;
        break;
      case 4: // Longer than it should be.
        this.#length = min(BYTES_MAX, before + dice.below(dice.oneIn(50) ? BYTES_MAX : 16));
        this.#fill(before);
        break;
      case 5: // The beginning of one and the end of another.
        this.#append(at, this.#anyEnd(dice.pick(this.#recorded)));
        break;
      case 6: // Some bytes twice.
        this.#append(at, this.#frame.subarray(at - dice.below(at + 1), before));
        break;
      default: // A whole frame behind it.
        this.#append(before, dice.pick(this.#recorded));
    }
  }

  #anyEnd(frame: Uint8Array): Uint8Array {
    return frame.subarray(this.#dice.below(frame.length));
  }

  #copy(frame: Uint8Array): void {
    this.#length = 0;
    this.#append(0, frame);
  }

  /** From this place on, these bytes and no others. */
  #append(at: number, bytes: Uint8Array): void {
    this.#length = min(BYTES_MAX, at + bytes.length);
    this.#frame.set(bytes.subarray(0, this.#length - at), at);
  }

  /** The first bytes at random, over and over. */
  #fill(from: number): void {
    const end = min(this.#length, from + FILL_BYTES);
    for (let at = from; at < end; at++) this.#frame[at] = this.#byte();
    if (end < this.#length) this.#frame.fill(this.#frame.subarray(from, end), end, this.#length);
  }

  #kind(): number {
    return this.#dice.below(KINDS) | this.#dice.pick(MODIFIERS);
  }

  #byte(): number {
    return this.#dice.oneIn(3) ? this.#dice.pick(TELLING) : this.#dice.below(256);
  }
}
