import { afterAll } from "@jest/globals";

const tasks: (() => unknown)[] = [];

/** Done when the tests of this file are through, the latest first, also where a test or its preparation failed. */
export function atEnd(task: () => unknown): void {
  tasks.push(task);
}

afterAll(async () => {
  const failures: unknown[] = [];
  for (const task of tasks.splice(0).reverse()) {
    try {
      await task();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, String(failures[0]));
});
