import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { createLogger } from "../ops/logger.ts";
import { Conflicts } from "./Conflicts.ts";

const OURS = "ours";
let logs: Record<string, unknown>[];
let now: number;
let conflicts: Conflicts;
beforeEach(() => {
  logs = [];
  now = 0;
  jest.spyOn(performance, "now").mockImplementation(() => now);
  const destination = { write: (line: string) => void logs.push(JSON.parse(line)) };
  const logger = createLogger({ isProduction: true, LOG_LEVEL: "info" }, destination);
  conflicts = new Conflicts({ name: "a", fingerprint: OURS }, logger);
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe("a secret", () => {
  test("that others have not is a conflict, said once, until they are gone for a while", () => {
    expect(conflicts.mayLead).toBe(true);
    for (const _ of [1, 2]) conflicts.noteSecret("theirs");
    expect([conflicts.all, conflicts.mayLead]).toEqual([["secret"], false]);
    expect(logs).toMatchObject([{ event: "other_secret" }]);
    // Whoever has lost all data has the others tell theirs first.
    for (const fingerprint of ["", "", "theirs", "", ""]) conflicts.noteSecret(fingerprint);
    expect([conflicts.all, conflicts.mayLead]).toEqual([["secret"], false]);
    conflicts.noteSecret("");
    expect(conflicts.mayLead).toBe(true);
    conflicts.noteSecret(OURS);
    expect(conflicts.all).toEqual([]);
  });
});

describe("a name", () => {
  const namesake = { processId: "other", name: "a" };

  test("that another one had before is a conflict, when it is not one that was killed", () => {
    conflicts.noteOthers([namesake]);
    now = 4_000;
    conflicts.noteOthers([namesake]);
    expect([conflicts.all, logs]).toEqual([[], []]);
    now = 6_000;
    for (const _ of [1, 2]) conflicts.noteOthers([namesake]);
    expect(conflicts.all).toEqual(["name"]);
    expect(logs).toMatchObject([{ event: "same_name", name: "a", processIds: ["other"] }]);
    conflicts.noteOthers([]);
    expect(conflicts.all).toEqual([]);
  });

  test("that another one comes with is theirs to mend, and said here as well", () => {
    conflicts.noteOthers([{ processId: "third", name: "b" }]);
    conflicts.noteOthers([namesake]);
    now = 6_000;
    conflicts.noteOthers([namesake]);
    expect([conflicts.all, logs.length]).toEqual([[], 1]);
  });
});
