import { expect, test } from "@jest/globals";
import { poll } from "./poll.ts";

const LONG_MS = 60_000;

test("polling goes on until the answer is yes", async () => {
  const answers = [false, false, true, false];
  expect(await poll(() => answers.shift() ?? false, 1, LONG_MS)).toBe(true);
  expect(answers).toEqual([false]);
});

test("polling asks once where there is no time, and then no more", async () => {
  let asked = 0;
  const ask = async (answer: boolean) => {
    asked += 1;
    return answer;
  };
  expect(await poll(() => ask(false), LONG_MS, 0)).toBe(false);
  expect(await poll(() => ask(true), LONG_MS, 0)).toBe(true);
  expect(asked).toBe(2);
});

test("polling ends with what the question throws", async () => {
  await expect(poll(() => Promise.reject(new Error("away")), 1, LONG_MS)).rejects.toThrow("away");
});
