import { expect, test } from "@jest/globals";
import { filterWords } from "./wordFilter.ts";

test("a rude word is covered letter by letter and the rest stays", () => {
  expect(filterWords("what the fuck is this")).toBe("what the **** is this");
});

test("spelling around the filter does not help", () => {
  expect(filterWords("you fuuuuck")).not.toContain("u".repeat(4));
  expect(filterWords("sh1t happens")).toMatch(/^\*+ happens$/);
});

test("innocent words that hold a rude one are left alone", () => {
  const text = "the pen is mightier; grapes, bananas so yeah, Scunthorpe class assassin";
  expect(filterWords(text)).toBe(text);
});

test("characters outside the basic plane keep the stars in place", () => {
  expect(filterWords("🎉🎉 shit 🎉")).toBe("🎉🎉 **** 🎉");
});
