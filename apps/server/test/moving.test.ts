import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { Presence } from "@tagalong/shared/session/presence.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { Drain } from "../src/cluster/Drain.ts";
import { OpeningRooms } from "../src/cluster/OpeningRooms.ts";
import { refusedError } from "../src/session/approval.ts";
import type { BaseRoom } from "../src/session/BaseRoom.ts";
import { eventually } from "./support/eventually.ts";
import { KeepingCluster } from "./support/KeepingCluster.ts";
import { join, loseConnection, type Player, refusalOf } from "./support/Player.ts";
import { produced } from "./support/produced.ts";
import { HOLD_MS, TestServer } from "./support/server.ts";
import { skip } from "./support/skip.ts";
import { visit } from "./support/Visitor.ts";

let server: TestServer;
const cluster = new KeepingCluster();
beforeAll(async () => {
  server = await TestServer.start({ DRAIN_SECONDS: "1" }, { cluster });
});
afterAll(() => server.stop());
beforeEach(() => server.endRooms());

/** Open the room of this player's ticket again, and go in. */
async function follow(player: Player, options: { name?: string } = {}): Promise<Player> {
  const { roomId } = await reopen(player);
  const ticket = player.welcome?.roomTicket ?? "";
  return join(server, roomId, { token: player.token, ticket, name: player.name, ...options });
}

async function reopen({ welcome, token }: Player): Promise<RoomResponse> {
  const body = { ticket: welcome?.roomTicket, protocol: PROTOCOL_VERSION };
  const { answer } = await server.call("/api/rooms/open", { body, token });
  return answer as RoomResponse;
}

async function walkAway(player: Player): Promise<void> {
  for (let i = 0; i < 12; i++) player.move(1, 0);
  player.move(0, 0, 1);
  await player.settled();
  await eventually(() => playerOf(player).cooldownTicks > 0);
}

function playerOf(player: Player) {
  const synced = server.plaza(player.room.roomId).state.players.get(player.sessionId);
  if (!synced) throw new Error("no player");
  return synced;
}

describe("a room that is handed on", () => {
  test("is the same room for everybody in it: settings, leader, names, looks, places, chat", async () => {
    const creator = server.guest();
    const opened = await server.openRoom({ title: "Ours", password: "pw", maxPlayers: 5, creator });
    const bob = await join(server, opened.roomId, {
      password: "pw",
      name: "Bob",
      raw: { colour: 3, hat: 2 },
    });
    const ann = await join(server, opened.roomId, { token: creator, name: "Ann" });
    const cleo = await join(server, opened.roomId, { password: "pw", name: "Cleo" });
    await bob.room.request("lobby:kick", { sessionId: cleo.sessionId });
    await bob.room.request("lobby:configure", { title: "Renamed", locked: true });
    await ann.say("before");
    await bob.room.request("session:rename", { name: "Bobby" });
    await walkAway(bob);
    await loseConnection(server, bob);
    const { x, y, facing, cooldownTicks } = playerOf(bob);
    const lines = ann.lines.map(({ id }) => id);

    const movedAway = async () => {
      const { values } = await server.services.metrics.leaves.get();
      return values.find(({ labels }) => labels.cause === "moved")?.value ?? 0;
    };
    const before = await movedAway();
    await server.plaza(opened.roomId).handOn();
    expect((await ann.closed).refusal).toEqual({ reason: "lobby/room_moved" });
    await produced(server, "lobby/room_moved");
    await eventually(async () => (await movedAway()) === before + 2);
    expect(cluster.kept.has(opened.code)).toBe(true);
    // Whoever comes by its code meanwhile is not told that there is no such room.
    const between = await server.refusalOfCall(`/api/rooms/${opened.code}`, { token: server.guest() });
    expect(between?.reason).toBe("session/server_restarting");

    const bobBack = await follow(bob, { name: "Bob" });
    const annBack = await follow(ann);
    expect(cluster.kept.has(opened.code)).toBe(false);
    const room = server.plaza(bobBack.room.roomId);
    expect(room.roomId).not.toBe(opened.roomId);
    expect(annBack.room.roomId).toBe(room.roomId);
    expect(room.settings).toMatchObject({ code: opened.code, title: "Renamed", locked: true, maxPlayers: 5 });
    expect(room.state.leader).toBe(bobBack.sessionId);
    const moved = playerOf(bobBack);
    expect(moved).toMatchObject({
      name: "Bobby",
      colour: 3,
      hat: 2,
      x,
      y,
      facing,
      presence: Presence.ACTIVE,
    });
    // It ran on for the ticks since.
    expect(moved.cooldownTicks).toBeLessThanOrEqual(cooldownTicks);
    expect(moved.cooldownTicks).toBeGreaterThan(0);

    const { history } = annBack;
    expect(history.some((line) => line.kind === "say" && line.text === "before")).toBe(true);
    await annBack.say("after");
    await eventually(() => annBack.lines.length > 0);
    // Counted on, so that nobody takes a new line for an old one; and nobody joined: they were here all the time.
    expect(annBack.lines[0]?.id).toBeGreaterThan(Math.max(...lines));
    expect([...history, ...annBack.lines].filter(({ kind }) => kind === "joined")).toHaveLength(3);

    const refusals = [
      join(server, room.roomId, { token: cleo.token, password: "pw" }),
      join(server, room.roomId, { password: "pw" }),
    ].map(refusalOf);
    expect((await Promise.all(refusals)).map(({ reason }) => reason)).toEqual([
      "lobby/banned",
      "lobby/room_locked",
    ]);
  });

  test("keeps names, seats and the lead for those who are on their way, and then no longer", async () => {
    const opened = await server.openRoom({ maxPlayers: 3 });
    const [ann, bob] = [
      await join(server, opened.roomId, { name: "Ann" }),
      await join(server, opened.roomId, { name: "Bob" }),
    ];
    await server.plaza(opened.roomId).handOn();
    const { roomId, code } = await reopen(bob);
    expect(code).toBe(opened.code);
    const taken = await refusalOf(join(server, roomId, { name: "Änn" }));
    expect(taken.reason).toBe("name/taken");
    const cleo = await join(server, roomId, { name: "Cleo" });
    expect((await refusalOf(join(server, roomId, { name: "Dora" }))).reason).toBe("lobby/room_full");
    const bobBack = await follow(bob);
    expect(server.plaza(roomId).state.leader).toBe("");
    // Ann does not come back: whoever was there longest leads, and her seat is free.
    skip(server.plaza(roomId), HOLD_MS);
    expect(server.plaza(roomId).state.leader).toBe(cleo.sessionId);
    await join(server, roomId, { name: ann.name });
    await bobBack.leave();
  });

  test("waits for its players a while, and ends when none of them comes", async () => {
    const opened = await server.openRoom();
    const ann = await join(server, opened.roomId);
    await server.plaza(opened.roomId).handOn();
    const { roomId } = await reopen(ann);
    skip(server.plaza(roomId), HOLD_MS);
    await eventually(() => !server.hasRoom(roomId));
    expect(await cluster.homeOf(opened.code)).toBeUndefined();
  });

  test("that another version wrote is opened from the ticket alone, and the log says so", async () => {
    const opened = await server.openRoom({ title: "Old" });
    const ann = await join(server, opened.roomId, { name: "Ann" });
    await server.plaza(opened.roomId).handOn();
    cluster.kept.set(opened.code, JSON.stringify({ shape: 0, players: [{ guest: "?" }] }));
    const back = await follow(ann);
    expect(server.plaza(back.room.roomId).settings.title).toBe("Old");
    expect(server.logs.filter(({ event }) => event === "not_restored")).toHaveLength(1);
  });

  test("sends nobody to seats that are kept for others", async () => {
    const opened = await server.openRoom({ maxPlayers: 3, title: "Full" });
    const players = await Promise.all([0, 1, 2].map(() => join(server, opened.roomId)));
    await server.plaza(opened.roomId).handOn();
    const [ann] = players as [Player, ...Player[]];
    const { roomId } = await reopen(ann);
    await follow(ann);
    const { answer } = await server.call("/api/quick-play", { body: {}, token: server.guest() });
    expect((answer as RoomResponse).roomId).not.toBe(roomId);
    skip(server.plaza(roomId), HOLD_MS);
    // As soon as it is known that they do not come, the seats are anybody's.
    await eventually(async () => {
      const quick = await server.call("/api/quick-play", { body: {}, token: server.guest() });
      return (quick.answer as RoomResponse).roomId === roomId;
    });
  });

  test("gives its code back when what was kept cannot be read, and is opened by whoever asks again", async () => {
    const opened = await server.openRoom();
    const ann = await join(server, opened.roomId);
    await server.plaza(opened.roomId).handOn();
    const { readKept } = cluster;
    cluster.readKept = async () => {
      cluster.readKept = readKept;
      throw refusedError({ reason: "server/unavailable" });
    };
    const body = { ticket: ann.welcome?.roomTicket, protocol: PROTOCOL_VERSION };
    const refusal = await server.refusalOfCall("/api/rooms/open", { body, token: ann.token });
    expect(refusal?.reason).toBe("server/unavailable");
    expect(await cluster.homeOf(opened.code)).toBeUndefined();
    expect((await follow(ann)).welcome?.room.code).toBe(opened.code);
  });

  test("with nobody in it is not kept", async () => {
    const { roomId, code } = await server.openRoom();
    await server.plaza(roomId).handOn();
    expect(cluster.kept.has(code)).toBe(false);
  });

  test("ends here at once when another process has its code", async () => {
    const { roomId } = await server.openRoom();
    const ann = await join(server, roomId);
    cluster.loseClaim(roomId);
    expect((await ann.closed).refusal).toEqual({ reason: "lobby/room_moved" });
    await eventually(() => !server.hasRoom(roomId));
  });

  test("is left to end when it ends already", async () => {
    const { roomId } = await server.openRoom();
    const ann = await join(server, roomId);
    const handedOn = server.plaza(roomId).handOn();
    cluster.loseClaim(roomId);
    await handedOn;
    expect(server.logs.some((line) => line.event === "room_lost" && line.roomId === roomId)).toBe(false);
    expect((await ann.closed).refusal).toEqual({ reason: "lobby/room_moved" });
  });
});

test("a code whose room was lost a moment ago is asked for again, and any other is wrong", async () => {
  const opened = await server.openRoom();
  const ann = await join(server, opened.roomId);
  await server.plaza(opened.roomId).handOn();
  cluster.kept.clear();
  const ask = () => server.refusalOfCall(`/api/rooms/${opened.code}`, { token: server.guest() });
  expect((await ask())?.reason).toBe("lobby/room_not_found");
  cluster.lost.add(opened.code);
  expect((await ask())?.reason).toBe("server/unavailable");
  const back = await follow(ann);
  expect(await ask()).toBeUndefined();
  cluster.lost.clear();
  await back.leave();
});

describe("a process that is emptied", () => {
  const slowDrains: Drain[] = [];
  afterEach(async () => {
    for (const drain of [server.app.drain, ...slowDrains.splice(0)]) await drain.cancel();
  });

  /** One of the same rooms that gives its players all the time that a test takes: it is to be called off. */
  function createSlowDrain(...rooms: readonly BaseRoom[]): Drain {
    const drain = new Drain(cluster, rooms, new OpeningRooms(), SLOW_MS, server.services.logger);
    slowDrains.push(drain);
    return drain;
  }

  test("says so, and takes no new rooms", async () => {
    const { roomId } = await server.openRoom();
    const ann = await join(server, roomId);
    const visitor = await visit(server, "Vera");
    const drain = createSlowDrain(server.plaza(roomId), await server.lobby());
    const drained = drain.start();
    await eventually(() => ann.notices.length === 1 && visitor.notices.length === 1);
    expect(drain.state).toBe("draining");
    expect((await server.call("/readyz")).answer).toEqual({ ok: false, causes: ["draining"] });
    expect(await server.refusalOfCall("/api/rooms", { body: NEW_ROOM, token: server.guest() })).toEqual({
      reason: "session/server_restarting",
    });
    expect([ann.isClosed, visitor.room.connection.isOpen]).toEqual([false, true]);
    await drain.cancel();
    await drained;
    await visitor.leave();
  });

  test("tells everybody when, and then hands everything on", async () => {
    const ann = await join(server, (await server.openRoom()).roomId);
    const visitor = await visit(server, "Vera");
    await visitor.room.request("chat:say", { text: "hello lobby" });
    const left = new Promise<number>((resolve) => visitor.room.onLeave((code) => resolve(code)));
    await server.app.drain.start();
    for (const notices of [ann.notices, visitor.notices]) {
      await eventually(() => notices.length === 1);
      expect(notices).toEqual([
        { reason: "session/server_restarting", detail: { inMs: expect.stringMatching(/^\d+$/) } },
      ]);
      // A moment may have passed between the first of them and the last.
      expect(Number(notices[0]?.detail?.inMs)).toBeLessThanOrEqual(1_000);
      expect(Number(notices[0]?.detail?.inMs)).toBeGreaterThan(0);
    }
    expect((await ann.closed).refusal).toEqual({ reason: "lobby/room_moved" });
    expect(await left).toBe(4109);
    expect(server.app.drain.state).toBe("done");

    await server.app.drain.cancel();
    const again = await visit(server);
    await eventually(() => again.history.some((line) => line.kind === "say" && line.text === "hello lobby"));
    expect((await server.call("/readyz")).status).toBe(200);
  });

  test("hands on what was being opened at that moment", async () => {
    const opened = await server.openRoom();
    const ann = await join(server, opened.roomId);
    await server.plaza(opened.roomId).handOn();
    const { claim } = cluster;
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const asked = new Promise<void>((resolve) => {
      cluster.claim = async (...args) => {
        resolve();
        await held;
        return claim.apply(cluster, args);
      };
    });
    const reopened = reopen(ann);
    await asked;
    const drained = server.app.drain.start();
    await eventually(() => cluster.stage === "stopped");
    cluster.claim = claim;
    release?.();
    await drained;
    expect(await reopened).toMatchObject({ code: opened.code });
    expect(JSON.parse(cluster.kept.get(opened.code) ?? "{}").players).toHaveLength(1);
  });

  test("takes rooms back when no other process is left, and warns of it", async () => {
    const ann = await join(server, (await server.openRoom()).roomId);
    await server.app.drain.start();
    expect((await ann.closed).refusal.reason).toBe("lobby/room_moved");
    // Nobody needs a new room so much.
    expect(await server.refusalOfCall("/api/rooms", { body: NEW_ROOM, token: server.guest() })).toEqual({
      reason: "session/server_restarting",
    });
    const { members } = cluster;
    const other = { processId: "other", name: "other", players: 0, rooms: 0, stage: "stopping" } as const;
    const withOther = jest.spyOn(cluster, "members", "get").mockReturnValue([...members, other]);
    const body = { ticket: ann.welcome?.roomTicket, protocol: PROTOCOL_VERSION };
    const refusal = await server.refusalOfCall("/api/rooms/open", { body, token: ann.token });
    expect(refusal).toEqual({ reason: "session/server_restarting" });
    withOther.mockRestore();
    await follow(ann);
    expect(server.app.drain.state).toBe("off");
    expect(server.logs.filter(({ event }) => event === "drain_given_up")).toHaveLength(1);
    expect((await server.call("/readyz")).status).toBe(200);
  });

  test("hands on the others when one room cannot be", async () => {
    const [good, bad] = [await server.openRoom(), await server.openRoom()];
    const ann = await join(server, good.roomId);
    const bob = await join(server, bad.roomId);
    Reflect.set(server.plaza(bad.roomId), "keep", () => {
      throw new Error("broken on purpose");
    });
    await server.app.drain.start();
    expect((await ann.closed).refusal.reason).toBe("lobby/room_moved");
    expect((await bob.closed).refusal.reason).toBe("session/server_restarting");
    expect(cluster.kept.has(good.code)).toBe(true);
    expect(server.logs.filter(({ method }) => method === "handOn")).toHaveLength(1);
  });

  test("goes on as before when that is called off, and whoever comes late is told as well", async () => {
    const { roomId } = await server.openRoom();
    const ann = await join(server, roomId);
    const drain = createSlowDrain(server.plaza(roomId));
    const drained = drain.start();
    await eventually(() => ann.notices.length === 1);
    const late = await join(server, roomId);
    await eventually(() => late.notices.length === 1);
    expect(late.notices).toMatchObject([{ reason: "session/server_restarting" }]);
    await drain.cancel();
    await drained;
    await ann.say("still here");
    expect(ann.notices.at(-1)).toEqual({ reason: "session/server_restarting", detail: { calledOff: "1" } });
    expect(ann.isClosed).toBe(false);
    expect(await server.openRoom()).toMatchObject({ title: "A room" });
  });
});

describe("while nothing can be looked up", () => {
  afterEach(() => {
    cluster.isAvailable = true;
  });

  test("nobody new gets in, with a reason; whoever is in plays on", async () => {
    const { roomId, code } = await server.openRoom();
    const ann = await join(server, roomId);
    cluster.isAvailable = false;
    const token = server.guest();
    const paths = ["/api/quick-play", "/api/rooms", `/api/rooms/${code}`, "/api/lobby", "/api/rooms/open"];
    for (const path of paths) {
      const { status, answer } = await server.call(path, {
        ...(path.includes(code) || path.endsWith("lobby") ? {} : { body: NEW_ROOM }),
        token,
      });
      expect({ path, status, answer }).toEqual({
        path,
        status: 503,
        answer: { error: "server/unavailable" },
      });
    }
    expect((await refusalOf(join(server, roomId))).reason).toBe("server/unavailable");
    await produced(server, "server/unavailable");
    expect((await server.call("/readyz")).answer).toEqual({ ok: false, causes: ["no answer from Redis"] });
    // A browser's pass needs nobody else.
    expect((await server.call("/api/guest", { body: {} })).status).toBe(200);
    await ann.say("all quiet here");
    await eventually(() => ann.lines.some((line) => line.kind === "say"));
    cluster.isAvailable = true;
    await join(server, roomId);
  });
});

const SLOW_MS = 600_000;
const NEW_ROOM = { title: "New", maxPlayers: 4, private: false };

test("a process that ends hands on what it has, whoever calls it off meanwhile", async () => {
  const room = { handOn: () => Promise.resolve(void handedOn.push("room")) };
  const handedOn: string[] = [];
  const rooms = [
    Object.assign(room, { clients: [{}], announceMove: () => undefined, revokeMove: () => undefined }),
  ];
  const ending = new Drain(cluster, rooms as never, new OpeningRooms(), 50, server.services.logger);
  const ended = ending.start({ isFinal: true });
  await ending.cancel();
  await ended;
  expect(handedOn).toEqual(["room"]);
  expect(ending.state).toBe("done");
  await cluster.enter("open");
});

test("a process that is called back while rooms are still being opened keeps what it has", async () => {
  const handedOn: string[] = [];
  const room = { clients: [{}], announceMove: () => undefined, revokeMove: () => undefined };
  const rooms = [Object.assign(room, { handOn: async () => void handedOn.push("room") })];
  const opening = new OpeningRooms();
  opening.add(room);
  const emptying = new Drain(cluster, rooms as never, opening, 0, server.services.logger);
  const emptied = emptying.start();
  await eventually(() => cluster.stage === "stopped");
  await emptying.cancel();
  opening.delete(room);
  await emptied;
  expect([handedOn, emptying.state, cluster.stage]).toEqual([[], "off", "open"]);
});

// Nothing comes after it: this cannot be called off.
test("a process that is about to end takes no rooms back", async () => {
  const ann = await join(server, (await server.openRoom()).roomId);
  await server.app.drain.start({ isFinal: true });
  const body = { ticket: ann.welcome?.roomTicket, protocol: PROTOCOL_VERSION };
  const refusal = await server.refusalOfCall("/api/rooms/open", { body, token: ann.token });
  expect(refusal).toEqual({ reason: "session/server_restarting" });
});
