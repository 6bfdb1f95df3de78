import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { CreateRoomRequest } from "./protocol.ts";
import {
  checkTitle,
  cleanTitle,
  PASSWORD_MAX,
  ROOM_SIZE_DEFAULT,
  ROOM_SIZE_MIN,
  TITLE_MAX,
} from "./rules.ts";

const FAMILY = "👨‍👩‍👧‍👦";

describe("room titles", () => {
  test("a title is one line without invisible characters or space around it", () => {
    expect(cleanTitle("  Ann's\n\n place \u200B")).toBe("Ann's place");
    expect(cleanTitle("a\u0000b\u2028c\td")).toBe("a b c d");
    expect(cleanTitle("safe\u202Ekcatta")).toBe("safekcatta");
    expect(cleanTitle("Cafe\u0301")).toBe("Café");
  });

  test("cleaning twice changes nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (typed) => {
        const title = cleanTitle(typed);
        expect(cleanTitle(title)).toBe(title);
        expect(title).toBe(title.normalize("NFC"));
        expect(title).not.toMatch(/^\s|\s$|\s{2}|\p{C}/u);
      }),
    );
    // Seeds that found a bug: a joiner between a letter and its accent, and one between two spaces.
    expect(cleanTitle("e\u200B\u0301")).toBe("é");
    expect(cleanTitle("a \u200B b")).toBe("a b");
  });

  test("a title has 1 to 32 visible characters", () => {
    expect(checkTitle("x")).toBeUndefined();
    expect(checkTitle("x".repeat(TITLE_MAX))).toBeUndefined();
    expect(checkTitle("👍🏽".repeat(TITLE_MAX))).toBeUndefined();
    expect(checkTitle("x".repeat(TITLE_MAX + 1))).toBe("lobby/bad_title");
    expect(checkTitle(FAMILY.repeat(TITLE_MAX + 1))).toBe("lobby/bad_title");
  });

  test("a title that shows nothing is none", () => {
    for (const typed of ["", "   ", "\u200B", "\u3164\u3164", "\u2800", "\u115F"]) {
      expect(checkTitle(cleanTitle(typed))).toBe("lobby/bad_title");
    }
  });
});

describe("room sizes", () => {
  test("the form's bounds hold the defaults", () => {
    const request = { title: "Square", maxPlayers: ROOM_SIZE_DEFAULT, private: false };
    expect(CreateRoomRequest.safeParse(request).success).toBe(true);
    expect(CreateRoomRequest.safeParse({ ...request, maxPlayers: ROOM_SIZE_MIN - 1 }).success).toBe(false);
    expect(CreateRoomRequest.safeParse({ ...request, maxPlayers: 2.5 }).success).toBe(false);
    expect(CreateRoomRequest.safeParse({ ...request, password: "p".repeat(PASSWORD_MAX) }).success).toBe(
      true,
    );
    expect(CreateRoomRequest.safeParse({ ...request, password: "p".repeat(PASSWORD_MAX + 1) }).success).toBe(
      false,
    );
  });
});
