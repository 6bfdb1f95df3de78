import { describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import {
  INPUT_BACKLOG_MAX,
  INPUT_CREDIT_MAX,
  INPUT_RESERVE_MAX,
  INPUT_SURPLUS_MAX,
  INPUTS_PER_TICK,
  TICK_HZ,
} from "@tagalong/shared/world/tuning.ts";
import fc from "fast-check";
import { InputBudget } from "./InputBudget.ts";

const BUFFER = 64;
/** What the framework does with inputs: the oldest falls out of a full buffer. */
class Player {
  readonly budget: InputBudget<number>;
  readonly #size: number;
  #queue: number[] = [];
  #sent = 0;
  /** Holds nothing: the inputs move nobody. */
  isIdle = false;
  /** Numbers of the inputs used, in order. */
  used: number[] = [];

  constructor(size = BUFFER) {
    this.#size = size;
    this.budget = new InputBudget(size, () => this.isIdle);
  }

  get sent(): number {
    return this.#sent;
  }
  get waiting(): number {
    return this.#queue.length;
  }

  /** This many inputs arrive. Of broken ones only the frame does. */
  arrive(count: number, broken = false): this {
    for (let i = 0; i < count; i++) {
      this.budget.receive();
      this.#sent += 1;
      if (!broken) this.#queue.push(this.#sent);
      if (this.#queue.length > this.#size) this.#queue.shift();
    }
    return this;
  }

  tick(mayMove = true): number[] {
    const inputs = this.budget.take(
      { take: (count) => this.#queue.splice(0, count), peek: () => this.#queue },
      mayMove,
    );
    this.used.push(...inputs);
    return inputs;
  }

  /** So many ticks, each after so many arrivals. */
  play(ticks: number, perTick = 1): this {
    for (let i = 0; i < ticks; i++) this.arrive(perTick).tick();
    return this;
  }

  reconnect(): void {
    this.#queue = [];
    this.budget.reset();
  }
}

describe("an honest client", () => {
  test("has each input used in the tick it came, for as long as they play", () => {
    const player = new Player();
    for (let tick = 1; tick <= 10_000; tick++) expect(player.arrive(1).tick()).toEqual([tick]);
    expect(player.budget.counts).toEqual({ used: 10_000, dropped: 0, refused: 0 });
  });

  test("has each input told of once, however often somebody asks", () => {
    const player = new Player().play(2);
    const told = () => player.budget.report();
    expect([told(), told()]).toEqual([
      { used: 2, dropped: 0, refused: 0 },
      { used: 0, dropped: 0, refused: 0 },
    ]);
    player.arrive(BUFFER + 3);
    expect(told()).toEqual({ used: 0, dropped: 3, refused: 0 });
  });

  test("loses nothing to jitter", () => {
    const player = new Player();
    for (let i = 0; i < 1_000; i++) {
      for (const arrivals of [0, 2, 1, 0, 0, 3, 1, 1]) player.arrive(arrivals).tick();
    }
    expect(player.budget.counts.dropped).toBe(0);
    expect(player.sent - player.used.length).toBeLessThanOrEqual(INPUT_BACKLOG_MAX);
  });

  test("catches up at double speed after a short stall, and is then on time", () => {
    const player = new Player().play(100);
    for (let i = 0; i < 10; i++) expect(player.tick()).toEqual([]);
    player.arrive(10);
    expect(player.arrive(1).tick()).toHaveLength(INPUTS_PER_TICK);
    player.play(20);
    // The rest would be seen as a leap, and waits until nobody sees it.
    expect(player.waiting).toBeLessThanOrEqual(1 + INPUT_SURPLUS_MAX);
    player.isIdle = true;
    player.play(6 * TICK_HZ);
    expect(player.waiting).toBe(0);
    expect(player.budget.counts).toEqual({ used: player.sent, dropped: 0, refused: 0 });
  });

  test("whose inputs come in pairs walks evenly from the second one on", () => {
    const player = new Player().play(10);
    const taken: number[] = [];
    for (let pair = 0; pair < 100; pair++) {
      taken.push(player.arrive(0).tick().length, player.arrive(2).tick().length);
    }
    expect(taken.slice(0, 2)).toEqual([0, 1]);
    expect(new Set(taken.slice(2))).toEqual(new Set([1]));
    expect(player.waiting).toBeLessThanOrEqual(INPUT_RESERVE_MAX);
  });

  test("on a network that has calmed down is on time again as soon as nobody sees it, and not before", () => {
    const player = new Player().play(10);
    player.arrive(0).tick();
    player.arrive(2).tick();
    player.isIdle = true;
    expect(player.play(TICK_HZ).waiting).toBe(1);
    player.isIdle = false;
    // Walking all the time: two inputs in one tick would be seen as a leap.
    expect(player.play(6 * TICK_HZ).waiting).toBe(1);
    player.isIdle = true;
    expect(player.play(1).waiting).toBe(0);
    player.isIdle = false;
    for (let i = 0; i < 100; i++) expect(player.arrive(1).tick()).toEqual([player.sent]);
  });

  test("on an unsteady network stands still for hardly a tick, and nobody lags behind for it", () => {
    const random = createRandom(7);
    const player = new Player();
    // Each input is up to 50 ms late, and none overtakes another.
    const arrivals: number[] = [];
    for (let sent = 0, latest = 0; sent < 60 * TICK_HZ; sent++) {
      latest = Math.max(latest, sent + Math.floor(random() * 2.5));
      arrivals[latest] = (arrivals[latest] ?? 0) + 1;
    }
    let still = 0;
    for (let tick = 0; tick < 60 * TICK_HZ; tick++) {
      if (player.arrive(arrivals[tick] ?? 0).tick().length !== 1) still += 1;
      expect(player.waiting).toBeLessThanOrEqual(INPUT_RESERVE_MAX + 2);
    }
    expect(still).toBeLessThan(20);
    expect(player.budget.counts.dropped).toBe(0);
  });

  test("who says nothing moves nowhere", () => {
    const player = new Player();
    for (let i = 0; i < 100; i++) expect(player.tick()).toEqual([]);
    expect(player.budget.counts).toEqual({ used: 0, dropped: 0, refused: 0 });
  });

  test("is never taken for a flood, not even with stalls and their bursts", () => {
    const player = new Player();
    for (let second = 1; second <= 60; second++) {
      const stalled = second % 10 === 0;
      for (let tick = 0; tick < 2 * TICK_HZ; tick++) {
        player.arrive(stalled ? 0 : 1).tick();
        expect(player.budget.isFlooding()).toBe(false);
      }
      if (stalled) player.arrive(2 * TICK_HZ);
    }
  });
});

describe("a server that lost ticks", () => {
  test("leaves nobody late for as long as they play", () => {
    const player = new Player();
    // Ticks that are never made up for: the inputs of that time are there all the same.
    for (let hitch = 0; hitch < 4; hitch++) player.arrive(6).play(10);
    player.isIdle = true;
    player.play(10);
    expect(player.waiting).toBeLessThanOrEqual(INPUT_RESERVE_MAX);
    player.isIdle = false;
    for (let i = 0; i < 100; i++) expect(player.arrive(1).tick().length).toBe(1);
  });
});

describe("after a stall of two seconds and a burst", () => {
  const stalled = () => {
    const player = new Player().play(100);
    for (let i = 0; i < 2 * TICK_HZ; i++) player.tick();
    return player.arrive(2 * TICK_HZ);
  };

  test("the player goes no further than the credit allows", () => {
    const player = stalled();
    player.play(60);
    expect(player.used.length).toBeLessThanOrEqual(100 + 60 + INPUT_CREDIT_MAX);
  });

  test("what cannot be worked off is dropped, and counted", () => {
    const player = stalled();
    player.play(60);
    const { used, dropped } = player.budget.counts;
    expect(dropped).toBeGreaterThan(0);
    expect(used + dropped).toBe(player.sent);
  });

  test("nobody is left lagging: soon each input is used in the tick it comes", () => {
    const player = stalled();
    player.play(60);
    for (let i = 0; i < 100; i++) expect(player.arrive(1).tick()).toEqual([player.sent]);
  });

  test("inputs are used in their order, none twice", () => {
    const { used } = stalled().play(60);
    expect(used).toEqual([...new Set(used)].sort((a, b) => a - b));
  });
});

describe("a flood", () => {
  test("of ten times as many inputs uses no more than an honest client and the burst", () => {
    const honest = new Player().play(300);
    const flooder = new Player().play(300, 10);
    expect(flooder.used.length).toBeLessThanOrEqual(honest.used.length + INPUT_CREDIT_MAX);
    const { used, dropped } = flooder.budget.counts;
    expect(used + dropped + flooder.waiting).toBe(3_000);
  });

  test("never uses more in one tick than catching up does", () => {
    const player = new Player();
    for (let i = 0; i < 100; i++) {
      expect(player.arrive(50).tick().length).toBeLessThanOrEqual(INPUTS_PER_TICK);
    }
  });

  test("that goes on is told after ten seconds, and not before five", () => {
    const player = new Player();
    let told: number | undefined;
    for (let tick = 0; tick < 20 * TICK_HZ && told === undefined; tick++) {
      player.arrive(10).tick();
      if (player.budget.isFlooding()) told = tick;
    }
    expect(told).toBeGreaterThanOrEqual(5 * TICK_HZ);
    expect(told).toBeLessThanOrEqual(10 * TICK_HZ);
  });

  test("of one watch period is forgiven by the next one in order", () => {
    const player = new Player();
    for (let round = 0; round < 4; round++) {
      for (const perTick of [10, 1]) {
        for (let tick = 0; tick < 5 * TICK_HZ; tick++) {
          player.arrive(perTick).tick();
          expect(player.budget.isFlooding()).toBe(false);
        }
      }
    }
  });

  test("of frames that hold no input is told the same, and costs no later input", () => {
    const player = new Player();
    player.arrive(40, true).tick();
    // A few wait as the credit ends: with the broken ones still counted, they would be dropped as a backlog.
    player.arrive(2).play(INPUT_CREDIT_MAX - 1, 2);
    expect(player.used.length + player.waiting).toBe(player.sent - 40);
    expect(player.waiting).toBeGreaterThan(0);
    expect(player.budget.counts.dropped).toBe(0);
  });
});

describe("a player who may not move", () => {
  test("has every input refused and taken out of the queue, so that it is acknowledged", () => {
    const player = new Player();
    expect(player.arrive(5).tick(false)).toEqual([]);
    expect(player.waiting).toBe(0);
    expect(player.budget.counts).toEqual({ used: 0, dropped: 0, refused: 5 });
  });

  test("moves from the first input after that", () => {
    const player = new Player();
    for (let i = 0; i < 50; i++) player.arrive(1).tick(false);
    expect(player.arrive(1).tick()).toEqual([player.sent]);
    expect(player.budget.counts).toEqual({ used: 1, dropped: 0, refused: 50 });
  });
});

describe("a reconnected client", () => {
  test("begins with an empty queue, and its counts go on", () => {
    const player = new Player().play(10);
    player.arrive(20);
    player.reconnect();
    expect(player.tick()).toEqual([]);
    expect(player.arrive(1).tick()).toEqual([player.sent]);
    expect(player.budget.counts.used).toBe(11);
  });
});

describe("whatever arrives, and whenever", () => {
  const moment = fc.record({
    arrivals: fc.oneof({ weight: 5, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(200) }),
    mayMove: fc.oneof(
      { weight: 9, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
  });
  const history = fc.array(moment, { maxLength: 300 });

  test("no more inputs are used than there were ticks, and the credit", () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 4, max: 256 }), (moments, size) => {
        const player = new Player(size);
        for (const { arrivals, mayMove } of moments) player.arrive(arrivals).tick(mayMove);
        expect(player.used.length).toBeLessThanOrEqual(moments.length + INPUT_CREDIT_MAX);
      }),
    );
  });

  test("in any stretch of time, too", () => {
    fc.assert(
      fc.property(history, (moments) => {
        const player = new Player();
        const used = moments.map(({ arrivals, mayMove }) => player.arrive(arrivals).tick(mayMove).length);
        for (let from = 0; from < used.length; from += 7) {
          let sum = 0;
          for (let to = from; to < used.length; to++) {
            sum += used[to] ?? 0;
            if (sum > to - from + 1 + INPUT_CREDIT_MAX)
              throw new Error(`${sum} used from tick ${from} to ${to}`);
          }
        }
      }),
    );
  });

  test("every input is used, dropped, refused or still waiting, and none twice", () => {
    fc.assert(
      fc.property(history, (moments) => {
        const player = new Player();
        for (const { arrivals, mayMove } of moments) player.arrive(arrivals).tick(mayMove);
        const { used, dropped, refused } = player.budget.counts;
        expect(used + dropped + refused + player.waiting).toBe(player.sent);
        expect(used).toBe(player.used.length);
        expect(player.used).toEqual([...new Set(player.used)].sort((a, b) => a - b));
      }),
    );
  });

  test("broken frames among them gain nothing", () => {
    const frames = fc.array(fc.record({ arrivals: fc.nat(20), broken: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(frames, (list) => {
        const player = new Player();
        for (const { arrivals, broken } of list) player.arrive(arrivals, broken).tick();
        expect(player.used.length).toBeLessThanOrEqual(list.length + INPUT_CREDIT_MAX);
      }),
    );
  });
});
