// The last word of CI: what failed, or passed only when it was tried again, with its message, and what all runners counted,
// from the files they left. Whoever has only the end of a long log learns from it what to look at. A test that was skipped,
// or a runner that left no file, fails the run.
import { existsSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { readReport } from "./lib/report.mjs";

const RESULTS = [
  ...["shared", "server", "client", "bots", "bench", "tests", "fuzz", "failures", "soak"].map((name) => ({
    file: `test-results/jest-${name}.json`,
    read: readJest,
  })),
  { file: "test-results/playwright.json", read: readPlaywright },
  { file: "test-results/deploy.json", read: readPlaywright },
  // Where a second compose could be tried.
  { file: "test-results/deploy-today.json", read: readPlaywright, isOptional: true },
];

// Enough of a message to see what was expected, where, and who called.
const MESSAGE_CHARACTERS = 4_000;

function readJest({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === "passed").length;
  const isFailed = ({ status }) => status === "failed";
  const failed = tests.filter(isFailed).length;
  const describe = ({ name, message }) => `${name}\n${message}`;
  const broken = testResults.filter(isFailed);
  return {
    passed,
    // A file that does not even load, or fails when its tests are over, counts as one failed test.
    failed: failed + broken.filter(({ assertionResults }) => !assertionResults.some(isFailed)).length,
    skipped: tests.length - passed - failed,
    failures: broken.map(describe),
    secondTries: testResults
      .filter((result) => !isFailed(result) && result.failedBefore)
      .map(({ name, failedBefore }) => describe({ name, message: failedBefore })),
  };
}

function readPlaywright({ stats, errors, suites }) {
  const specs = suites.flatMap(listSpecs);
  const describe = ({ file, line, title, tests }) =>
    `${file}:${line} ${title}\n${tests.flatMap(listErrors).join("\n")}`;
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    failures: [...errors.map(({ message }) => message), ...specs.filter(({ ok }) => !ok).map(describe)],
    secondTries: specs.filter(({ tests }) => tests.some(({ status }) => status === "flaky")).map(describe),
  };
}

function listSpecs({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(listSpecs)];
}

function listErrors({ results }) {
  return results.flatMap(({ errors }) => errors.map(({ message }) => message));
}

function tell(what, message) {
  console.log(`\n${what}: ${stripVTControlCharacters(message).slice(0, MESSAGE_CHARACTERS)}`);
}

const total = { passed: 0, failed: 0, skipped: 0 };
let complete = true;
for (const { file, read, isOptional = false } of RESULTS) {
  const report = readReport(file);
  if (!report && isOptional && !existsSync(file)) continue;
  if (!report) {
    console.log(`${file} is missing or cut short: its tests did not run to the end.`);
    complete = false;
    continue;
  }
  const { failures, secondTries, ...counts } = read(report);
  for (const key of Object.keys(total)) total[key] += counts[key];
  if (counts.skipped > 0) console.log(`${file}: ${counts.skipped} skipped, and no test may be.`);
  for (const message of secondTries) tell(`passed only when it was tried again, ${file}`, message);
  for (const message of failures) tell(`failed, ${file}`, message);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = complete && total.failed === 0 && total.skipped === 0 && total.passed > 0 ? 0 : 1;
