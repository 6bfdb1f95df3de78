import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createRandom } from "../lib/random.ts";
import { CODE_ALPHABET, CODE_LENGTH, createRoomCode, parseRoomCode } from "./codes.ts";

describe("room codes", () => {
  test("no letter of a code is mistaken for another or for a digit", () => {
    expect(new Set(CODE_ALPHABET).size).toBe(CODE_ALPHABET.length);
    for (const letter of "ILOU0158") expect(CODE_ALPHABET).not.toContain(letter);
  });

  test("a code is five letters of the alphabet, and reads back as itself however it is written", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const code = createRoomCode(createRandom(seed));
        expect(code).toHaveLength(CODE_LENGTH);
        for (const letter of code) expect(CODE_ALPHABET).toContain(letter);
        expect(parseRoomCode(code)).toBe(code);
        expect(parseRoomCode(` ${code.slice(0, 2).toLowerCase()}-${code.slice(2)}\n`)).toBe(code);
      }),
    );
  });

  test("every letter can appear in every place", () => {
    const random = createRandom(1);
    const seen = Array.from({ length: CODE_LENGTH }, () => new Set<string>());
    for (let i = 0; i < 1_000; i++) {
      for (const [place, letter] of [...createRoomCode(random)].entries()) seen[place]?.add(letter);
    }
    for (const letters of seen) expect([...letters].sort().join("")).toBe(CODE_ALPHABET);
  });

  test("a U is read as the V it was", () => {
    expect(parseRoomCode("uABCD")).toBe("VABCD");
  });

  test("what cannot be a code is no code", () => {
    for (const typed of ["", "ABCD", "ABCDEF", "ABCDI", "ABCD0", "ABC D!", "ÀBCDE", "АBCDE"]) {
      expect(parseRoomCode(typed)).toBeUndefined();
    }
  });

  test("whatever is typed, the answer is a possible code or none", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (typed) => {
        const code = parseRoomCode(typed);
        if (code !== undefined) expect(parseRoomCode(code)).toBe(code);
      }),
    );
  });
});
