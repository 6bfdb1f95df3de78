import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { Presence } from "@tagalong/shared/session/presence.ts";
import { BotProcesses } from "../../apps/client/dev/BotProcesses.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { TestServer } from "../../apps/server/test/support/server.ts";
import { Flock, type FlockOptions } from "../../tools/bots/Flock.ts";
import "./support/client.ts";
import { freePort } from "./support/freePort.ts";
import { ServerProcess } from "./support/process.ts";

const MAIN = fileURLToPath(new URL("../../tools/bots/main.ts", import.meta.url));

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

const flocks: Flock[] = [];
const servers: ServerProcess[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const flock of flocks.splice(0)) await flock.leave();
  for (const process of servers.splice(0)) await process.terminate();
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
});

function callBots(options: Partial<FlockOptions>): Flock {
  const flock = new Flock({
    count: 1,
    room: undefined,
    password: undefined,
    walk: "wander",
    chat: false,
    net: undefined,
    url: server.endpoint,
    seed: 1,
    ...options,
  });
  flocks.push(flock);
  flock.start();
  return flock;
}

async function startProcess(port: number): Promise<ServerProcess> {
  const process = await ServerProcess.start(port);
  servers.push(process);
  return process;
}

/** The server's own player of each bot. */
function truths(flock: Flock) {
  return flock.bots.map(({ connection: { state } }) => {
    if (state.name !== "connected") throw new Error(`a bot is ${state.name}`);
    const { roomId, sessionId } = state.room;
    const player = server.plaza(roomId).state.players.get(sessionId);
    if (!player) throw new Error(`no player ${sessionId}`);
    return player;
  });
}

/** Everybody has a seat, and a player who can be steered. */
async function allPlay(flock: Flock): Promise<void> {
  await eventually(() => flock.tally().playing === flock.bots.length);
  await eventually(() => truths(flock).every(({ presence }) => presence === Presence.ACTIVE));
}

/** The names of those who left of their own will so far. */
function leavers(since = 0): unknown[] {
  const leaves = server.logs.slice(since).filter(({ event, cause }) => event === "leave" && cause === "left");
  return leaves.map(({ player }) => player);
}

describe("bots", () => {
  test("walk where the server has them, are predicted exactly, and leave as players do", async () => {
    const { code, roomId } = await server.openRoom();
    const flock = callBots({ count: 12, room: code });
    await allPlay(flock);
    const began = truths(flock).map(({ x, y }) => ({ x, y }));
    const farthest = began.map(() => 0);
    await eventually(() => {
      for (const [index, { x, y }] of truths(flock).entries()) {
        const { x: x0, y: y0 } = began[index] ?? { x, y };
        farthest[index] = Math.max(farthest[index] ?? 0, Math.hypot(x - x0, y - y0));
      }
      return Math.min(...farthest) > 50;
    });
    for (const bot of flock.bots) expect(bot.net?.players.size).toBe(12);

    const names = truths(flock).map(({ name }) => name);
    const room = server.plaza(roomId);
    const dropped = [...room.seats.keys()].map((sessionId) => room.inputCounts(sessionId)?.dropped ?? 0);
    await flock.leave();
    expect(leavers().sort()).toEqual(names.sort());
    await eventually(() => !server.hasRoom(roomId));
    expect(flock.tally()).toMatchObject({ playing: 0, reconnects: 0, refusals: [] });
    // Where a busy machine stood still for so long that inputs were let go, there is something to correct.
    if (Math.max(...dropped) === 0) expect(flock.tally().correction).toBe(0);
    expect(flock.tally().inputs).toBeGreaterThan(12 * 30);
    expect(flock.tally().bytesIn).toBeGreaterThan(0);
  });

  test("by quick play fill one room before they open the next", async () => {
    const flock = callBots({ count: 18, walk: "still" });
    await allPlay(flock);
    expect([...flock.tally().rooms.values()].sort()).toEqual([16, 2]);
  });

  test("sent into a room that is too small stay away for the reason they are given", async () => {
    const { code } = await server.openRoom({ maxPlayers: 4, password: "pw" });
    const flock = callBots({ count: 6, room: code, password: "pw" });
    await eventually(() => flock.tally().gone === 2 && flock.tally().playing === 4);
    expect(flock.tally()).toMatchObject({ playing: 4, rooms: new Map([[code, 4]]) });
    expect(flock.tally().refusals.map(({ reason }) => reason)).toEqual([
      "lobby/room_full",
      "lobby/room_full",
    ]);
  });

  test("that cannot get in do not all try: the first one speaks for them", async () => {
    const { code } = await server.openRoom({ password: "pw" });
    const flock = callBots({ count: 30, room: code, password: "guess" });
    await flock.ended;
    expect(flock.tally()).toMatchObject({
      hasArrived: false,
      refusals: [{ reason: "lobby/password_wrong" }],
    });
  });

  test("take another name where theirs is taken", async () => {
    const { code } = await server.openRoom();
    const [first, second] = [callBots({ room: code, seed: 7 }), callBots({ room: code, seed: 8 })];
    await allPlay(first);
    await allPlay(second);
    const twin = callBots({ room: code, seed: 7 });
    await allPlay(twin);
    const [name] = truths(first).map((player) => player.name);
    expect(truths(twin).map((player) => player.name)).toEqual([`${name} 2`]);
  });

  test("pretend to have the network they are told to", async () => {
    const { code } = await server.openRoom();
    const flock = callBots({ room: code, net: "200ms" });
    await eventually(() => (flock.bots[0]?.net?.stats.ping ?? 0) > 150);
    expect(flock.tally().correction).toBe(0);
  });

  test("come back by themselves after a restart, and walk on", async () => {
    const port = await freePort();
    const first = await startProcess(port);
    const flock = callBots({ count: 3, url: first.endpoint });
    await eventually(() => flock.tally().playing === 3);
    const codes = [...flock.tally().rooms.keys()];
    await first.terminate();
    await eventually(() => flock.tally().reconnecting === 3);
    await startProcess(port);
    await eventually(() => flock.tally().playing === 3);
    expect([...flock.tally().rooms.keys()]).toEqual(codes);
    const walks = () => flock.bots.every(({ net }) => net?.self?.presence === Presence.ACTIVE);
    await eventually(walks);
    expect(flock.tally().reconnects).toBe(3);
  });

  test("that are asked to talk are heard", async () => {
    const { code } = await server.openRoom();
    const flock = callBots({ count: 8, room: code, chat: true });
    await allPlay(flock);
    const before = server.logs.length;
    await eventually(() => server.logs.slice(before).some(({ event }) => event === "message"));
    expect(flock.tally().refusals).toEqual([]);
  });
});

/** The command itself, with what it printed. */
function command(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args, `--url=${server.endpoint}`]);
  children.push(child);
  const run = { child, out: "", err: "", code: once(child, "close").then(([code]) => code as number) };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    run.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    run.err += text;
  });
  return run;
}

describe("the command", () => {
  test("on Ctrl-C takes every bot along and sums up in one line", async () => {
    const { code, roomId } = await server.openRoom();
    const run = command("5", `--room=${code}`, "--seed=3");
    await eventually(() => server.plaza(roomId).state.players.size === 5);
    const before = server.logs.length;
    run.child.kill("SIGINT");
    expect(await run.code).toBe(0);
    expect(leavers(before)).toHaveLength(5);
    expect(run.err).toBe("");
    const lines = run.out.trim().split("\n");
    expect(lines[0]).toContain(`5 bots for room ${code}`);
    expect(lines.at(-1)).toMatch(
      /^5 bots in \d+ seconds?; \d+ inputs sent; .*; refusals: none; largest correction 0 u$/,
    );
  });

  test("ends with why when nobody could ever join", async () => {
    const run = command("5", "--room=ZZZZZ");
    expect(await run.code).toBe(1);
    expect(run.err).toMatch(/^No bot could join at \S+: There is no room with that code\..*\n$/);
  });

  test("says how it is used when it is called wrongly", async () => {
    const run = command("5", "--walk=moon", "--net=dsl");
    expect(await run.code).toBe(2);
    expect(run.err).toMatch(/no walk "moon".*\n.*no network "dsl": good, 4g.*\n\nnpm run bots -- /);
    expect(run.out).toBe("");
  });
});

describe("bots called by a page in development", () => {
  test("fill its room, and leave it when they are sent away", async () => {
    const { code, roomId } = await server.openRoom({ password: "pw" });
    const bots = new BotProcesses(server.endpoint);
    expect(await bots.start({ room: code, count: 4, password: "pw" })).toEqual({
      ok: true,
      playing: 4,
      wanted: 4,
      total: 4,
    });
    await eventually(() => server.plaza(roomId).state.players.size === 4);
    const before = server.logs.length;
    await bots.stop();
    expect(leavers(before)).toHaveLength(4);
  });

  test("that do not all find a place say how many did, and why", async () => {
    const { code } = await server.openRoom({ maxPlayers: 3 });
    const bots = new BotProcesses(server.endpoint);
    expect(await bots.start({ room: code, count: 5 })).toEqual({
      ok: true,
      playing: 3,
      wanted: 5,
      total: 3,
      why: "That room is full (3 of 3 players).",
    });
    expect(await bots.start({ room: code, count: 5 })).toEqual({
      ok: false,
      why: "No bot got in. That room is full (3 of 3 players).",
    });
    await bots.stop();
  });

  test("that find no place say so", async () => {
    const { code } = await server.openRoom({ password: "pw" });
    const bots = new BotProcesses(server.endpoint);
    expect(await bots.start({ room: code, count: 4 })).toEqual({
      ok: false,
      why: "No bot got in. This room asks for a password.",
    });
    expect(bots.count).toBe(0);
  });
});
