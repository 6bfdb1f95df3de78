import { Protocol } from "@colyseus/core";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Mover, stepMover } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import { readTruth, writeTruth } from "@tagalong/shared/world/truth.ts";
import {
  INPUT_BACKLOG_MAX,
  INPUT_CREDIT_MAX,
  TICK_HZ,
  TICK_MS,
  WALK_SPEED,
} from "@tagalong/shared/world/tuning.ts";
import type { PlazaRoom } from "../src/world/PlazaRoom.ts";
import { eachStep, eventually, steps } from "./support/eventually.ts";
import { join, type Player } from "./support/Player.ts";
import { TestServer } from "./support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

async function enter(): Promise<{ room: PlazaRoom; players: [Player, Player] }> {
  const { roomId } = await server.openRoom();
  const players: [Player, Player] = [await join(server, roomId), await join(server, roomId)];
  return { room: server.plaza(roomId), players };
}

/** The player as the server has it. */
function truth(room: PlazaRoom, { sessionId }: Player) {
  const player = room.state.players.get(sessionId);
  if (!player) throw new Error(`no player ${sessionId}`);
  return player;
}

const moverOf = (player: Mover) => readTruth(writeTruth(0, player)).mover;

function counts(room: PlazaRoom, { sessionId }: Player) {
  const found = room.inputCounts(sessionId);
  if (!found) throw new Error(`no counts of ${sessionId}`);
  return found;
}

describe("what a client puts into an input", () => {
  test.each([
    ["an axis far out of range", [0x80, 100, 0x81, 0x80], { dx: 1, dy: -1, dash: 0 }],
    ["a dash that is no yes or no", [0x80, 1, 0x82, 255], { dx: 1, dy: 0, dash: 1 }],
    ["the lowest numbers there are", [0x80, 0x80, 0x81, 0x80, 0x82, 0], { dx: -1, dy: -1, dash: 0 }],
  ])("%s counts as the nearest thing an honest one can say", async (_what, fields, honest) => {
    const { room, players } = await enter();
    const [bob] = players;
    const expected = moverOf(truth(room, bob));
    stepMover(expected, honest, 1 / TICK_HZ, PLAZA_MAP);
    bob.frame(Protocol.ROOM_INPUT_RELIABLE, ...fields);
    await eventually(() => counts(room, bob).used === 1);
    expect(moverOf(truth(room, bob))).toEqual(expected);
  });

  test("fractions and what is not a number are cut before they arrive: the position stays on the grid", async () => {
    const { room, players } = await enter();
    const [bob] = players;
    for (const value of [0.4, -0.9, Number.NaN, Number.POSITIVE_INFINITY, 1e9]) bob.move(value, value);
    await eventually(() => counts(room, bob).used === 5);
    const { x, y } = truth(room, bob);
    expect([Number.isInteger(x * 32), Number.isInteger(y * 32)]).toEqual([true, true]);
    expect(bob.isClosed).toBe(false);
  });
});

describe("how many inputs count", () => {
  test("each one once, for somebody who sends one per tick", async () => {
    const { room, players } = await enter();
    const [ann, bob] = players;
    // A machine that stands still must not make a burst of them: the next one follows when the last one was used.
    for (let used = 1; used <= 20; used++) {
      ann.move(0, 0);
      await eventually(() => counts(room, ann).used === used);
    }
    expect(counts(room, ann)).toEqual({ used: 20, dropped: 0, refused: 0 });
    expect(counts(room, bob)).toEqual({ used: 0, dropped: 0, refused: 0 });
  });

  test("ten times as many gain no more than the burst that everybody is allowed", async () => {
    const back = server.configure({ MAX_MESSAGES_PER_SECOND: 10_000 });
    const { room, players } = await enter();
    const [, cheat] = players;
    const from = { x: truth(room, cheat).x, y: truth(room, cheat).y };
    const begin = room.clock.elapsedTime;
    let sent = 0;
    await eachStep(room, 40, () => {
      for (let i = 0; i < 10; i++) cheat.move(1, 0);
      sent += 10;
      return undefined;
    });
    const total = () => counts(room, cheat).used + counts(room, cheat).dropped;
    await eventually(() => total() === sent);
    const { used } = counts(room, cheat);
    const made = Math.ceil((room.clock.elapsedTime - begin) / TICK_MS);
    expect(used).toBeLessThanOrEqual(made + INPUT_CREDIT_MAX);
    const walked = Math.hypot(truth(room, cheat).x - from.x, truth(room, cheat).y - from.y);
    const fastestGround = 2;
    expect(walked).toBeLessThanOrEqual((made + INPUT_CREDIT_MAX) * (WALK_SPEED / TICK_HZ) * fastestGround);
    back();
  });

  test("a stall of two seconds and all at once: some catch up, the rest is let go, and it goes on", async () => {
    const { room, players } = await enter();
    const [ann] = players;
    for (let i = 0; i < 60; i++) ann.move(0, i % 2 === 0 ? 1 : -1);
    await ann.settled();
    await eventually(() => counts(room, ann).used + counts(room, ann).dropped === 60);
    const { used, dropped } = counts(room, ann);
    // The credit is used up at double speed, which earns as much again; what is left queues for normal speed.
    expect(used).toBeGreaterThanOrEqual(INPUT_CREDIT_MAX);
    expect(used).toBeLessThanOrEqual(2 * INPUT_CREDIT_MAX + INPUT_BACKLOG_MAX + 2);
    expect(dropped).toBe(60 - used);
    // No lag is left: the next input counts with the next step.
    const before = counts(room, ann).used;
    ann.move(0, 0);
    await ann.settled();
    await steps(room, 1);
    expect(counts(room, ann).used).toBe(before + 1);
    expect(ann.isClosed).toBe(false);
  });

  test("what became of them is counted once, while the player is here as well as when they have left", async () => {
    const { room, players } = await enter();
    const [ann] = players;
    const used = async () =>
      (await server.services.metrics.inputs.get()).values.find(({ labels }) => labels.fate === "used")
        ?.value ?? 0;
    const before = await used();
    ann.move(0, 0);
    await eventually(() => counts(room, ann).used === 1);
    expect([await used(), await used()]).toEqual([before + 1, before + 1]);
    ann.move(0, 0);
    await eventually(() => counts(room, ann).used === 2);
    await ann.leave();
    await eventually(() => !room.seats.has(ann.sessionId));
    expect(await used()).toBe(before + 2);
  });
});

test("in a room so large that patches go out in pairs, everybody still sees the same, and leaving takes no longer", async () => {
  const back = server.configure({ PAIR_PATCHES_FROM: 2 });
  const { room, players } = await enter();
  const [ann, bob] = players;
  for (let i = 0; i < 20; i++) bob.move(1, 0);
  await bob.settled();
  await eventually(() => counts(room, bob).used + counts(room, bob).dropped === 20);
  await steps(room, 4);
  const { stepX, stepY, facing, motion } = truth(room, bob);
  await eventually(() => {
    expect(ann.room.state.players.get(bob.sessionId)).toMatchObject({ stepX, stepY, facing, motion });
    expect(bob.self).toMatchObject({ stepX, stepY, facing, motion });
    return true;
  });
  await bob.leave();
  await eventually(() => Object.keys(ann.seen).length === 1);
  back();
});

test("a time of day that is set back stops no room", async () => {
  const { room, players } = await enter();
  const [ann] = players;
  const now = Date.now;
  Date.now = () => now() - 60_000;
  try {
    for (let i = 0; i < 5; i++) ann.move(0, 0);
    await eventually(() => counts(room, ann).used === 5);
  } finally {
    Date.now = now;
  }
  expect(ann.isClosed).toBe(false);
});
