import { mkdirSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@jest/globals";
import { type FleetOptions, Fleet as SystemFleet } from "../../system/support/Fleet.ts";
import { atEnd } from "./atEnd.ts";

const LOGS = fileURLToPath(new URL("../../../test-results/failures/", import.meta.url));

type LogLine = Readonly<Record<string, unknown>>;
export type Fleet = SystemFleet;

/** A fleet for one file of tests: gone when they are through, with its logs kept. */
export const Fleet = {
  async start(options: FleetOptions): Promise<Fleet> {
    const fleet = await SystemFleet.start(options);
    atEnd(async () => {
      await fleet.stop();
      writeLogs(fleet);
    });
    return fleet;
  },
};

/** All processes in one file for each test file, for whoever has to find out what went wrong. */
function writeLogs({ everyServer }: Fleet): void {
  const lines = everyServer.flatMap(({ logs, name }) =>
    logs.map((line): LogLine => ({ process: name, ...line })),
  );
  const { testPath = "" } = expect.getState();
  mkdirSync(LOGS, { recursive: true });
  const text = lines.sort((a, b) => Number(a.time) - Number(b.time)).map((line) => JSON.stringify(line));
  writeFileSync(`${LOGS}${basename(testPath, ".test.ts")}.log`, `${text.join("\n")}\n`);
}
