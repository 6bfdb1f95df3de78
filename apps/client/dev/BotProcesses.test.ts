import { afterEach, expect, test } from "@jest/globals";
import { BOTS_MAX } from "../src/debug/botsClient.ts";
import { BotProcesses } from "./BotProcesses.ts";

/** Programs that stand in for the bots. */
const ARRIVES = `
  process.once("disconnect", () => process.exit());
  const wanted = Number(process.argv[1]);
  for (let playing = 1; playing <= wanted; playing++) process.send({ wanted, playing, gone: 0 });
`;
const HALF_ARRIVES = `
  process.once("disconnect", () => process.exit());
  const wanted = Number(process.argv[1]);
  process.send({ wanted, playing: 2, gone: 1, why: "That room is full." });
  process.send({ wanted, playing: 3, gone: wanted - 3, why: "That room is full." });
`;
const IS_REFUSED = `
  process.send({ wanted: Number(process.argv[1]), playing: 0, gone: 1, why: "That room is full." });
  console.error("No bot could join at http://localhost: That room is full. (lobby/room_full)");
  process.disconnect();
  process.exitCode = 1;
`;
const FAILS = 'console.error("There is no walk."); process.exitCode = 2';
const SAYS_NOTHING = "process.exitCode = 1";

const all: BotProcesses[] = [];
function processesOf(program: string): BotProcesses {
  const processes = new BotProcesses("http://127.0.0.1:1", ["-e", program, "--"]);
  all.push(processes);
  return processes;
}
afterEach(async () => {
  await Promise.all(all.splice(0).map((processes) => processes.stop()));
});

test("a call is over when every bot is in, and the bots are counted until they are gone", async () => {
  const processes = processesOf(ARRIVES);
  expect(await processes.start({ room: "ABCDE", count: 5 })).toEqual({
    ok: true,
    playing: 5,
    wanted: 5,
    total: 5,
  });
  expect(await processes.start({ room: "ABCDE", count: 4, password: "-x" })).toEqual({
    ok: true,
    playing: 4,
    wanted: 4,
    total: 9,
  });
  expect(processes.count).toBe(9);
  await processes.stop();
  expect(processes.count).toBe(0);
});

test("a call that only some could follow says how many, and why not more", async () => {
  const processes = processesOf(HALF_ARRIVES);
  expect(await processes.start({ room: "ABCDE", count: 5 })).toEqual({
    ok: true,
    playing: 3,
    wanted: 5,
    total: 3,
    why: "That room is full.",
  });
  expect(processes.count).toBe(3);
});

test("bots that could not get in say why", async () => {
  const processes = processesOf(IS_REFUSED);
  expect(await processes.start({ room: "ABCDE", count: 5 })).toEqual({
    ok: false,
    why: "No bot got in. That room is full.",
  });
  expect(processes.count).toBe(0);
  const whyNot = (program: string) => processesOf(program).start({ room: "ABCDE", count: 5 });
  expect(await whyNot(FAILS)).toEqual({ ok: false, why: "No bot got in. There is no walk." });
  expect(await whyNot(SAYS_NOTHING)).toEqual({
    ok: false,
    why: "No bot got in. They ended without a word.",
  });
});

test("there is a most, over all calls", async () => {
  const processes = processesOf(ARRIVES);
  expect(await processes.start({ room: "ABCDE", count: BOTS_MAX - 1 })).toMatchObject({ ok: true });
  expect(await processes.start({ room: "ABCDE", count: 2 })).toMatchObject({
    ok: false,
    why: expect.stringContaining("49 bots are called already"),
  });
  expect(await processes.start({ room: "ABCDE", count: 1 })).toMatchObject({ ok: true });
  expect(processes.count).toBe(BOTS_MAX);
});
