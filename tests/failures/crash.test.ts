import { beforeAll, expect, test } from "@jest/globals";
import type { JoinTarget } from "../../apps/client/src/session/joinRequest.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Company, returns } from "./support/Company.ts";
import { Fleet } from "./support/Fleet.ts";
import { Meter, noiseMs, reportInterruptions } from "./support/Meter.ts";
import { Outcast } from "./support/Outcast.ts";
import type { Player } from "./support/Player.ts";
import { median, Report } from "./support/Report.ts";
import {
  type Kind,
  knock,
  openRoomsOn,
  PASSWORD,
  STRANGERS,
  scattered,
  type TestRoom,
  titleOf,
} from "./support/rooms.ts";
import { meanwhile, play } from "./support/time.ts";
import { Visitor } from "./support/Visitor.ts";

const VICTIM = "b";
const PLAYERS_PER_ROOM = 3;
const BACK_MS = 5_000;
/** One answer may be waited for in vain, until it is known who died. */
const SEEK_MS = 3_000;
/** The lists are looked at, and new rooms asked for, for so long after the kill (ms). */
const WATCHED_MS = 8_000;
const FRIENDS = 8;
const FRIEND_EVERY_MS = 300;

let fleet: Fleet;
let company: Company;
let rooms: TestRoom[];
/** Was kicked out of one of the rooms that will be lost, and still has a ticket of before. */
let outcast: Outcast;
const visitors: Visitor[] = [];
const meter = new Meter();
const report = new Report("crash");
beforeAll(async () => {
  fleet = await Fleet.start({ names: ["a", VICTIM, "c"] });
  company = new Company(fleet.endpoint);
  rooms = await openRoomsOn(company, VICTIM, PLAYERS_PER_ROOM);
  const [leader] = roomOf("titled").players;
  outcast = await Outcast.of(company, fleet.endpoint, leader as Player);
  for (const name of ["Vera", "Viktor", "Vito"]) visitors.push(await new Visitor(fleet.endpoint).enter(name));
  await eventually(() => visitors.every((visitor) => visitor.rooms.length === listed(rooms).length));
});

const listed = (of: readonly TestRoom[]) => of.filter(({ kind }) => kind !== "private");
const on = (home: string) => rooms.filter((room) => room.home === home);
const roomOf = (kind: Kind) => on(VICTIM).find((room) => room.kind === kind) as TestRoom;
const playersOf = (of: readonly TestRoom[]) => of.flatMap(({ players }) => players);

test("one of three processes is killed: its players are back by themselves, and nobody else notices", async () => {
  const dead = on(VICTIM);
  const others = playersOf(rooms.filter(({ home }) => home !== VICTIM));
  const lost = playersOf(dead);
  const standing = ["a", "c"].map((name) => fleet.server(name));
  report.add({ what: "rooms, players in them", value: `${rooms.length}, ${playersOf(rooms).length}` });
  report.add({ what: "of these on the killed process", value: `${dead.length}, ${lost.length}` });
  reportInterruptions(report, "others, before", await meter.during(others, standing, () => play(5_000)));
  for (const player of lost) player.begin();

  let since = 0;
  let lastListedMs = 0;
  const deadIds = new Set(dead.map(({ roomId }) => roomId));
  const look = () => {
    const isListed = visitors.some((visitor) => visitor.rooms.some(({ roomId }) => deadIds.has(roomId)));
    if (isListed) lastListedMs = Date.now() - since;
  };
  const seekers: { player: Player; ms: number }[] = [];
  const room = { title: "New", maxPlayers: 8, private: true };
  const seek = async (target: JoinTarget) => {
    const player = company.invite({ target });
    const begun = performance.now();
    await player.bot.join();
    seekers.push({ player, ms: performance.now() - begun });
  };
  // Whoever types the code of a room that is being opened again.
  const { code, players: hosts } = roomOf("plain");
  const friends: Player[] = [];
  const calling: Promise<void>[] = [];
  const callFriend = () => {
    if (friends.length === FRIENDS) return;
    const friend = company.invite({ target: { kind: "code", code } });
    friends.push(friend);
    calling.push(friend.bot.join());
  };
  const interruptions = await meter.during(others, standing, async () => {
    since = Date.now();
    await fleet.kill(VICTIM);
    const insisting = outcast.insist(AbortSignal.timeout(WATCHED_MS));
    const seeking = Promise.all([insisting, ...[1, 2, 3].map(() => seek({ kind: "quick" }))]);
    await meanwhile(
      20,
      look,
      meanwhile(
        500,
        () => seek({ kind: "create", room }),
        meanwhile(FRIEND_EVERY_MS, callFriend, Promise.all([play(WATCHED_MS), seeking])),
      ),
    );
    await Promise.all(calling);
  });

  const back = await returns(lost, since, BACK_MS);
  report.add({ what: "its players back, median", value: median(back), unit: "ms" });
  report.add({
    what: "its players back, the last",
    value: back.at(-1) ?? Number.NaN,
    unit: "ms",
    atMost: BACK_MS + noiseMs(interruptions),
  });
  expect(lost.flatMap(({ changes }) => changes.map(({ to }) => to.name))).not.toContain("disconnected");
  report.add({
    what: "dead rooms last seen in a lobby's list",
    value: lastListedMs,
    unit: "ms",
    atMost: 5_000 + noiseMs(interruptions),
  });
  reportInterruptions(report, "others, meanwhile", interruptions);
  expect(others.flatMap(({ changes }) => changes)).toEqual([]);

  expect(friends.filter(({ isPlaying }) => !isPlaying).map(({ why }) => why)).toEqual([]);
  expect(new Set([...hosts, ...friends].map(({ room }) => room.roomId)).size).toBe(1);

  const quick = seekers.slice(0, 3);
  expect(seekers.filter(({ player }) => !player.isPlaying).map(({ player }) => player.why)).toEqual([]);
  expect(seekers.map(({ player }) => player.home)).not.toContain(VICTIM);
  const longest = (of: typeof seekers) => Math.round(Math.max(...of.map(({ ms }) => ms)));
  report.add({
    what: "three quick plays at once, the slowest",
    value: longest(quick),
    unit: "ms",
    atMost: SEEK_MS + noiseMs(interruptions),
  });
  report.add({ what: "new rooms asked for", value: seekers.length - quick.length });
  report.add({
    what: "a new room, the slowest",
    value: longest(seekers),
    unit: "ms",
    atMost: SEEK_MS + noiseMs(interruptions),
  });
});

test("all of a room are in one room, which is as it was", async () => {
  expect(rooms.flatMap(scattered)).toEqual([]);
  for (const { kind, code, players } of on(VICTIM)) {
    const [leader] = players;
    expect(leader?.room.state.title).toBe(titleOf(kind));
    expect(leader?.leader).toBe(leader?.name);
    const password = kind === "password" ? { password: `not ${PASSWORD}` } : {};
    expect([kind, await knock(company, { kind: "code", code, ...password })]).toEqual([
      kind,
      STRANGERS[kind],
    ]);
  }
});

test("whoever was kicked is not back, however early they were with a ticket of before", () => {
  expect(outcast.isIn).toBe(false);
  expect(outcast.refusals.at(-1)?.reason).toBe("lobby/banned");
});

test("nothing is left of the process in Redis, nor in the lists of rooms", async () => {
  const left = (await fleet.listings()).filter(({ home }) => home === VICTIM);
  expect(left).toEqual([]);
  const codes = (await fleet.listings()).flatMap(({ code }) => code ?? []);
  expect(new Set(codes).size).toBe(codes.length);
  const expected = [...listed(rooms).map(({ code }) => code)].sort();
  await eventually(() => {
    for (const visitor of visitors) {
      const seen = visitor.rooms.map(({ code }) => code).filter((code) => expected.includes(code));
      expect(seen.sort()).toEqual(expected);
    }
    return true;
  });
  expect(fleet.faults()).toEqual([]);
  expect(report.broken).toEqual([]);
});
