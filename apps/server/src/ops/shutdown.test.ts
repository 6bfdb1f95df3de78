import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Stage } from "../cluster/Cluster.ts";
import { createLogger } from "./logger.ts";
import { exitAfter, untilAlone } from "./shutdown.ts";

let logs: Record<string, unknown>[];
let exits: unknown[];
beforeEach(() => {
  jest.useFakeTimers();
  logs = [];
  exits = [];
  jest.spyOn(process, "exit").mockImplementation((code) => exits.push(code) as never);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test.each([
  ["is done", async () => undefined, []],
  ["fails", () => Promise.reject(new Error("closed already")), ["exception"]],
])(
  "a process that does not end by itself says so and ends, when what was left to do %s",
  async (_case, end, more) => {
    const destination = { write: (line: string) => void logs.push(JSON.parse(line)) };
    exitAfter(8_000, end, createLogger({ isProduction: true, LOG_LEVEL: "info" }, destination));
    await jest.advanceTimersByTimeAsync(7_999);
    expect([logs, exits]).toEqual([[], []]);
    await jest.advanceTimersByTimeAsync(1);
    expect(logs[0]).toMatchObject({ level: 40, event: "goodbyes_given_up", afterMs: 8_000 });
    expect(logs.slice(1).map(({ event }) => event)).toEqual(more);
    expect(exits).toEqual([0]);
  },
);

describe("whoever was sent away", () => {
  const LONG_MS = 60_000;
  const other = { processId: "other", name: "b", players: 0, rooms: 0, stage: "open" as Stage };

  test("is waited for while they may find their room elsewhere, and no longer", async () => {
    const cluster = { members: [other] };
    let isOver = false;
    const farewell = untilAlone(cluster, LONG_MS).then((isAlone) => {
      isOver = true;
      return isAlone;
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(isOver).toBe(false);
    cluster.members = [{ ...other, stage: "stopped" }];
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await farewell).toBe(true);
  });

  test("is not waited for for ever", async () => {
    const farewell = untilAlone({ members: [other] }, 1_000);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(await farewell).toBe(false);
  });

  test("is not waited for where there is nobody to ask", async () => {
    expect(await untilAlone({ members: [] }, LONG_MS)).toBe(true);
  });
});
