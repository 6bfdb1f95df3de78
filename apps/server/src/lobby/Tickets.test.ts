import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { RoomSettings } from "./settings.ts";
import { Tickets } from "./Tickets.ts";

const SECRET = "a-secret-of-24-characters-or-more";
const SETTINGS: RoomSettings = {
  code: "ABCDE",
  title: "Ann's plåce 🏡",
  maxPlayers: 8,
  private: true,
  passwordHash: "salt.key",
  locked: false,
  creator: "guest-1",
  banned: [],
  leader: "guest-1",
  revision: 3,
};
const HOUR_MS = 3_600_000;

describe("room tickets", () => {
  test("a ticket opens as what was sealed, for the guest it was given to", () => {
    const tickets = new Tickets(SECRET, () => 1_000);
    const opened = tickets.open(tickets.seal(SETTINGS, "guest-2", "room-1"));
    expect(opened).toEqual({
      ...SETTINGS,
      guestId: "guest-2",
      roomId: "room-1",
      expiresAt: 1_000 + 12 * HOUR_MS,
    });
  });

  test("a ticket of before rooms counted their changes is older than any other", () => {
    const tickets = new Tickets(SECRET);
    const { leader: _leader, revision: _revision, ...old } = SETTINGS;
    const sealed = Reflect.apply(tickets.seal, tickets, [old, "g"]);
    expect(tickets.open(sealed)).toMatchObject({ ...old, revision: 0, roomId: "" });
  });

  test("a room without a password comes back without one", () => {
    const tickets = new Tickets(SECRET);
    const { passwordHash: _none, ...open } = SETTINGS;
    expect(tickets.open(tickets.seal(open, "g", "r"))?.passwordHash).toBeUndefined();
    expect(tickets.open(tickets.seal({ ...open, passwordHash: undefined }, "g", "r"))).toMatchObject(open);
  });

  test("the bearer can read nothing of it, and no two are alike", () => {
    const tickets = new Tickets(SECRET);
    const [a, b] = [tickets.seal(SETTINGS, "guest-2", "room-1"), tickets.seal(SETTINGS, "guest-2", "room-1")];
    expect(a).not.toBe(b);
    expect(a).toMatch(/^[\w-]+$/);
    for (const word of [SETTINGS.code, "salt", "guest-2"]) {
      expect(Buffer.from(a, "base64url").toString("latin1")).not.toContain(word);
    }
  });

  test("it fits the request it rides in, with the longest settings", () => {
    const longest = {
      ...SETTINGS,
      title: "👨‍👩‍👧‍👦".repeat(32),
      passwordHash: "x".repeat(66),
      creator: "x".repeat(36),
      leader: "x".repeat(36),
      revision: 1_000_000,
      banned: Array<string>(40).fill("x".repeat(36)),
    };
    expect(new Tickets(SECRET).seal(longest, "x".repeat(36), "x".repeat(9)).length).toBeLessThan(4_096);
  });

  test("a ticket ends after twelve hours", () => {
    let now = 0;
    const tickets = new Tickets(SECRET, () => now);
    const sealed = tickets.seal(SETTINGS, "g", "r");
    now = 12 * HOUR_MS - 1;
    expect(tickets.open(sealed)).toBeDefined();
    now = 12 * HOUR_MS;
    expect(tickets.open(sealed)).toBeUndefined();
  });

  test("any server with the secret opens it, and none without it does", () => {
    const sealed = new Tickets(SECRET).seal(SETTINGS, "g", "r");
    expect(new Tickets(SECRET).open(sealed)).toBeDefined();
    expect(new Tickets(`${SECRET}!`).open(sealed)).toBeUndefined();
  });

  test("a changed byte spoils it", () => {
    const tickets = new Tickets(SECRET);
    const bytes = Buffer.from(tickets.seal(SETTINGS, "g", "r"), "base64url");
    for (let place = 0; place < bytes.length; place++) {
      const changed = Buffer.from(bytes);
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect(tickets.open(changed.toString("base64url"))).toBeUndefined();
    }
  });

  test("a cut ticket is none", () => {
    const tickets = new Tickets(SECRET);
    const bytes = Buffer.from(tickets.seal(SETTINGS, "g", "r"), "base64url");
    for (let length = 0; length < bytes.length; length++) {
      expect(tickets.open(bytes.subarray(0, length).toString("base64url"))).toBeUndefined();
    }
  });

  test("no text throws, and none is a ticket", () => {
    const tickets = new Tickets(SECRET);
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.base64String({ maxLength: 400 }),
      fc.constant(undefined),
    );
    fc.assert(fc.property(texts, (text) => expect(tickets.open(text)).toBeUndefined()));
  });
});
