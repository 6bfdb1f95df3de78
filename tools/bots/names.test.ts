import { describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { checkName, cleanName, foldName } from "@tagalong/shared/session/names.ts";
import { botNames } from "./names.ts";

describe("names", () => {
  const names = botNames(1_000, createRandom(3));

  test("are names that a server takes", () => {
    for (const name of names) {
      expect({ name, problem: checkName(name) }).toEqual({ name, problem: undefined });
      expect(cleanName(name)).toBe(name);
    }
  });

  test("are different enough for one room", () => {
    expect(new Set(names.map(foldName)).size).toBe(names.length);
  });

  test("have no number as long as the list lasts", () => {
    expect(botNames(60, createRandom(3)).filter((name) => /\d/.test(name))).toEqual([]);
    expect(botNames(61, createRandom(3)).at(-1)).toMatch(/^\w+ 2$/);
  });

  test("follow from the seed", () => {
    expect(botNames(20, createRandom(4))).toEqual(botNames(20, createRandom(4)));
    expect(botNames(20, createRandom(4))).not.toEqual(botNames(20, createRandom(5)));
  });
});
