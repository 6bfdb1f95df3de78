// The `test` script of every package: Jest with ES modules, and the results where CI counts them. JEST_RESULTS names those
// that are not all of a package.
import { mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./lib/process.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const results = join(root, "test-results");
const name = process.env.JEST_RESULTS ?? basename(process.cwd());
mkdirSync(results, { recursive: true });

process.exitCode = await run(
  process.execPath,
  [
    "--experimental-vm-modules",
    "--disable-warning=ExperimentalWarning",
    join(root, "node_modules/jest/bin/jest.js"),
    "--json",
    `--outputFile=${join(results, `jest-${name}.json`)}`,
    ...process.argv.slice(2),
  ],
  { stdio: "inherit" },
);
