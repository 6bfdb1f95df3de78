import { afterEach, expect, test } from "@jest/globals";
import { BOTS_MAX } from "../src/debug/botsClient.ts";
import { BotProcesses } from "./BotProcesses.ts";

/** Programs that stand in for the bots. */
const ARRIVES = `
  process.once("disconnect", () => process.exit());
  process.send(process.argv.slice(1));
`;
const IS_REFUSED = `
  console.error("No bot could join: That room is full.");
  process.exitCode = 1;
`;
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

test("a call is over when the first bot is in, and the bots are counted until they are gone", async () => {
  const processes = processesOf(ARRIVES);
  expect(await processes.start({ room: "ABCDE", count: 5 })).toBeUndefined();
  expect(await processes.start({ room: "ABCDE", count: 4, password: "-x" })).toBeUndefined();
  expect(processes.count).toBe(9);
  await processes.stop();
  expect(processes.count).toBe(0);
});

test("bots that could not get in say why", async () => {
  const processes = processesOf(IS_REFUSED);
  expect(await processes.start({ room: "ABCDE", count: 5 })).toBe("No bot could join: That room is full.");
  expect(processes.count).toBe(0);
  expect(await processesOf(SAYS_NOTHING).start({ room: "ABCDE", count: 5 })).toMatch(/without a word/);
});

test("there is a most, over all calls", async () => {
  const processes = processesOf(ARRIVES);
  expect(await processes.start({ room: "ABCDE", count: BOTS_MAX - 1 })).toBeUndefined();
  expect(await processes.start({ room: "ABCDE", count: 2 })).toMatch(/49 bots are called already/);
  expect(await processes.start({ room: "ABCDE", count: 1 })).toBeUndefined();
  expect(processes.count).toBe(BOTS_MAX);
});
