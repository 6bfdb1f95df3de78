import { describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { parseRoomCode } from "@tagalong/shared/lobby/codes.ts";
import { RoomCodes } from "./RoomCodes.ts";

describe("room codes", () => {
  test("no two open rooms have the same", () => {
    const codes = new RoomCodes(createRandom(1));
    const given = Array.from({ length: 5_000 }, () => codes.claim());
    expect(new Set(given).size).toBe(given.length);
    for (const code of given) expect(parseRoomCode(code)).toBe(code);
  });

  test("a taken code is passed over", () => {
    const first = new RoomCodes(createRandom(1)).claim();
    const codes = new RoomCodes(createRandom(1));
    expect(codes.reclaim(first)).toBe(true);
    expect(codes.claim()).not.toBe(first);
  });

  test("a code is reclaimed once, until it is released", () => {
    const codes = new RoomCodes(createRandom(1));
    const code = codes.claim();
    expect(codes.reclaim(code)).toBe(false);
    codes.release(code);
    expect(codes.reclaim(code)).toBe(true);
    expect(codes.reclaim(code)).toBe(false);
  });

  test("when no code is to be found it says so instead of searching on", () => {
    const codes = new RoomCodes(() => 0);
    codes.claim();
    expect(() => codes.claim()).toThrow("1 taken");
  });
});
