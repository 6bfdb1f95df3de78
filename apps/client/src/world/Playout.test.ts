import { describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { INTERPOLATION_DELAY_MS, TICK_MS } from "@tagalong/shared/world/tuning.ts";
import { Playout } from "./Playout.ts";

const FRAME_MS = 1_000 / 60;

/** A screen and the patches that reach it, one frame after another. */
class Screen {
  readonly playout = new Playout();
  /** How far each frame moved on what is drawn, as a share of real time. */
  readonly rates: number[] = [];
  #now = 10_000;
  readonly #arrivals: number[] = [];
  #sent = 0;

  /** @param late of each patch that is sent meanwhile (ms); patches do not overtake each other */
  play(ms: number, late: () => number = () => 40): this {
    const end = this.#now + ms;
    for (; this.#now < end; this.#now += FRAME_MS) {
      for (; 10_000 + this.#sent * TICK_MS <= this.#now; this.#sent++) {
        const at = 10_000 + this.#sent * TICK_MS + late();
        this.#arrivals.push(Math.max(at, this.#arrivals.at(-1) ?? 0));
      }
      while ((this.#arrivals[0] ?? Number.POSITIVE_INFINITY) <= this.#now) {
        this.playout.receive(this.#arrivals.shift() ?? 0);
      }
      const before = this.playout.at;
      this.playout.advance(this.#now);
      this.rates.push(((this.playout.at - before) * TICK_MS) / FRAME_MS);
    }
    return this;
  }

  /** How long ago what is drawn was sent (ms). */
  get age(): number {
    return this.#now - FRAME_MS - (10_000 + this.playout.at * TICK_MS);
  }
}

describe("on an even network", () => {
  test("others are drawn the delay behind the quickest patch, and time runs evenly", () => {
    const screen = new Screen().play(3_000);
    screen.rates.length = 0;
    screen.play(10_000);
    expect(screen.age).toBeCloseTo(40 + INTERPOLATION_DELAY_MS, 0);
    for (const rate of screen.rates) expect(rate).toBeCloseTo(1, 2);
    expect(screen.playout.snaps).toBe(0);
  });
});

describe("on an uneven network", () => {
  test("time never runs noticeably faster, slower or backwards, while patches are less late than the delay", () => {
    const random = createRandom(3);
    const screen = new Screen().play(2_000);
    screen.rates.length = 0;
    screen.play(30_000, () => 40 + random() * (INTERPOLATION_DELAY_MS - TICK_MS));
    expect(Math.min(...screen.rates)).toBeGreaterThanOrEqual(0.949);
    expect(Math.max(...screen.rates)).toBeLessThanOrEqual(1.051);
    expect(screen.playout.snaps).toBe(0);
  });

  test("that became slower for good, the delay is kept to the new way after a while", () => {
    const screen = new Screen().play(3_000).play(12_000, () => 90);
    expect(screen.age).toBeCloseTo(90 + INTERPOLATION_DELAY_MS, 0);
    expect(screen.playout.snaps).toBe(0);
  });
});

describe("after a gap", () => {
  const gap = (ms: number) => {
    const screen = new Screen().play(3_000);
    screen.rates.length = 0;
    // All that is sent during the gap arrives at its end.
    const begin = 3_000;
    let sent = begin;
    screen.play(ms, () => {
      const late = begin + ms - sent;
      sent += TICK_MS;
      return 40 + late;
    });
    return screen;
  };

  test("that is short, what is drawn holds at the newest patch and catches up unseen", () => {
    const screen = gap(200).play(10_000);
    expect(Math.min(...screen.rates)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...screen.rates)).toBeLessThanOrEqual(1.051);
    expect(screen.playout.snaps).toBe(0);
    expect(screen.age).toBeCloseTo(40 + INTERPOLATION_DELAY_MS, 0);
  });

  test("of two seconds, it jumps once", () => {
    const screen = gap(2_000).play(3_000);
    expect(screen.playout.snaps).toBe(1);
    expect(screen.age).toBeCloseTo(40 + INTERPOLATION_DELAY_MS, 0);
  });
});

test("before the first patch nothing is drawn, and nothing breaks", () => {
  const playout = new Playout();
  playout.advance(100);
  expect([playout.newest, playout.at, playout.bufferedMs, playout.snaps]).toEqual([-1, 0, 0, 0]);
});
