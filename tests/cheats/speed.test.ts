import { Protocol } from "@colyseus/core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { MoveControls, Mover } from "@tagalong/shared/world/movement.ts";
import {
  DASH_COOLDOWN_TICKS,
  DASH_SPEED,
  DASH_TICKS,
  INPUT_CREDIT_MAX,
  TICK_HZ,
  WALK_SPEED,
} from "@tagalong/shared/world/tuning.ts";
import { Arena, expectNoMoreThanTheBurst } from "./support/Arena.ts";
import { snapshot, step, truthOf } from "./support/Bystander.ts";
import { inputFrame } from "./support/frames.ts";
import type { RawClient } from "./support/RawClient.ts";

const EAST: MoveControls = { dx: 1, dy: 0, dash: 0 };
const WEST: MoveControls = { dx: -1, dy: 0, dash: 0 };

let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open();
});
afterAll(async () => {
  console.info(`cheats of speed: ${arena.work.report()}`);
  await arena.close();
});

let restoreLimit: (() => void) | undefined;
afterEach(() => restoreLimit?.());
/** No limit of frames in the way: the inputs themselves must gain nothing. */
function liftFrameLimit(): void {
  restoreLimit = arena.server.configure({ MAX_MESSAGES_PER_SECOND: Number.POSITIVE_INFINITY });
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

/** Where so many steps lead, and how far that is to walk (u). */
function walk(from: Mover, steps: number, input = EAST): { at: Mover; distance: number } {
  const at = snapshot(from);
  let distance = 0;
  for (let i = 0; i < steps; i++) {
    const { x, y } = at;
    step(at, input);
    distance += Math.hypot(at.x - x, at.y - y);
  }
  return { at, distance };
}

/** The place with the longest way to the east over plain ground: nothing there is in the way of being too fast. */
function findRunway(): { x: number; y: number } {
  let best = { x: 0, y: 0, steps: 0 };
  for (let y = 16; y < 1536; y += 32) {
    for (let x = 16; x < 2048; x += 64) {
      const mover = moverAt({ x, y });
      let steps = 0;
      while (step(mover, EAST).x === x + ((steps + 1) * WALK_SPEED) / TICK_HZ) steps += 1;
      if (steps > best.steps) best = { x, y, steps };
    }
  }
  return best;
}

function moverAt({ x, y }: { x: number; y: number }): Mover {
  return { x, y, facing: 0, motion: 0, dashTicks: 0, cooldownTicks: 0 };
}

const RUNWAY = findRunway();

async function enterOnRunway(): Promise<{ cheat: RawClient; from: Mover }> {
  const cheat = await arena.enter();
  const player = truthOf(arena.room, cheat);
  Object.assign(player, { x: RUNWAY.x, y: RUNWAY.y });
  return { cheat, from: snapshot(player) };
}

test("the runway is long enough to see a gain on it", () => {
  const steps = 90 + INPUT_CREDIT_MAX;
  expect(walk(moverAt(RUNWAY), steps).distance).toBe((steps * WALK_SPEED) / TICK_HZ);
});

describe.each([10, 100])("a flood of %i inputs per tick", (factor) => {
  const flood = (cheat: RawClient, ticks: number) =>
    arena.play(ticks, [cheat], () => {
      for (let i = 0; i < factor; i++) cheat.input(EAST);
    });

  test("is closed at the limit of frames, and gained no more than the burst", async () => {
    const { cheat, from } = await enterOnRunway();
    const counted = await arena.counting(["session/too_many_messages"], async () => {
      const used = await flood(cheat, TICK_HZ);
      expectNoMoreThanTheBurst(used);
      const { at } = walk(from, sum(used));
      // They stay to be seen leaving, and go nowhere any more.
      const { x, y } = arena.room.state.players.get(cheat.sessionId) ?? at;
      expect({ x, y }).toEqual({ x: at.x, y: at.y });
    });
    expect(cheat.closedFor).toBe("session/too_many_messages");
    expect(counted).toEqual({ "session/too_many_messages": 1 });
    await arena.expectCalm();
  });

  test("without that limit gets as far as an honest player with the burst saved up, and is kicked", async () => {
    liftFrameLimit();
    const { cheat, from } = await enterOnRunway();
    const used = await flood(cheat, 90);
    const player = truthOf(arena.room, cheat);
    expect(snapshot(player)).toEqual(walk(from, sum(used)).at);
    expect(sum(used)).toBeGreaterThan(90);
    expect(player.x - from.x).toBeLessThanOrEqual(walk(from, 90 + INPUT_CREDIT_MAX).distance);

    const counted = await arena.counting(["session/input_flood"], async () => {
      used.push(...(await flood(cheat, 10 * TICK_HZ)));
    });
    expect(cheat.closedFor).toBe("session/input_flood");
    expect(counted).toEqual({ "session/input_flood": 1 });
    expectNoMoreThanTheBurst(used);
    await arena.expectCalm();
  });
});

describe("inputs that are saved up", () => {
  test.each([1, 5, 20])("during %i seconds of silence count as one burst, over and over", async (seconds) => {
    liftFrameLimit();
    const { cheat, from } = await enterOnRunway();
    const period = seconds * TICK_HZ;
    const used = await arena.play(period * 2, [cheat], (tick) => {
      if (tick % period !== period - TICK_HZ / 2) return;
      for (let i = 0; i < 100; i++) cheat.input(EAST);
    });
    expectNoMoreThanTheBurst(used);
    expect(sum(used)).toBeGreaterThan(2 * INPUT_CREDIT_MAX);
    expect(snapshot(truthOf(arena.room, cheat))).toEqual(walk(from, sum(used)).at);
    expect(cheat.closedFor).toBeUndefined();
    await cheat.leave();
    await arena.expectCalm();
  });

  test("by sending a little too many all the time, too few to be kicked, gain nothing either", async () => {
    const { cheat, from } = await enterOnRunway();
    const ticks = 20 * TICK_HZ;
    const used = await arena.play(ticks, [cheat], (tick) => {
      for (let i = 0; i < (tick % 2 === 0 ? 2 : 1); i++) cheat.input(EAST);
    });
    expectNoMoreThanTheBurst(used);
    const { x } = truthOf(arena.room, cheat);
    expect(x - from.x).toBeLessThanOrEqual(walk(from, ticks + INPUT_CREDIT_MAX).distance);
    expect(cheat.closedFor).toBeUndefined();
    await cheat.leave();
    await arena.expectCalm();
  });

  test.each(["away", "back"])("while %s count as any others", async (presence) => {
    liftFrameLimit();
    const { cheat } = await enterOnRunway();
    const used = await arena.play(90, [cheat], (tick) => {
      if (tick % 10 === 0) cheat.away(presence === "away" || tick % 20 === 0);
      for (let i = 0; i < 5; i++) cheat.input(EAST);
    });
    expectNoMoreThanTheBurst(used);
    await cheat.leave();
    await arena.expectCalm();
  });
});

describe("a frame from the past", () => {
  test("is one more input, and not the old one again: the budget is the same", async () => {
    liftFrameLimit();
    const { cheat, from } = await enterOnRunway();
    const recorded: Uint8Array[] = [];
    const used = await arena.play(20, [cheat], () => {
      recorded.push(inputFrame(EAST));
      cheat.input(EAST);
    });
    expect(used).toEqual(new Array(20).fill(1));
    used.push(
      ...(await arena.play(60, [cheat], () => {
        for (const frame of recorded) cheat.deliver(frame);
      })),
    );
    expectNoMoreThanTheBurst(used);
    expect(snapshot(truthOf(arena.room, cheat))).toEqual(walk(from, sum(used)).at);
    await cheat.leave();
    await arena.expectCalm();
  });
});

describe("what stands in an input", () => {
  const float32 = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)];
  const float64 = (value: number) => [...new Uint8Array(Float64Array.of(value).buffer)];

  const NEAREST: [string, number[], MoveControls][] = [
    ["the largest axes there are", [0x80, 127, 0x81, 127, 0x82, 0], { dx: 1, dy: 1, dash: 0 }],
    ["the smallest axes there are", [0x80, 128, 0x81, 128, 0x82, 0], { dx: -1, dy: -1, dash: 0 }],
    ["a dash of 255", [0x80, 1, 0x81, 0, 0x82, 255], { dx: 1, dy: 0, dash: 1 }],
    ["the same field many times", [0x80, 100, 0x80, 100, 0x80, 100], { dx: 1, dy: 0, dash: 0 }],
    ["bytes of NaN where an axis belongs", [0x80, 0x7f, 0x81, 0xc0], { dx: 1, dy: -1, dash: 0 }],
    ["no fields at all", [], { dx: 0, dy: 0, dash: 0 }],
  ];
  test.each(NEAREST)(
    "%s: counts as the nearest honest input, for one tick",
    async (_what, fields, honest) => {
      const { cheat, from } = await enterOnRunway();
      const used = await arena.play(3, [cheat], (tick) => {
        if (tick === 0) cheat.send(Protocol.ROOM_INPUT_RELIABLE, ...fields);
      });
      expect(used).toEqual([1, 0, 0]);
      expect(snapshot(truthOf(arena.room, cheat))).toEqual(step(from, honest));
      await cheat.leave();
      await arena.expectCalm();
    },
  );

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1e308,
    0.5,
    -0.9,
    2 ** 31,
    2 ** 53,
  ])("axes of %d, as an encoder writes them: at most one step in a direction there is", async (value) => {
    const { cheat, from } = await enterOnRunway();
    await arena.play(1, [cheat], () => cheat.input({ dx: value, dy: value, dash: value }));
    const truth = snapshot(truthOf(arena.room, cheat));
    const reachable = [-1, 0, 1].flatMap((dx) =>
      [-1, 0, 1].flatMap((dy) => [0, 1].map((dash) => step(snapshot(from), { dx, dy, dash }))),
    );
    expect(reachable).toContainEqual(truth);
    await cheat.leave();
    await arena.expectCalm();
  });

  const MADE_UP: [string, number[]][] = [
    ["an axis as a float of 32 bits", [0x80, ...float32(Number.NaN)]],
    ["an axis as a float of 64 bits", [0x80, ...float64(1e308)]],
    ["an axis as a tagged number", [0x80, 0xcb, ...float64(Number.POSITIVE_INFINITY)]],
    ["an axis as a text", [0x80, 0xa3, 0x31, 0x65, 0x39]],
    ["an axis of two bytes", [0x80, 1, 0]],
    ["a field without its value", [0x80, 1, 0x81]],
    ["a field that there is not", [0x80 | 3, 1]],
    ["the last field there could be", [0x80 | 63, 1]],
    ["a field taken away", [0x40, 0x41, 0x42]],
    ["a field taken away and set", [0xc0, 1]],
    ["another object switched to", [255, 1, 0x80, 1]],
    ["an object of another type", [0x80, 213, 1, 0x80, 1]],
    ["the place of a player, field by field", [0x80, 1, 0x87, ...float32(10_000), 0x88, ...float32(10_000)]],
  ];
  test.each(MADE_UP)("%s: ends the session, and moves nobody", async (_what, fields) => {
    const { cheat, from } = await enterOnRunway();
    const counted = await arena.counting(["session/bad_message"], () =>
      arena.play(2, [cheat], (tick) => {
        if (tick === 0) cheat.send(Protocol.ROOM_INPUT_RELIABLE, ...fields);
      }),
    );
    expect(cheat.closedFor).toBe("session/bad_message");
    expect(counted).toEqual({ "session/bad_message": 1 });
    expect(snapshot(truthOf(arena.room, cheat))).toEqual(from);
    await arena.expectCalm();
  });
});

describe("a forged", () => {
  const TIMED = 0x80;
  const EAST_FIELDS = [...inputFrame(EAST).subarray(1)];
  const uint32 = (value: number) => [0xce, ...new Uint8Array(Uint32Array.of(value).buffer)];

  const FORGED: [string, number[]][] = [
    ["render time, in the past", [Protocol.ROOM_INPUT_RELIABLE | TIMED, 0xff, ...EAST_FIELDS]],
    [
      "render time, in the future",
      [Protocol.ROOM_INPUT_RELIABLE | TIMED, ...uint32(2 ** 31), ...EAST_FIELDS],
    ],
    ["render time that is no number", [Protocol.ROOM_INPUT_RELIABLE | TIMED, 0xca, 0, 0, 0xc0, 0x7f]],
    ["acknowledgement", [Protocol.ROOM_INPUT_RELIABLE | 0x40, ...EAST_FIELDS]],
    ["modifier of every kind", [Protocol.ROOM_INPUT_RELIABLE | 0xe0, ...EAST_FIELDS]],
    ["sequence number, high", [Protocol.ROOM_INPUT_UNRELIABLE, ...uint32(2 ** 31), 6, ...EAST_FIELDS]],
    ["sequence number, old", [Protocol.ROOM_INPUT_UNRELIABLE, 0, 6, ...EAST_FIELDS, 6, ...EAST_FIELDS]],
    ["ring of 2^31 stamps", [Protocol.ROOM_INPUT_UNRELIABLE | TIMED, ...uint32(2 ** 31), 1, 2, 3, 4]],
    ["patch of the state", [Protocol.ROOM_STATE_PATCH, 0x80, 1]],
    ["full state", [Protocol.ROOM_STATE, 0x80, 1]],
    ["answer to a request", [Protocol.ROOM_RESPONSE, 1, 0]],
  ];
  test.each(FORGED)("%s: ends the session, and buys not one step", async (_what, frame) => {
    const { cheat } = await enterOnRunway();
    const honest = await arena.play(5, [cheat], () => cheat.input(EAST));
    const before = snapshot(truthOf(arena.room, cheat));
    const counted = await arena.counting(["session/bad_message"], () =>
      arena.play(3, [cheat], () => cheat.send(...frame)),
    );
    expect(honest).toEqual([1, 1, 1, 1, 1]);
    expect(cheat.closedFor).toBe("session/bad_message");
    expect(counted).toEqual({ "session/bad_message": 1 });
    const { x, y } = truthOf(arena.room, cheat);
    expect({ x, y }).toEqual({ x: before.x, y: before.y });
    await arena.expectCalm();
  });
});

/** Counts a player's dashes, looking once per tick: a tick makes two steps at most, and a dash is longer. */
function dashes() {
  let began = 0;
  let left = 0;
  return {
    get began() {
      return began;
    },
    watch(cheat: RawClient) {
      const now = arena.room.state.players.get(cheat.sessionId)?.dashTicks ?? 0;
      if (now > left) began += 1;
      left = now;
    },
  };
}

describe("a dash", () => {
  const WATCHED = 10 * DASH_COOLDOWN_TICKS;

  /** Within the burst, ticks are steps. */
  const DASHES_MAX = Math.ceil((WATCHED + INPUT_CREDIT_MAX) / DASH_COOLDOWN_TICKS);
  /** The farthest that these steps lead: all dashes, and walking in between (u). */
  const FARTHEST =
    (DASHES_MAX * DASH_TICKS * DASH_SPEED) / TICK_HZ +
    ((WATCHED + INPUT_CREDIT_MAX - DASHES_MAX * DASH_TICKS) * WALK_SPEED) / TICK_HZ;

  test.each<[string, (tick: number) => MoveControls[]]>([
    ["held all the time", () => [{ ...EAST, dash: 1 }]],
    ["let go and pressed again", (tick) => [{ ...EAST, dash: tick % 2 }]],
    ["with a turn in each step", (tick) => [{ ...(tick % 2 === 0 ? EAST : WEST), dash: 1 }]],
    ["flooded", () => new Array<MoveControls>(4).fill({ ...EAST, dash: 1 })],
  ])("%s waits for its cooldown", async (_how, inputs) => {
    liftFrameLimit();
    const { cheat } = await enterOnRunway();
    const seen = dashes();
    let distance = 0;
    let { x, y } = truthOf(arena.room, cheat);
    const used = await arena.play(WATCHED, [cheat], (tick) => {
      const player = arena.room.state.players.get(cheat.sessionId);
      seen.watch(cheat);
      if (player) distance += Math.hypot(player.x - x, player.y - y);
      if (player) ({ x, y } = player);
      for (const input of inputs(tick)) cheat.input(input);
    });
    expectNoMoreThanTheBurst(used);
    expect(seen.began).toBeGreaterThan(0);
    expect(seen.began).toBeLessThanOrEqual(DASHES_MAX);
    expect(distance).toBeLessThanOrEqual(FARTHEST);
    await cheat.leave();
    await arena.expectCalm();
  });

  test("waits for its cooldown through a lost connection, too", async () => {
    let { cheat } = await enterOnRunway();
    const seen = dashes();
    const used: number[] = [];
    const rounds = 15;
    for (let round = 0; round < rounds; round++) {
      const play = arena.play(10, [cheat], () => {
        seen.watch(cheat);
        cheat.input({ ...EAST, dash: 1 });
      });
      used.push(...(await play));
      await cheat.drop();
      cheat = await cheat.reconnect();
      cheat.greet();
    }
    expectNoMoreThanTheBurst(used);
    expect(seen.began).toBeLessThanOrEqual(Math.ceil((rounds * 10) / DASH_COOLDOWN_TICKS));
    await cheat.leave();
    await arena.expectCalm();
  });
});

describe("a seat that is taken again and again", () => {
  const ROUNDS = 12;
  const ROUND_TICKS = 10;

  test("by reconnecting brings no new burst", async () => {
    liftFrameLimit();
    let { cheat } = await enterOnRunway();
    const used: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const current = cheat;
      const play = arena.play(ROUND_TICKS, [current], () => {
        for (let i = 0; i < 10; i++) current.input(EAST);
      });
      used.push(...(await play));
      await cheat.drop();
      cheat = await cheat.reconnect();
      // Also what comes before the greeting.
      for (let i = 0; i < 10; i++) cheat.input(EAST);
      cheat.greet();
    }
    expectNoMoreThanTheBurst(used);
    await cheat.leave();
    await arena.expectCalm();
  });

  test("by joining anew as the same guest brings neither a new burst nor a new dash", async () => {
    liftFrameLimit();
    let { cheat, from } = await enterOnRunway();
    const used: number[] = [];
    let began = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const current = cheat;
      const seen = dashes();
      const play = arena.play(ROUND_TICKS, [current], () => {
        seen.watch(current);
        for (let i = 0; i < 10; i++) current.input({ ...EAST, dash: 1 });
      });
      used.push(...(await play));
      began += seen.began;
      from = snapshot(truthOf(arena.room, current));
      // One more tick, without inputs.
      cheat = await arena.enter({ token: current.token });
      used.push(0);
      expect(current.closedFor).toBe("session/replaced");
      const { x, y } = truthOf(arena.room, cheat);
      expect({ x, y }).toEqual({ x: from.x, y: from.y });
    }
    expectNoMoreThanTheBurst(used);
    const steps = ROUNDS * ROUND_TICKS + INPUT_CREDIT_MAX;
    expect(began).toBeLessThanOrEqual(Math.ceil(steps / DASH_COOLDOWN_TICKS));
    await cheat.leave();
    await arena.expectCalm();
  });
});
