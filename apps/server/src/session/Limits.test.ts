import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Limits, passwordKey } from "./Limits.ts";

const CONFIG = { GUESTS_PER_MINUTE: 3, JOINS_PER_MINUTE: 4, ROOMS_PER_MINUTE: 1 };
let limits: Limits;

beforeEach(() => {
  jest.useFakeTimers();
  limits = new Limits(CONFIG);
});
afterEach(() => {
  jest.useRealTimers();
});

type Takes = { take(key: string): Promise<number> };

/** How many of these tries are let through. */
async function passed(limiter: Takes, tries: number, key = "a"): Promise<number> {
  let count = 0;
  for (let i = 0; i < tries; i++) if ((await limiter.take(key)) === 0) count += 1;
  return count;
}

describe("limits by the minute", () => {
  test("let through what the settings say, and then tell how long to wait", async () => {
    expect(await passed(limits.guests, 3)).toBe(3);
    jest.advanceTimersByTime(20_000);
    expect(await limits.guests.take("a")).toBe(40_000);
    expect(await passed(limits.joins, 10)).toBe(CONFIG.JOINS_PER_MINUTE);
    expect(await passed(limits.rooms, 10)).toBe(CONFIG.ROOMS_PER_MINUTE);
  });

  test("a refused try does not lengthen the wait", async () => {
    await passed(limits.guests, 3);
    for (let second = 1; second < 60; second++) {
      jest.advanceTimersByTime(1_000);
      expect(await limits.guests.take("a")).toBe(60_000 - second * 1_000);
    }
    jest.advanceTimersByTime(1_000);
    expect(await passed(limits.guests, 10)).toBe(3);
  });

  test("count each address by itself", async () => {
    await passed(limits.guests, 10, "a");
    expect(await passed(limits.guests, 10, "b")).toBe(3);
  });

  test("do not mix: what one kind used up is still there for the others", async () => {
    await passed(limits.joins, 10, "a");
    expect(await limits.guests.take("a")).toBe(0);
    expect(await limits.rooms.take("a")).toBe(0);
  });

  test("let changes through that people make, and refuse a stream of them", async () => {
    expect(await passed(limits.changes, 100)).toBe(10);
    jest.advanceTimersByTime(10_000);
    expect(await passed(limits.changes, 1)).toBe(1);
  });

  test("what is given back can be taken again, in the same minute", async () => {
    await passed(limits.guests, 3);
    await limits.guests.giveBack("a");
    expect(await passed(limits.guests, 3)).toBe(1);
    jest.advanceTimersByTime(59_999);
    expect(await limits.guests.take("a")).toBe(1);
  });
});

describe("an address that is free", () => {
  test("is never told to wait, and the others are", async () => {
    const { guests, joins, rooms, passwords } = new Limits(CONFIG, (address) => address === "here");
    for (const limiter of [guests, joins, rooms]) {
      expect(await passed(limiter, 100, "here")).toBe(100);
      expect(await passed(limiter, 100, "there")).toBeLessThan(5);
    }
    // A password is guessed from anywhere.
    expect(await passed(passwords, 9, "here")).toBe(5);
  });
});

describe("addresses", () => {
  test("of one household count together, and of two they do not", async () => {
    for (const limiter of [limits.guests, limits.joins, limits.rooms]) {
      let count = 0;
      for (let i = 1; i <= 50; i++) count += await passed(limiter, 1, `2001:db8:0:1::${i.toString(16)}`);
      expect(count).toBeLessThan(5);
      expect(await limiter.take("2001:db8:0:2::1")).toBe(0);
    }
    expect(passwordKey("room", "2001:db8::1")).toBe(passwordKey("room", "2001:db8::2"));
    expect(passwordKey("room", "10.0.0.1")).not.toBe(passwordKey("room", "10.0.0.2"));
  });

  test("by the thousand cost a bounded amount of memory: the oldest is forgotten, and the others are not", async () => {
    const from = (i: number) => `2001:db8:${i.toString(16)}::1`;
    await passed(limits.guests, 9, from(0));
    for (let i = 1; i < 10_000; i++) await limits.guests.take(from(i));
    expect(await limits.guests.take(from(0))).toBeGreaterThan(0);
    await passed(limits.guests, 9, from(9_999));
    await limits.guests.take(from(10_000));
    expect(await limits.guests.take(from(9_999))).toBeGreaterThan(0);
    expect(await limits.guests.take(from(0))).toBe(0);
  });
});

describe("wrong passwords", () => {
  test("are tried five times a minute, for one room from one address", async () => {
    expect(await passed(limits.passwords, 9, "room:a")).toBe(5);
    expect(await limits.passwords.take("room:a")).toBe(60_000);
    expect(await limits.passwords.take("room:b")).toBe(0);
    jest.advanceTimersByTime(60_000);
    expect(await limits.passwords.take("room:a")).toBe(0);
  });

  test("a right one does not count", async () => {
    for (let i = 0; i < 20; i++) {
      expect(await limits.passwords.take("room:a")).toBe(0);
      await limits.passwords.giveBack("room:a");
    }
    expect(await passed(limits.passwords, 9, "room:a")).toBe(5);
  });
});

describe("chat", () => {
  test("five lines at once are how people talk; then it is one a second", async () => {
    expect(await passed(limits.chat, 8)).toBe(5);
    for (let second = 0; second < 5; second++) {
      jest.advanceTimersByTime(1_000);
      expect(await passed(limits.chat, 3)).toBe(1);
    }
  });

  test("the wait is never more than a second, however often it is tried", async () => {
    await passed(limits.chat, 5);
    jest.advanceTimersByTime(400);
    for (let i = 0; i < 50; i++) expect(await limits.chat.take("a")).toBe(600);
    jest.advanceTimersByTime(600);
    expect(await limits.chat.take("a")).toBe(0);
  });

  test("after a while of silence there is a burst again", async () => {
    await passed(limits.chat, 8);
    jest.advanceTimersByTime(8_000);
    expect(await passed(limits.chat, 8)).toBe(5);
  });

  test("who talks on and on says no more than a line a second and a burst now and then", async () => {
    let said = 0;
    for (let tenth = 0; tenth < 600; tenth++) {
      said += await passed(limits.chat, 2);
      jest.advanceTimersByTime(100);
    }
    expect(said).toBeLessThanOrEqual(60 + 8 * 4);
  });

  test("one speaker's flood costs the others nothing", async () => {
    await passed(limits.chat, 100, "a");
    expect(await passed(limits.chat, 8, "b")).toBe(5);
  });
});
