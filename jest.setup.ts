import { format } from "node:util";
import { afterAll, afterEach, beforeEach } from "@jest/globals";

/**
 * An error on the console that no test asked for fails the test it happened in: nobody reads a log of passing tests.
 * What is logged between tests, such as while a file loads, fails the next test to end.
 */
const unexpected: string[] = [];
let expected: { pattern: RegExp; seen: boolean }[] = [];

/** Let the running test write errors that match. It fails when none does. */
export function expectConsoleError(pattern: RegExp): void {
  expected.push({ pattern, seen: false });
}

console.error = (...args: unknown[]) => {
  const line = format(...args);
  const match = expected.find(({ pattern }) => pattern.test(line));
  if (match) match.seen = true;
  else unexpected.push(line);
};

function failOnSurprises(): void {
  const surprises = unexpected.splice(0).map((line) => `unexpected console.error: ${line}`);
  const absent = expected
    .filter(({ seen }) => !seen)
    .map(({ pattern }) => `no console.error matched ${pattern}`);
  expected = [];
  if (surprises.length + absent.length > 0) throw new Error([...surprises, ...absent].join("\n"));
}

beforeEach(() => {
  expected = [];
});
afterEach(failOnSurprises);
afterAll(failOnSurprises);
