import { readFileSync } from "node:fs";

/** What a test runner left, or `undefined` when it ended before it had written all of it. */
export function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
