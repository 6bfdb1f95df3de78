// The last word of CI: what failed, with its message, and what all runners counted, from the files they left. Whoever has
// only the end of a long log learns from it what to look at. A test that was skipped, or a runner that left no file,
// fails the run.
import { existsSync, readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

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

function readJest(report) {
  return {
    passed: report.numPassedTests,
    // A file that does not even load counts as one failed test.
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
    messages: report.testResults
      .filter(({ status }) => status === "failed")
      .map(({ name, message }) => `${name}\n${message}`),
  };
}

function readPlaywright({ stats, errors, suites }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    messages: [
      ...errors.map(({ message }) => message),
      ...suites
        .flatMap(listSpecs)
        .flatMap(({ file, line, title, ok, tests }) =>
          ok ? [] : `${file}:${line} ${title}\n${tests.flatMap(listErrors).join("\n")}`,
        ),
    ],
  };
}

function listSpecs({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(listSpecs)];
}

function listErrors({ results }) {
  return results.flatMap(({ errors }) => errors.map(({ message }) => message));
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
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
  const { messages, ...counts } = read(report);
  for (const key of Object.keys(total)) total[key] += counts[key];
  if (counts.skipped > 0) console.log(`${file}: ${counts.skipped} skipped, and no test may be.`);
  for (const message of messages) {
    console.log(
      `\nfailed, as ${file} has it: ${stripVTControlCharacters(message).slice(0, MESSAGE_CHARACTERS)}`,
    );
  }
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = complete && total.failed === 0 && total.skipped === 0 && total.passed > 0 ? 0 : 1;
