import { once } from "node:events";
import { createServer } from "node:net";
import { beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Tab } from "../system/support/client.ts";
import type { ServerProcess } from "../system/support/process.ts";
import { Company } from "./support/Company.ts";
import { Fleet } from "./support/Fleet.ts";
import { Meter, reportInterruptions } from "./support/Meter.ts";
import type { Player } from "./support/Player.ts";
import { median, Report } from "./support/Report.ts";
import {
  knock,
  openRoomsOn,
  PASSWORD,
  STRANGERS,
  scattered,
  type TestRoom,
  titleOf,
} from "./support/rooms.ts";
import { meanwhile, play } from "./support/time.ts";

const PLAYERS_PER_ROOM = 2;
const BACK_MS = 5_000;
const SETTLED_MS = 15_000;
const STROLL = 40;
/** Fewer than a room has places. */
const NEWCOMERS = 10;
/** Where they stood, to the pixel. */
const MOVED_MAX = 1;

/** All of a player that a move must not change. */
interface Keepsake {
  readonly player: Player;
  readonly x: number;
  readonly y: number;
  readonly looks: Player["looks"];
  readonly leader: string | undefined;
  readonly title: string;
  readonly said: string;
}

let fleet: Fleet;
let company: Company;
let rooms: TestRoom[];
let keepsakes: Keepsake[];
let rowdy: Tab;
const meter = new Meter();
const report = new Report("drain");
beforeAll(async () => {
  fleet = await Fleet.start({ names: ["a", "b", "c"] });
  company = new Company(fleet.endpoint);
  rooms = await openRoomsOn(company, "b", PLAYERS_PER_ROOM);
  rowdy = new Tab(fleet.endpoint);
  await rowdy.enter(plainRoom().code, "Rowdy");
  await plainRoom().players[0]?.room.request("lobby:kick", { sessionId: rowdy.room.sessionId });
  await rowdy.reaches("disconnected");
  const everybody = players();
  const starts = await Promise.all(
    everybody.map((player) => eventually(() => player.self && { ...player.self })),
  );
  // Away from where everybody comes in.
  await eventually(() => {
    for (const [index, player] of everybody.entries()) {
      const { self } = player;
      if (self && distance(self, starts[index] ?? self) > STROLL) player.isStanding = true;
    }
    return everybody.every(({ isStanding }) => isStanding);
  }, 30_000);
  for (const player of everybody) await player.say(`I am ${player.name}`);
  await play(500);
  keepsakes = everybody.map((player) => keep(player));
});

const players = () => rooms.flatMap((room) => room.players);
function plainRoom(): TestRoom {
  const room = rooms.find(({ kind, home }) => kind === "plain" && home === "b");
  if (!room) throw new Error("no plain room");
  return room;
}
function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function keep(player: Player): Keepsake {
  const { self, looks, leader, room } = player;
  if (!self) throw new Error(`${player.name} is nowhere`);
  return {
    player,
    x: self.x,
    y: self.y,
    looks,
    leader,
    title: room.state.title,
    said: `I am ${player.name}`,
  };
}

/** Everybody plays, together, and all is as it was. */
async function expectAllAsBefore(): Promise<void> {
  await eventually(() => players().every(({ self, isPlaying }) => isPlaying && self), SETTLED_MS);
  expect(rooms.flatMap(scattered)).toEqual([]);
  for (const { player, x, y, looks, leader, title, said } of keepsakes) {
    await eventually(() => player.leader === leader);
    expect({ looks: player.looks, title: player.room.state.title }).toEqual({ looks, title });
    // Who was not moved was told the history before anybody spoke.
    if (player.changes.length > 0) {
      expect(player.history.flatMap((line) => (line.kind === "say" ? line.text : []))).toContain(said);
    }
    const moved = () => (player.self ? distance(player.self, { x, y }) : Number.POSITIVE_INFINITY);
    // They see themselves a moment before they know where.
    await eventually(
      () => moved() <= MOVED_MAX || Promise.reject(new Error(`${player.name} was moved by ${moved()} px`)),
    );
    largestMove = Math.max(largestMove, moved());
  }
  for (const { kind, code } of rooms.filter(({ players: [leader] }) => leader?.changes.length)) {
    const password = kind === "password" ? { password: `not ${PASSWORD}` } : {};
    expect([kind, await knock(company, { kind: "code", code, ...password })]).toEqual([
      kind,
      STRANGERS[kind],
    ]);
  }
  for (const {
    players: [leader],
    kind,
  } of rooms)
    expect(leader?.room.state.title).toBe(titleOf(kind));
  expect(
    players()
      .flatMap(({ lines }) => lines.filter(({ kind }) => kind === "joined"))
      .filter(isOfOurs),
  ).toEqual([]);
  expect(players().flatMap(({ changes }) => changes.map(({ to }) => to.name))).not.toContain("disconnected");
}
let largestMove = 0;
const isOfOurs = (line: object) => "name" in line && players().some(({ name }) => name === line.name);

/** @param startMs what a successor took to start, where there is none before: of this no server can give anything back */
function reportAbsences(what: string, of: readonly Player[], startMs = 0): void {
  const absences = of
    .map(({ longestAbsenceMs }) => longestAbsenceMs)
    .filter((ms) => ms > 0)
    .sort((a, b) => a - b);
  report.add({ what: `${what}: players moved`, value: absences.length });
  report.add({ what: `${what}: without a connection, median`, value: median(absences), unit: "ms" });
  report.add({
    what: `${what}: without a connection, the longest`,
    value: absences.at(-1) ?? 0,
    unit: "ms",
    atMost: BACK_MS + startMs,
  });
}

async function expectPortFree({ port }: ServerProcess): Promise<void> {
  const probe = createServer().listen(port, "127.0.0.1");
  await once(probe, "listening");
  probe.close();
  await once(probe, "close");
}

test("one of three is asked to end: everybody on it is told, moves by themselves, and finds all as it was", async () => {
  const moved = rooms.filter(({ home }) => home === "b").flatMap((room) => room.players);
  const others = players().filter((player) => !moved.includes(player));
  for (const player of moved) player.begin();
  const server = fleet.server("b");
  const standing = ["a", "c"].map((name) => fleet.server(name));
  let code: number | null = null;
  const begun = performance.now();
  const interruptions = await meter.during(others, standing, async () => {
    code = await fleet.drain("b");
  });
  expect(code).toBe(0);
  report.add({
    what: "one of three: until it had ended",
    value: Math.round(performance.now() - begun),
    unit: "ms",
  });
  await expectPortFree(server);
  await expectAllAsBefore();
  reportAbsences("one of three", moved);
  reportInterruptions(report, "one of three, the others", interruptions);
  expect(others.flatMap(({ changes }) => changes)).toEqual([]);
  for (const player of moved)
    expect(player.refusals.map(({ reason }) => reason)).toContain("session/server_restarting");
  expect(server.stderr).toBe("");
});

test("all are asked to end, one after the other, and new ones take their places: a deploy", async () => {
  await fleet.add("d");
  company.begin();
  for (const [old, young] of [
    ["a", "e"],
    ["c", "f"],
    ["d", "g"],
  ] as const) {
    expect(await fleet.drain(old)).toBe(0);
    await eventually(() => players().every(({ isPlaying }) => isPlaying), SETTLED_MS);
    await fleet.add(young);
  }
  await expectAllAsBefore();
  reportAbsences("three in turn", players());
});

test("all are asked to end at once, and new ones come a moment later", async () => {
  company.begin();
  const old = [...fleet.servers.keys()];
  const ends = old.map((name) => fleet.drain(name));
  await play(1_000);
  const begun = performance.now();
  await fleet.add("h");
  const startMs = Math.round(performance.now() - begun);
  for (const young of ["i", "j"]) await fleet.add(young);
  expect(await Promise.all(ends)).toEqual([0, 0, 0]);
  await expectAllAsBefore();
  report.add({ what: "three at once: the first new one took to start", value: startMs, unit: "ms" });
  reportAbsences("three at once", players(), startMs);
});

test("all have ended before the first new one starts, as with today's compose", async () => {
  company.begin();
  const ends = [...fleet.servers.keys()].map((name) => fleet.drain(name));
  expect(await Promise.all(ends)).toEqual([0, 0, 0]);
  const begun = performance.now();
  const starts = ["k", "l", "m"].map(async (young) => {
    await fleet.add(young);
    return performance.now() - begun;
  });
  const startMs = Math.round(Math.min(...(await Promise.all(starts))));
  await expectAllAsBefore();
  report.add({ what: "nobody left: the first new one took to start", value: startMs, unit: "ms" });
  reportAbsences("nobody left", players(), startMs);
});

test("asked twice in a row, with somebody on their way in and somebody without a network, nobody is lost", async () => {
  company.begin();
  const home = plainRoom().players[0]?.home ?? "";
  const { code } = plainRoom();
  const [absent] = keepsakes.filter(({ player }) => player.code === code).slice(-1);
  if (!absent) throw new Error("nobody is there");
  absent.player.isOffline = true;
  absent.player.connection.drop();

  const server = fleet.server(home);
  const newcomers: { player: Player; ms: number }[] = [];
  let invited = 0;
  const comeIn = async () => {
    if (invited++ >= NEWCOMERS) return;
    const player = company.invite({ target: { kind: "code", code }, walk: "still" });
    const begun = performance.now();
    await player.bot.join();
    newcomers.push({ player, ms: performance.now() - begun });
  };
  const end = fleet.drain(home);
  await play(100);
  server.signal("SIGTERM");
  await meanwhile(300, comeIn, end);
  expect(await end).toBe(0);
  absent.player.isOffline = false;
  absent.player.connection.retryNow();
  await eventually(() => absent.player.isPlaying, SETTLED_MS);
  const turnedAway = () =>
    newcomers.filter(({ player }) => !player.isPlaying).map(({ player }) => player.why);
  await eventually(
    () =>
      turnedAway().length === 0 ||
      newcomers.every(({ player }) => player.connection.state.name !== "reconnecting"),
    SETTLED_MS,
  );
  report.add({ what: "asked twice: joined meanwhile", value: newcomers.length - turnedAway().length });
  report.add({ what: "asked twice: turned away meanwhile", value: turnedAway().join(", ") || "nobody" });
  const slowest = Math.round(Math.max(...newcomers.map(({ ms }) => ms)));
  report.add({ what: "asked twice: the slowest join", value: slowest, unit: "ms", atMost: 3_000 });
  expect(
    turnedAway().filter(
      (reason) => reason !== "session/server_restarting" && reason !== "server/unavailable",
    ),
  ).toEqual([]);
  await expectAllAsBefore();
  await Promise.all(newcomers.map(({ player }) => player.leave()));
  await fleet.add("n");
});

test("whoever was sent away stays away", async () => {
  const again = new Tab(fleet.endpoint, { lasting: rowdy.lasting });
  await again.connection.join({ target: { kind: "code", code: plainRoom().code }, name: "Rowdy" });
  expect(again.refusal?.reason).toBe("lobby/banned");
  report.add({
    what: "largest displacement of a player, in all of this",
    value: Number(largestMove.toFixed(3)),
    unit: "px",
    atMost: MOVED_MAX,
  });
});

test("asked to end while Redis is away it ends, and its players are back when both are", async () => {
  company.begin();
  const home = plainRoom().players[0]?.home ?? "";
  const server = fleet.server(home);
  const moved = players().filter((player) => player.home === home);
  await fleet.redis.end();
  const begun = performance.now();
  expect(await fleet.drain(home)).toBe(0);
  report.add({
    what: "without Redis: until it had ended",
    value: Math.round(performance.now() - begun),
    unit: "ms",
    atMost: 10_000,
  });
  await expectPortFree(server);
  await fleet.redis.resume();
  const resumed = Date.now();
  await fleet.add("o");
  await eventually(() => moved.every(({ isPlaying }) => isPlaying), SETTLED_MS);
  report.add({
    what: "without Redis: players back, after Redis was",
    value: Date.now() - resumed,
    unit: "ms",
  });
  expect(rooms.flatMap(scattered)).toEqual([]);
  expect(players().flatMap(({ changes }) => changes.map(({ to }) => to.name))).not.toContain("disconnected");
});

test("nothing of this went wrong unseen", () => {
  expect(fleet.faults()).toEqual([]);
  expect(report.broken).toEqual([]);
});
