import { LocalPresence } from "@colyseus/core";
import { describe, expect, test } from "@jest/globals";
import type { DrainState } from "../cluster/Drain.ts";
import { createLogger } from "./logger.ts";
import { Processes } from "./Processes.ts";

/** Some processes that share one presence, and what they were told. */
async function group(names: readonly string[]) {
  const presence = new LocalPresence();
  const told: string[] = [];
  const logs: unknown[] = [];
  const logger = createLogger(
    { isProduction: true, LOG_LEVEL: "error" },
    { write: (line: string) => void logs.push(JSON.parse(line).method) },
  );
  const all = names.map((name) => {
    const state = { drain: "off" as DrainState };
    const info = {
      name,
      processId: `id-${name}`,
      build: "b",
      since: 0,
      rooms: 0,
      connections: 0,
      causes: [],
    };
    const self = {
      describe: () => ({ ...info, ...state }),
      drain(on: boolean) {
        if (name === "broken") throw new Error("cannot");
        told.push(`${name} ${on}`);
        state.drain = on ? "draining" : "off";
      },
    };
    return new Processes(self, () => presence, logger, 50);
  });
  await Promise.all(all.map((one) => one.listen()));
  return { first: all[0] as Processes, presence, told, logs };
}

describe("asking all processes", () => {
  test("gives the answer of each, as soon as all have answered", async () => {
    const { first } = await group(["a", "b", "c"]);
    const answers = await first.ask("describe", { expected: 3 });
    expect(answers.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  test("does not wait for long for one that is gone", async () => {
    const { first } = await group(["a", "b"]);
    expect(await first.ask("describe", { expected: 3 })).toHaveLength(2);
  });

  test("leaves nobody listening", async () => {
    const { first, presence } = await group(["a", "b"]);
    await Promise.all([first.ask("describe", { expected: 2 }), first.ask("describe", { expected: 2 })]);
    expect(await presence.channels("ops:answer:*")).toEqual([]);
  });
});

describe("asking one", () => {
  test("is heard by that one only, whichever was asked, and answered with what came of it", async () => {
    const { first, told } = await group(["a", "b", "c"]);
    expect(await first.ask("drain", { expected: 1, to: "id-b" })).toMatchObject([
      { name: "b", drain: "draining" },
    ]);
    expect(await first.ask("undrain", { expected: 1, to: "id-b" })).toMatchObject([
      { name: "b", drain: "off" },
    ]);
    expect(told).toEqual(["b true", "b false"]);
  });

  test("that cannot do it gives no answer, and a line in its log", async () => {
    const { first, logs } = await group(["a", "broken"]);
    expect(await first.ask("drain", { expected: 1, to: "id-broken" })).toEqual([]);
    expect(logs).toEqual(["ops:drain"]);
  });
});
