import { beforeAll, expect, test } from "@jest/globals";
import type { RoomListing } from "@tagalong/shared/lobby/protocol.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Company, returns } from "./support/Company.ts";
import { Fleet } from "./support/Fleet.ts";
import { Meter, noiseMs, reportInterruptions } from "./support/Meter.ts";
import { RawSocket } from "./support/RawSocket.ts";
import { median, Report } from "./support/Report.ts";
import { openRoom, openRoomsOn, scattered, type TestRoom } from "./support/rooms.ts";
import { meanwhile, play } from "./support/time.ts";
import { Visitor } from "./support/Visitor.ts";

const VICTIM = "b";
const PLAYERS_PER_ROOM = 2;
/** Longer than a visitor, to whom nothing is said most of the time, may take to notice. */
const FROZEN_MS = 14_000;
const BACK_MS = 10_000;

let fleet: Fleet;
let company: Company;
let rooms: TestRoom[];
let visitors: readonly Visitor[];
const sockets: RawSocket[] = [];
const meter = new Meter();
const report = new Report("freeze");
beforeAll(async () => {
  // The first has the lobby.
  fleet = await Fleet.start({ names: [VICTIM] });
  for (const name of ["a", "c"]) await fleet.add(name);
  company = new Company(fleet.endpoint);
  rooms = await openRoomsOn(company, VICTIM, PLAYERS_PER_ROOM);
  visitors = await Promise.all(["Vera", "Viktor"].map((name) => new Visitor(fleet.endpoint).enter(name)));
});

/** Names of the processes that have a lobby, as Redis lists them. */
async function lobbyHomes(): Promise<string[]> {
  return (await fleet.listings()).filter(({ kind }) => kind === "lobby").map(({ home }) => home);
}

/** Codes that more than one room has, as Redis lists them. */
async function codesTwice(): Promise<string[]> {
  const codes = (await fleet.listings()).flatMap(({ code }) => code ?? []);
  return codes.filter((code, index) => codes.indexOf(code) !== index);
}

test("a process stands still for a while: its players are elsewhere before it goes on", async () => {
  const stuck = rooms.filter(({ home }) => home === VICTIM);
  const lost = stuck.flatMap(({ players }) => players);
  const others = rooms.filter(({ home }) => home !== VICTIM).flatMap(({ players }) => players);
  const standing = ["a", "c"].map((name) => fleet.server(name));
  // One that waits for ever, as a page in a background tab may.
  const plain = stuck.find(({ kind }) => kind === "plain");
  sockets.push(await RawSocket.enter(fleet.endpoint, plain?.roomId ?? "", "Patient"));
  for (const player of lost) player.begin();
  expect(await lobbyHomes()).toEqual([VICTIM]);

  let since = 0;
  let homesMeanwhile: readonly string[] = [];
  const frozen = fleet.server(VICTIM);
  const interruptions = await meter.during(others, standing, async () => {
    since = Date.now();
    frozen.pause();
    await play(FROZEN_MS);
    homesMeanwhile = await lobbyHomes();
    frozen.continue();
  });
  const continued = Date.now();
  const back = await returns(lost, since, BACK_MS);
  report.add({ what: "rooms, players on the process", value: `${stuck.length}, ${lost.length}` });
  report.add({ what: "its players back, median", value: median(back), unit: "ms" });
  report.add({
    what: "its players back, the last",
    value: back.at(-1) ?? Number.NaN,
    unit: "ms",
    atMost: BACK_MS + noiseMs(interruptions),
  });
  reportInterruptions(report, "others, meanwhile", interruptions);
  expect(others.flatMap(({ changes }) => changes)).toEqual([]);
  expect(homesMeanwhile).toHaveLength(1);
  expect(homesMeanwhile).not.toContain(VICTIM);

  // What it still had is closed: in the lists, in Redis, and in itself.
  let twiceUntil = 0;
  let ghostsUntil = 0;
  const look = async () => {
    if ((await codesTwice()).length > 0) twiceUntil = Date.now() - continued;
    const inRooms = new Set(
      company.players.filter(({ isPlaying }) => isPlaying).map(({ room }) => room.roomId),
    );
    const isGhost = ({ roomId }: RoomListing) => !inRooms.has(roomId);
    if (visitors.some(({ rooms }) => rooms.some(isGhost))) ghostsUntil = Date.now() - continued;
  };
  const afterwards = await meter.during(
    [],
    ["a", "c"].map((name) => fleet.server(name)),
    () => meanwhile(50, look, play(6_000)),
  );
  report.add({
    what: "codes with two homes, for how long after it resumed",
    value: twiceUntil,
    unit: "ms",
    atMost: 3_000 + noiseMs(afterwards),
  });
  report.add({
    what: "rooms without players listed, for how long after it resumed",
    value: ghostsUntil,
    unit: "ms",
    atMost: 3_000 + noiseMs(afterwards),
  });
  report.add({ what: "codes with two homes in the end", value: (await codesTwice()).length, atMost: 0 });
  expect(rooms.flatMap(scattered)).toEqual([]);
  expect((await fleet.listings()).filter(({ home }) => home === VICTIM)).toEqual([]);
  expect(await frozen.metric(`tagalong_rooms{room="plaza"}`)).toBe(0);
  expect(await frozen.metric("tagalong_players")).toBe(0);
});

test("visitors of its lobby are in another one by themselves, which is the only one, and hear each other", async () => {
  await eventually(async () => (await lobbyHomes()).length === 1);
  expect(await lobbyHomes()).not.toContain(VICTIM);
  for (const visitor of visitors) {
    visitor.lines.length = 0;
    expect(visitor.isThere).toBe(true);
  }
  await visitors[0]?.say("anybody here?");
  await eventually(() => visitors.every(({ lines }) => lines.length === 1));
});

test("a socket that it still had is closed with a reason", async () => {
  const [socket] = sockets;
  await eventually(() => socket?.isClosed);
  report.add({ what: "reason that a leftover socket is closed with", value: String(socket?.closeReason) });
  expect(socket?.closeReason).toBe("lobby/room_moved");
});

test("it serves new rooms as if nothing had been", async () => {
  const begun = performance.now();
  for (let left = 20; (await openRoom(company, "private", 1)).home !== VICTIM; left--) {
    if (left === 0) throw new Error(`no room comes to ${VICTIM} any more`);
  }
  report.add({
    what: "until it had a new room again",
    value: Math.round(performance.now() - begun),
    unit: "ms",
  });
  expect(fleet.faults()).toEqual([]);
  expect(report.broken).toEqual([]);
});
