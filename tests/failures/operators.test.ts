import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Company, returns } from "./support/Company.ts";
import { Fleet } from "./support/Fleet.ts";
import { openRoomsOn, type TestRoom } from "./support/rooms.ts";

const CLI = fileURLToPath(new URL("../../apps/server/src/ops/cli.ts", import.meta.url));
const DOCTOR = fileURLToPath(new URL("../../scripts/doctor.mjs", import.meta.url));
const OPS_SECRET = "a secret for operators and nobody else";
const NAMES = ["a", "b", "c"];

let fleet: Fleet;
let company: Company;
let rooms: readonly TestRoom[];
beforeAll(async () => {
  fleet = await Fleet.start({ names: NAMES, settings: { OPS_SECRET } });
  company = new Company(fleet.endpoint);
  rooms = await openRoomsOn(company, "b", 1);
});
afterAll(() => {
  expect(fleet.faults()).toEqual([]);
});

/** The command as an operator runs it beside one of the processes. */
function ops(process: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { OPS_SECRET };
  const url = fleet.server(process).operationsEndpoint;
  return new Promise((resolve) => {
    execFile(globalThis.process.execPath, [CLI, "--url", url, ...args], { env }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

function on(home: string): TestRoom {
  const room = rooms.find((one) => one.home === home && one.kind !== "locked");
  if (!room) throw new Error(`no room on ${home}`);
  return room;
}

test("whichever process is asked, the rooms and players of all are told", async () => {
  const answers = await Promise.all(NAMES.map((name) => ops(name, "rooms", "--json")));
  for (const { code, out } of answers) {
    expect(code).toBe(0);
    const listed = JSON.parse(out).rooms.map((row: { code: string; process: string }) => [
      row.code,
      row.process,
    ]);
    expect(listed).toEqual(expect.arrayContaining(rooms.map(({ code, home }) => [code, home])));
  }
  expect(await ops("a", "players")).toEqual({
    code: 0,
    out: expect.stringContaining(`\n${company.players.length} players\n`),
    err: "",
  });
  expect((await ops("c", "processes")).out.match(/^[abc] .* ready$/gm)).toHaveLength(3);
});

test("whoever has read enough of an answer ends the command, and nothing goes wrong", async () => {
  const args = [CLI, "--url", fleet.server("a").operationsEndpoint, "players"];
  const child = spawn(process.execPath, args, { env: { OPS_SECRET }, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, "close");
  expect([code, said]).toEqual([0, ""]);
});

test("a line is heard in the rooms of all, and somebody on another process is removed", async () => {
  await ops("a", "say", "hello from the operator");
  await eventually(() =>
    company.players.every(({ lines }) => lines.some((line) => line.kind === "announced")),
  );
  const target = { kind: "code", code: on("b").code } as const;
  const rude = await company.invite({ name: "Rude", target }).enter();
  const { out } = await ops("c", "kick", "Rude", "--ban");
  expect(out).toMatch(/was banned$/m);
  await eventually(() => rude.why === "session/removed");
  await rude.bot.join();
  expect(rude.why).toBe("lobby/banned");
  const [audit] = fleet.server("c").logs.filter(({ action }) => action === "kick");
  expect(audit).toMatchObject({ event: "audit", asked: { who: "Rude" }, outcome: "done" });
});

test("the doctor finds the way through the proxy to whichever process has the room", async () => {
  const { out } = await new Promise<{ out: string }>((resolve) => {
    execFile(process.execPath, [DOCTOR, "--json", fleet.endpoint], (_error, out) => resolve({ out }));
  });
  const told = Object.fromEntries(
    JSON.parse(out).findings.map((one: { id: string; what: string }) => [one.id, one.what]),
  );
  expect(told["socket/open"]).toMatch(/\(\/p\/[abc]\//);
  expect(told["visit/done"]).toMatch(/^a visit goes well/);
});

test("a process that stands still is told of, and the others answer all the same", async () => {
  const silent = rooms.filter(({ home }) => home === "c").map(({ code }) => code);
  expect(silent).not.toEqual([]);
  // At once, and not by the command: a few seconds later its rooms are free to be opened elsewhere.
  const ask = async (command: string) => {
    const response = await fetch(`${fleet.server("a").operationsEndpoint}/ops/${command}`, {
      method: "POST",
      headers: { authorization: `Bearer ${OPS_SECRET}` },
    });
    return response.json();
  };
  fleet.server("c").pause();
  const [{ players, findings }, { processes, findings: missing }] = await Promise.all([
    ask("players"),
    ask("processes"),
  ]);
  fleet.server("c").continue();
  const codes = players.map(({ code }: { code: string }) => code);
  expect(codes).toEqual(expect.arrayContaining([on("a").code, on("b").code]));
  expect(findings).toEqual(
    expect.arrayContaining(silent.map((code) => `room ${code}: did not answer; its process may be gone`)),
  );
  expect(processes.map(({ name }: { name: string }) => name)).toEqual(["a", "b"]);
  expect(missing).toEqual([expect.stringMatching(/^the process \S+ is listed and does not answer$/)]);
  await eventually(async () => (await ask("processes")).processes.length === 3);
});

test("a process is drained from another: its players go on elsewhere, and then it is open again", async () => {
  const { players } = on("b");
  /** Whether a process says that all it had is handed on. */
  const isEmpty = async (name: string) => {
    const { out } = await ops("a", "processes", "--json");
    return JSON.parse(out).processes.some(
      (one: { name: string; drain: string }) => one.name === name && one.drain === "done",
    );
  };
  const since = Date.now();
  const { code, out } = await ops("a", "drain", "b");
  expect([code, out]).toEqual([0, expect.stringMatching(/^b: draining, /)]);
  await returns(players, since, 15_000);
  expect(players.map(({ home }) => home)).not.toContain("b");
  expect((await ops("a", "processes")).out).toMatch(/^b .* draining$/m);
  await eventually(() => isEmpty("b"));
  // The last one that is open is nobody's to drain.
  expect((await ops("a", "drain", "c")).code).toBe(0);
  expect((await ops("b", "drain", "a")).err).toMatch(/^there is no other process/);
  await eventually(() => isEmpty("c"), 15_000);
  for (const name of ["b", "c"]) expect((await ops("a", "undrain", name)).code).toBe(0);
  await eventually(async () => (await ops("a", "processes")).out.match(/ready$/gm)?.length === 3);
});

test("without Redis a command says so, and does nothing", async () => {
  await fleet.redis.end();
  // The first one may be on its way before anybody has noticed, and waits as long as commands do.
  await eventually(async () => (await ops("a", "rooms")).err.startsWith("Redis does not answer"), 20_000);
  const figures = await fleet.server("a").metric("tagalong_redis_up");
  expect(figures).toBe(0);
  await fleet.redis.resume();
  await eventually(async () => (await ops("a", "rooms")).code === 0, 20_000);
  expect(await fleet.server("a").metric("tagalong_redis_up")).toBe(1);
});
