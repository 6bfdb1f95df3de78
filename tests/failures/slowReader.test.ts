import { beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Company } from "./support/Company.ts";
import { Fleet } from "./support/Fleet.ts";
import { Meter, reportInterruptions } from "./support/Meter.ts";
import type { Player } from "./support/Player.ts";
import { RawSocket } from "./support/RawSocket.ts";
import { Report } from "./support/Report.ts";
import { meanwhile, play } from "./support/time.ts";

const WALKERS = 60;
const BUFFERED_MAX = 65_536;
/** In a tenth of a second. Linux keeps up to 4 MB for a socket before the server notices: the answers soon fill that. */
const GREETINGS = 200;
const GROWTH_MB = 50;

let fleet: Fleet;
let company: Company;
let walkers: Player[];
const meter = new Meter();
const report = new Report("slowReader");
beforeAll(async () => {
  fleet = await Fleet.start({
    names: ["a"],
    withRedis: false,
    settings: {
      ROOM_MAX_PLAYERS: "100",
      MAX_BUFFERED_BYTES: String(BUFFERED_MAX),
      MAX_MESSAGES_PER_SECOND: "10000",
    },
  });
  company = new Company(fleet.endpoint);
  const room = { title: "Crowd", maxPlayers: 100, private: false };
  const first = await company.invite({ target: { kind: "create", room } }).enter();
  walkers = [first, ...(await company.fill(WALKERS - 1, first.code))];
});

async function enterDeaf(name: string): Promise<RawSocket> {
  const [first] = walkers;
  // Past the ingress, which would take in a good deal itself before the server noticed anything.
  const socket = await RawSocket.enter(fleet.server("a").endpoint, first?.room.roomId ?? "", name);
  await eventually(() => first?.room.state.players?.has(socket.sessionId));
  socket.stopReading();
  return socket;
}

test("somebody who lets 60 players walk, and reads nothing of it, is closed and costs nobody anything", async () => {
  const server = fleet.server("a");
  const before = await server.readings();
  const alone = await meter.during(walkers, [server], () => play(4_000));
  reportInterruptions(report, "60 walk", alone);

  // Alive, as far as one can see: it asks on and on, and answers the pings that it does not read.
  const socket = await enterDeaf("Deaf");
  let peak = 0;
  const ask = () => {
    for (let i = 0; i < GREETINGS; i++) socket.greet();
    socket.pong();
    peak = Math.max(peak, server.rss);
  };
  const closing = () =>
    server.logs.find(({ sessionId, event }) => sessionId === socket.sessionId && event === "close");
  const since = performance.now();
  const during = await meter.during(walkers, [server], () =>
    meanwhile(100, ask, eventually(closing, 30_000)),
  );
  reportInterruptions(report, "60 walk, one reads nothing", during);
  const seconds = Math.round((performance.now() - since) / 1_000);
  report.add({ what: "until that client was closed", value: seconds, unit: "s" });
  report.add({ what: "reason in the log", value: String(closing()?.reason) });
  const grown = Math.round((peak - before.rss) / 1e6);
  report.add({ what: "largest growth of the server's memory", value: grown, unit: "MB", atMost: GROWTH_MB });
  expect(closing()).toMatchObject({ reason: "session/slow_reader" });
  expect(await server.metric(`tagalong_refusals_total{reason="session/slow_reader"}`)).toBe(1);
  socket.readAgain();
  await eventually(() => socket.isClosed);
  expect(walkers.flatMap(({ changes }) => changes)).toEqual([]);
});

test("somebody who does not even answer pings is taken for a lost network", async () => {
  const server = fleet.server("a");
  const socket = await enterDeaf("Gone");
  const isDropped = () =>
    server.logs.some(({ sessionId, event }) => sessionId === socket.sessionId && event === "drop");
  const since = performance.now();
  await eventually(isDropped, 15_000);
  const seconds = Math.round((performance.now() - since) / 1_000);
  report.add({
    what: "until a client that answers no pings either was dropped, with its seat held",
    value: seconds,
    unit: "s",
    atMost: 10,
  });
});

test("all of this stayed within its limits", () => {
  expect(report.broken).toEqual([]);
  expect(fleet.faults()).toEqual([]);
});
