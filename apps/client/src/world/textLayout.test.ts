import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { bubbleMs, ellipsize, wrapText } from "./textLayout.ts";

/** Every UTF-16 unit is one wide. */
const measure = (text: string) => text.length;
const FAMILY = "👨‍👩‍👧‍👦";

describe("text in the world", () => {
  test("what fits stays as it is, the rest ends in an ellipsis", () => {
    expect(ellipsize("Ada", 5, measure)).toBe("Ada");
    expect(ellipsize("Adalbert", 5, measure)).toBe("Adal…");
    expect(ellipsize("Ada Lovelace", 5, measure)).toBe("Ada…");
  });

  test("no character is cut in half", () => {
    expect(ellipsize(`ab${FAMILY}cdef`, 6, measure)).toBe("ab…");
  });

  test("lines break between words, and inside a word only when it is longer than a line", () => {
    expect(wrapText("the quick brown fox", 10, 3, measure)).toEqual(["the quick", "brown fox"]);
    expect(wrapText("a Donaudampfschiff", 8, 4, measure)).toEqual(["a", "Donaudam", "pfschiff"]);
  });

  test("at most so many lines; the last one says that there was more", () => {
    expect(wrapText("one two three four five", 5, 3, measure)).toEqual(["one", "two", "thre…"]);
    expect(wrapText("one two three", 5, 3, measure)).toEqual(["one", "two", "three"]);
  });

  test("whatever is said, it fits", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.integer({ min: 12, max: 40 }),
        (text, width) => {
          const lines = wrapText(text, width, 3, measure);
          expect(lines.length).toBeLessThanOrEqual(3);
          for (const line of lines) expect(measure(line)).toBeLessThanOrEqual(width + 1);
        },
      ),
    );
  });

  test("a bubble stays four to seven seconds, longer for more text", () => {
    expect(bubbleMs("hi")).toBeGreaterThanOrEqual(4_000);
    expect(bubbleMs("a longer line to read")).toBeGreaterThan(bubbleMs("hi"));
    expect(bubbleMs("x".repeat(200))).toBe(7_000);
  });
});
