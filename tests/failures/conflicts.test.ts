import { beforeAll, expect, test } from "@jest/globals";
import { KEYS } from "../../apps/server/src/cluster/scripts.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import type { ServerProcess } from "../system/support/process.ts";
import { Fleet } from "./support/Fleet.ts";

const SECRET = "not the secret that the others have";
/** Longer than a process that was killed counts as alive. */
const LASTING_MS = 15_000;

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.start({ names: ["a"] });
});

async function causesOf({ operationsEndpoint }: ServerProcess): Promise<string[]> {
  const answer = await fetch(`${operationsEndpoint}/readyz`);
  const { causes = [] } = (await answer.json()) as { causes?: string[] };
  return causes;
}
const errorsOf = ({ logs }: ServerProcess, event: string) =>
  logs.filter((line) => line.event === event && line.level === 50);

test("whoever comes with another SESSION_SECRET is not ready and says why, as long as the others are there", async () => {
  const odd = await fleet.add("b", { SESSION_SECRET: SECRET });
  const cause = "another SESSION_SECRET than the others";
  await eventually(async () => expect(await causesOf(odd)).toEqual([cause]) ?? true);
  // Nor do the others open rooms on it.
  await eventually(async () => (await fleet.loads()).length === 1);
  expect([await causesOf(odd), await causesOf(fleet.server("a"))]).toEqual([[cause], []]);
  expect([odd, fleet.server("a")].map((one) => errorsOf(one, "other_secret").length)).toEqual([1, 0]);
  const told = [
    ...(await fleet.redis.ask("GET", KEYS.secret)),
    ...odd.logs.map((line) => JSON.stringify(line)),
  ];
  expect(told.join()).not.toContain(SECRET);
  await fleet.drain("a");
  await eventually(async () => (await causesOf(odd)).length === 0);
  await eventually(async () => (await fleet.loads()).length === 1);
});

test("whoever comes with the PROCESS_NAME of another is not ready, and both say why", async () => {
  const first = fleet.server("b");
  const second = await fleet.add("b", { SESSION_SECRET: SECRET });
  const cause = "the PROCESS_NAME of another process";
  await eventually(async () => expect(await causesOf(second)).toEqual([cause]) ?? true, LASTING_MS);
  await eventually(() => errorsOf(first, "same_name").length === 1);
  expect(errorsOf(second, "same_name")).toMatchObject([{ name: "b" }]);
  expect(await causesOf(first)).toEqual([]);
  await eventually(async () => (await fleet.loads()).length === 1);
  // A successor may have the name at once.
  await first.kill();
  await eventually(async () => (await causesOf(second)).length === 0);
  const third = await fleet.add("c", { SESSION_SECRET: SECRET });
  await second.kill();
  const successor = await fleet.add("b", { SESSION_SECRET: SECRET });
  await eventually(async () => (await fleet.redis.ask("SCARD", KEYS.processes))[0] === "2");
  expect([...(await causesOf(successor)), ...(await causesOf(third))]).toEqual([]);
  expect(errorsOf(successor, "same_name")).toEqual([]);
  expect(fleet.faults()).toEqual([]);
});
