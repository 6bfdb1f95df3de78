import { expect, test } from "@jest/globals";
import { checkChatText, cleanChatText } from "@tagalong/shared/chat/rules.ts";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { createSmallTalk } from "./smallTalk.ts";

/** When a bot spoke (ms), and what it said. */
function listen(seed: number, ms: number): { at: number; line: string }[] {
  const talk = createSmallTalk(createRandom(seed));
  const said: { at: number; line: string }[] = [];
  for (let at = 0; at < ms; at += 33) {
    const line = talk(at);
    if (line !== undefined) said.push({ at, line });
  }
  return said;
}

test("a bot speaks within ten seconds, and then leaves at least ten between two lines", () => {
  for (const seed of [1, 2, 3]) {
    const said = listen(seed, 600_000);
    expect(said[0]?.at).toBeLessThanOrEqual(10_033);
    const pauses = said.slice(1).map(({ at }, index) => at - (said[index]?.at ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(10_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(40_033);
  }
});

test("every line is one that the chat takes as it is", () => {
  const lines = new Set(listen(1, 10_000_000).map(({ line }) => line));
  expect(lines.size).toBeGreaterThan(10);
  for (const line of lines) {
    expect({ line, reason: checkChatText(line) }).toEqual({ line, reason: undefined });
    expect(cleanChatText(line)).toBe(line);
  }
});
