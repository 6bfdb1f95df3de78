// The last word of CI: what all runners counted, from the files they left. A test that was skipped, or a runner that left
// no file, fails the run.
import { existsSync, readFileSync } from "node:fs";

const RESULTS = [
  ...["shared", "server", "client", "bots", "bench", "tests", "fuzz", "failures", "soak"].map((name) => ({
    file: `test-results/jest-${name}.json`,
    count: countJest,
  })),
  { file: "test-results/playwright.json", count: countPlaywright },
  { file: "test-results/deploy.json", count: countPlaywright },
  // Where a second compose could be tried.
  { file: "test-results/deploy-today.json", count: countPlaywright, isOptional: true },
];

function countJest(report) {
  // A file that does not even load counts as one failed test.
  const broken = report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function countPlaywright({ stats, errors }) {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  };
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
for (const { file, count, isOptional = false } of RESULTS) {
  const report = readReport(file);
  if (!report && isOptional && !existsSync(file)) continue;
  if (!report) {
    console.log(`${file} is missing or cut short: its tests did not run to the end.`);
    complete = false;
    continue;
  }
  const counts = count(report);
  for (const key of Object.keys(total)) total[key] += counts[key];
  if (counts.skipped > 0) console.log(`${file}: ${counts.skipped} skipped, and no test may be.`);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = complete && total.failed === 0 && total.skipped === 0 && total.passed > 0 ? 0 : 1;
