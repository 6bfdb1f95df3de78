import { beforeAll, expect, test } from "@jest/globals";
import { KEYS, PLACE } from "../../apps/server/src/cluster/scripts.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Company } from "./support/Company.ts";
import { Fleet } from "./support/Fleet.ts";
import type { Player } from "./support/Player.ts";
import { openRoom, scattered, type TestRoom } from "./support/rooms.ts";

const MAX = 10;
/** Of those that a process may have, so many more of those who come back. */
const SPARE = 2;
const PLAYERS = 8;
const BACK_MS = 15_000;
const OPS_SECRET = "a secret for operators and nobody else";

let fleet: Fleet;
let company: Company;
let rooms: TestRoom[];
beforeAll(async () => {
  fleet = await Fleet.start({ names: ["a", "b"], settings: { MAX_CONNECTIONS: String(MAX), OPS_SECRET } });
  company = new Company(fleet.endpoint);
});

const others = (room: TestRoom) => rooms.filter((one) => one !== room).flatMap(({ players }) => players);
const inside = (of: readonly Player[]) => of.filter(({ isPlaying }) => isPlaying);

/** As a beat would: by name, what each has. */
async function tell(of: Readonly<Record<string, { players: number; rooms: number; capacity?: number }>>) {
  await fleet.redis.ask("DEL", "load");
  for (const [id, report] of Object.entries(of)) {
    await fleet.redis.ask("SET", KEYS.process(id), JSON.stringify(report), "PX", "3000");
    await fleet.redis.ask("ZADD", "load", String(report.players + 4 * report.rooms), id);
  }
}
async function place(): Promise<string | undefined> {
  return (await fleet.redis.ask("EVAL", PLACE, "1", "load", "4"))[0];
}

test("a room is placed where there is room for its players, as long as there is", async () => {
  await tell({ idle: { players: 9, rooms: 1, capacity: 9 }, busy: { players: 4, rooms: 5, capacity: 20 } });
  expect(await place()).toBe("busy");
  // What was placed there a moment ago counts: then both are full, and the one with less to do has it.
  await tell({ idle: { players: 9, rooms: 1, capacity: 9 }, busy: { players: 4, rooms: 5, capacity: 8 } });
  expect([await place(), await place()]).toEqual(["busy", "idle"]);
  // An older version does not tell what it may have.
  await tell({ old: { players: 900, rooms: 1 }, full: { players: 9, rooms: 1, capacity: 9 } });
  expect(await place()).toBe("old");
});

test("the process that is left takes a quarter more of those who come back, and the rest wait for a place", async () => {
  const lost = await openRoom(company, "plain", PLAYERS);
  // The next one comes to the other process as soon as it is known how much this one has to do.
  await eventually(async () => (await fleet.loads()).some((load) => load > PLAYERS));
  const kept = await openRoom(company, "plain", PLAYERS);
  rooms = [lost, kept];
  expect(lost.home).not.toBe(kept.home);
  await fleet.kill(lost.home);
  const isFull = () => inside(company.players).length === MAX + SPARE;
  await eventually(isFull, BACK_MS);
  const tooMany = 2 * PLAYERS - MAX - SPARE;
  const waiting = () => lost.players.filter(({ why }) => why === "session/server_full");
  await eventually(() => waiting().length === tooMany, BACK_MS);
  expect(waiting().map(({ connection }) => connection.state.name)).not.toContain("disconnected");
  // A stranger is told at once.
  const stranger = company.invite({ target: { kind: "code", code: kept.code }, name: "Stranger" });
  await stranger.bot.join();
  expect([stranger.connection.state.name, stranger.why]).toEqual(["disconnected", "session/server_full"]);

  const leaving = others(lost).slice(0, tooMany);
  await Promise.all(leaving.map((player) => player.leave()));
  await eventually(() => inside(lost.players).length === PLAYERS, BACK_MS);
  expect(scattered(lost)).toEqual([]);
  expect(fleet.faults()).toEqual([]);
});

test("a process that an operator emptied takes its players back when the last other one falls", async () => {
  const [, room] = rooms as [TestRoom, TestRoom];
  const home = room.players.find(({ isPlaying }) => isPlaying)?.home ?? "";
  const server = fleet.server(home);
  await fleet.add("c");
  // Refused as long as it knows no other that takes players.
  await eventually(async () => {
    const drain = await fetch(`${server.operationsEndpoint}/ops/drain`, {
      method: "POST",
      headers: { authorization: `Bearer ${OPS_SECRET}`, "content-type": "application/json" },
      body: JSON.stringify({ process: home }),
    });
    return drain.status === 200;
  });
  const playing = inside(company.players);
  const areOn = (name: string) => playing.every((player) => player.isPlaying && player.home === name);
  await eventually(() => areOn("c"), BACK_MS);
  await fleet.kill("c");
  await eventually(() => areOn(home), BACK_MS);
  expect(server.events()).toContain("drain_given_up");
  expect((await fetch(`${server.operationsEndpoint}/readyz`)).status).toBe(200);
  expect(fleet.faults()).toEqual([]);
});
