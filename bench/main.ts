import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Options, readOptions, USAGE } from "./options.ts";
import { createChart } from "./report/chart.ts";
import { createDocument } from "./report/document.ts";
import { profileTable, textTable } from "./report/table.ts";
import { type Measurement, run } from "./run.ts";

const CHART = "performance.svg";
const DOCUMENT = "performance.md";

const args = process.argv.slice(2);
const options = read(args);
const measurements: Measurement[] = [];
for (const players of options.players) {
  for (const contender of options.contenders) {
    console.error(`${contender} with ${players} players …`);
    const measurement = await run(contender, players, options.timing, options.profile);
    measurements.push(measurement);
    if (measurement.server.profile) console.log(profileTable(measurement.server.profile));
  }
}
console.log(textTable(measurements));
if (options.out !== undefined) await write(options.out);

function read(given: readonly string[]): Options {
  try {
    return readOptions(given);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function write(directory: string): Promise<void> {
  const notes = await readFile(new URL("notes.md", import.meta.url), "utf8");
  const command = ["npm run bench", ...(args.length > 0 ? ["--", ...args] : [])].join(" ");
  const { timing } = options;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, CHART), createChart(measurements));
  await writeFile(
    join(directory, DOCUMENT),
    createDocument({ measurements, timing, command, chart: CHART, notes }),
  );
  console.error(`written to ${directory}`);
}
