import { Protocol } from "@colyseus/core";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { checkName } from "@tagalong/shared/session/names.ts";
import { presenceName } from "@tagalong/shared/session/presence.ts";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import { isInsideWall } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import { POSITION_STEPS_PER_UNIT } from "@tagalong/shared/world/tuning.ts";
import type { BaseRoom } from "../../apps/server/src/session/BaseRoom.ts";
import { join } from "../../apps/server/test/support/Player.ts";
import { Arena } from "./support/Arena.ts";
import { Dice, FrameFuzzer } from "./support/FrameFuzzer.ts";
import { type EnterAs, RawClient } from "./support/RawClient.ts";
import { TURN_MAX_MS, threadMs } from "./support/WorkMeter.ts";

/** The same frames every time; FUZZ_SEED sends others. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** As many as fit into a run of all tests; `npm run fuzz` sends more. */
const FRAMES = Number(process.env.FUZZ_FRAMES ?? 100_000);
const CLIENTS = 12;
/** What one client can have handled in one turn: twice its limit of frames, at the edge of two seconds. */
const FRAMES_PER_TURN = 300;
/** Of the sessions that the server ends, one in so many really ends. */
const ENDED_ONE_IN = 2_000;
/** pino's level of a warning. */
const WARN = 40;

/** Why a session may end that sends such frames. */
const ENDINGS: readonly Reason[] = [
  "session/bad_message",
  "session/version_mismatch",
  "session/input_flood",
  "session/approval_timeout",
  "session/loading_timeout",
];

let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open({ LOG_LEVEL: "warn" });
  arena.server.configure({ MAX_MESSAGES_PER_SECOND: Number.POSITIVE_INFINITY });
});
afterAll(async () => {
  console.info(`random and mutated frames: ${arena.work.report()}`);
  await arena.close();
});

/** Every frame that a real client sent while it did everything there is to do, in the plaza and in the lobby. */
async function record(): Promise<Uint8Array[]> {
  const { metronome, server, room, witness } = arena;
  const player = await metronome.during(join(server, room.roomId, { hello: false }));
  const frames = [Uint8Array.of(Protocol.JOIN_ROOM)];
  const { connection } = player.room;
  const send = connection.send.bind(connection);
  connection.send = (data) => {
    frames.push(Uint8Array.from(data));
    send(data);
  };
  const { sessionId, name } = witness;
  await player.hello();
  await player.room.request("session:ready", {});
  for (const away of [true, false]) await player.room.request("session:away", { away });
  await player.room.request("session:rename", { name: "Recorded" });
  await player.say("hello there");
  player.room.send("chat:say", { text: "ünïcödé 👋", me: true });
  player.room.send("chat:say", { text: "x".repeat(100) });
  player.room.send("chat:whisper", { name, text: "psst" });
  player.room.send("lobby:kick", { sessionId });
  player.room.send("lobby:configure", { title: "Mine", locked: undefined });
  for (let i = 0; i < 20; i++) player.move((i % 3) - 1, ((i >> 1) % 3) - 1, i % 5 === 0 ? 1 : 0);
  await player.settled();
  await player.leave();
  return frames;
}

/**
 * Sees which sessions a room ends, and pardons most of them: those go on with what comes next. It is harder on the
 * server than the truth, where nothing more would be heard of them, and it saves hundreds of thousands of joins.
 */
class Verdicts {
  /** Sessions to end, by reason, and those that did. */
  readonly given = new Counts();
  /** Counted by the server: sessions that ended and requests that were refused. */
  readonly counted = new Counts();

  readonly restore: () => void;

  constructor(room: BaseRoom, dice: Dice) {
    const { closeSession, refuse } = room;
    this.restore = () => void Object.assign(room, { closeSession, refuse });
    room.closeSession = (client, refusal) => {
      this.given.add(refusal.reason);
      if (!dice.oneIn(ENDED_ONE_IN)) return;
      this.counted.add(refusal.reason);
      closeSession.call(room, client, refusal);
    };
    room.refuse = (client, context, refusal) => {
      this.counted.add(refusal.reason);
      return refuse.call(room, client, context, refusal);
    };
  }
}

class Counts extends Map<Reason, number> {
  add(reason: Reason): void {
    this.set(reason, this.of(reason) + 1);
  }

  of(reason: Reason): number {
    return this.get(reason) ?? 0;
  }
}

/** Most of them play; some are at every step on the way there. */
const STAGES: readonly EnterAs["until"][] = [
  "connected",
  "acknowledged",
  "greeted",
  "ready",
  "ready",
  "ready",
];

/** Send frames from all of them until so many were sent, and let another in for each that was closed. */
async function fuzz(room: BaseRoom, frames: number, seed: number, stages: typeof STAGES): Promise<void> {
  const dice = new Dice(seed);
  const fuzzer = new FrameFuzzer(dice, await arena.metronome.during(record()));
  const verdicts = new Verdicts(room, dice);
  const closed = new Counts();
  const enter = () => RawClient.enter(arena.server, room.roomId, { until: dice.pick(stages) });
  const clients = await Promise.all(Array.from({ length: CLIENTS }, enter));
  const counted = await arena.counting(ENDINGS, async () => {
    for (let sent = 0; sent < frames; sent += FRAMES_PER_TURN) {
      await arena.play(1, [], () => {
        for (let i = 0; i < FRAMES_PER_TURN; i++) dice.pick(clients).deliver(fuzzer.next());
      });
      for (const [index, { closedFor }] of clients.entries()) {
        if (closedFor === undefined) continue;
        closed.add(closedFor);
        clients[index] = await enter();
      }
    }
    for (const client of clients) {
      if (!client.isClosed) await client.leave();
      // Whoever never acknowledged the join cannot say goodbye either, and was pardoned for trying: there is no seat to hold.
      if (!client.isClosed) await client.drop();
    }
  });

  const { given } = verdicts;
  expect([...given.keys()].filter((reason) => !ENDINGS.includes(reason))).toEqual([]);
  expect(given.of("session/bad_message")).toBeGreaterThan(frames / 2);
  // Whoever was closed was told the reason that was counted.
  expect(
    [...closed.keys()].filter((reason) => reason !== "session/left" && !ENDINGS.includes(reason)),
  ).toEqual([]);
  expect(closed.of("session/bad_message")).toBeGreaterThan(0);
  expect(counted).toEqual(Object.fromEntries(ENDINGS.map((reason) => [reason, verdicts.counted.of(reason)])));
  verdicts.restore();
}

/** The same through the network: few, and each one by a real client. */
async function fuzzSockets(frames: number, seed: number): Promise<Counts> {
  const { metronome, room, server } = arena;
  const dice = new Dice(seed);
  const fuzzer = new FrameFuzzer(dice, await metronome.during(record()));
  const verdicts = new Verdicts(room, dice);
  const closed = new Counts();
  const enter = () => join(server, room.roomId);
  const players = await metronome.during(Promise.all([enter(), enter(), enter(), enter()]));
  for (let sent = 0; sent < frames; ) {
    for (const [index, player] of players.entries()) {
      for (let i = 0; i < 100; i++) player.room.connection.send(Uint8Array.from(fuzzer.next()));
      sent += 100;
      await metronome.during(Promise.race([player.settled(), player.closed]));
      if (!player.isClosed) continue;
      closed.add((await player.closed).refusal.reason);
      players[index] = await metronome.during(enter());
    }
  }
  for (const player of players) await metronome.during(Promise.race([player.leave(), player.closed]));
  verdicts.restore();
  return closed;
}

/** Nothing is in the state that could not be there. */
function expectSaneState(): void {
  const { room } = arena;
  for (const [sessionId, player] of room.state.players) {
    const { x, y, name, presence } = player;
    const isOnGrid = [x, y].every((place) => Number.isInteger(place * POSITION_STEPS_PER_UNIT));
    expect({
      sessionId,
      isOnGrid,
      isInWall: isInsideWall(x, y, PLAZA_MAP),
      badName: checkName(name),
    }).toEqual({
      sessionId,
      isOnGrid: true,
      isInWall: false,
      badName: undefined,
    });
    expect(presenceName(presence)).toBeDefined();
  }
  expect(room.state.leader).toBe(arena.witness.sessionId);
  expect(room.state.title).toBe("A room");
}

/** A client that can write lines can fill a disk. */
function expectSilence(printed: readonly { mock: { calls: unknown[][] } }[]): void {
  expect(printed.flatMap(({ mock }) => mock.calls)).toEqual([]);
  const { logs } = arena.server;
  const lines = logs.filter(({ level, event }) => Number(level) >= WARN && event !== "unknown_message");
  expect(lines).toEqual([]);
  // One for each unknown name, up to a limit.
  expect(logs.length).toBeLessThanOrEqual(200);
}

test(
  `${FRAMES.toLocaleString("en")} random and mutated frames, seed ${SEED}: sessions end with a reason, and nobody else notices`,
  async () => {
    const printed = (["log", "info", "warn"] as const).map((method) => jest.spyOn(console, method));
    await fuzz(arena.room, FRAMES, SEED, STAGES);
    expectSaneState();
    expectSilence(printed);
    for (const spy of printed) spy.mockRestore();
    await arena.expectCalm();
    // All of them are gone, and with them all that was kept for them.
    await arena.play(30, [], () => undefined);
    expect([...arena.room.seats.keys()].sort()).toEqual(
      [arena.witness.sessionId, arena.bystander.client.sessionId].sort(),
    );
    expect([...arena.room.state.players.keys()].sort()).toEqual([...arena.room.seats.keys()].sort());
  },
  Math.max(30_000, FRAMES / 10),
);

describe("the lobby", () => {
  test(`takes 50,000 of them as well, seed ${SEED}`, async () => {
    const lobby = await arena.server.lobby();
    await fuzz(lobby, 50_000, SEED, ["connected", "acknowledged", "acknowledged"]);
    await arena.expectCalm();
  }, 30_000);
});

describe("the sockets", () => {
  test(`take 20,000 of them, seed ${SEED}: no turn of theirs is long`, async () => {
    const before = threadMs();
    const closed = await fuzzSockets(20_000, SEED);
    // Both ends of all of them, and the joins: the server's part is less.
    expect(((threadMs() - before) / 20_000) * FRAMES_PER_TURN).toBeLessThan(TURN_MAX_MS);
    const expected: Reason[] = [...ENDINGS, "session/left", "session/message_too_big"];
    expect([...closed.keys()].filter((reason) => !expected.includes(reason))).toEqual([]);
    expect(closed.of("session/message_too_big")).toBeGreaterThan(0);
    await arena.expectCalm();
  }, 30_000);
});
