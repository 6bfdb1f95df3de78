// The `test` script of every package: Jest with ES modules, and the results where CI counts them. JEST_RESULTS names those
// that are not all of a package.
//
// A machine that CI shares may stand still at any moment, and tests here have clocks, sockets and processes of their own:
// with CI in the environment, files that failed are tried once more, by themselves. What then passes is told at the end
// of the run, for somebody to look into.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./lib/process.mjs";
import { readReport } from "./lib/report.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const results = join(root, "test-results");
const file = join(results, `jest-${process.env.JEST_RESULTS ?? basename(process.cwd())}.json`);
mkdirSync(results, { recursive: true });

process.exitCode = await jest(process.argv.slice(2));
if (process.exitCode !== 0 && process.env.CI) await tryFailedOnceMore();

function jest(args) {
  // What an earlier run left must not be taken for this one's.
  rmSync(file, { force: true });
  return run(
    process.execPath,
    [
      "--experimental-vm-modules",
      "--disable-warning=ExperimentalWarning",
      join(root, "node_modules/jest/bin/jest.js"),
      "--json",
      `--outputFile=${file}`,
      ...args,
    ],
    { stdio: "inherit" },
  );
}

async function tryFailedOnceMore() {
  const first = readReport(file);
  const failed = first?.testResults.filter(({ status }) => status === "failed") ?? [];
  if (failed.length === 0) return;
  console.log(`${failed.length} of ${first.testResults.length} test files failed, and are tried once more.`);
  process.exitCode = await jest(["--runInBand", "--runTestsByPath", ...failed.map(({ name }) => name)]);
  const second = readReport(file);
  const testResults = first.testResults.map((result) => {
    const again = second?.testResults.find(({ name }) => name === result.name);
    return again ? { ...again, failedBefore: result.message } : result;
  });
  writeFileSync(file, JSON.stringify({ ...first, success: process.exitCode === 0, testResults }));
}
