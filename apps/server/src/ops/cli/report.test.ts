import { describe, expect, test } from "@jest/globals";
import { age, table } from "./report.ts";

describe("a table", () => {
  test("has columns as wide as their widest cell, and no spaces at the ends of lines", () => {
    expect(
      table(
        ["NAME", "N"],
        [
          ["Ann", 1],
          ["Benedict", 20],
        ],
      ),
    ).toEqual(["NAME      N", "Ann       1", "Benedict  20"]);
  });

  test("keeps its columns beside letters that are drawn wide", () => {
    expect(
      table(
        ["A", "B"],
        [
          ["安娜", 1],
          ["🙂", 2],
          ["abcd", 3],
        ],
      ),
    ).toEqual(["A     B", "安娜  1", "🙂    2", "abcd  3"]);
  });

  test("lets no text of a player control the terminal", () => {
    expect(table(["A"], [["a\u001b[2Jb\nc\u202ed"]])).toEqual(["A", "a?[2Jb?c?d"]);
  });
});

test("an age is told in its largest unit", () => {
  const ages = [-5, 0, 119_999, 120_000, 7_199_999, 7_200_000, 172_799_999, 172_800_000];
  expect(ages.map(age)).toEqual(["0 s", "0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 d"]);
});
