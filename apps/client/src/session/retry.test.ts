import { describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import {
  isBehindForGood,
  isPassing,
  isServerBehind,
  isSoonOver,
  MAX_ATTEMPTS,
  retryDelayMs,
} from "./retry.ts";

const LOST = { reason: "session/connection_lost" } as const;

describe("the wait before a try", () => {
  test("is hardly any at first, and ever longer then", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 16].map((attempt) => retryDelayMs(attempt, LOST, () => 0.5));
    expect(waits).toEqual([150, 400, 800, 1500, 2500, 3000, 3000, 3000]);
  });

  test("spreads the many who lost the same server, the first as well as every later time", () => {
    const random = createRandom(5);
    for (const attempt of [1, 2, 3, 6]) {
      const waits = Array.from({ length: 500 }, () => retryDelayMs(attempt, LOST, random)).sort(
        (a, b) => a - b,
      );
      const widest = (waits.at(-1) ?? 0) - (waits[0] ?? 0);
      // In the fullest 10 ms come so many of 500.
      const crowd = Math.max(...waits.map((at) => waits.filter((ms) => ms >= at && ms < at + 10).length));
      expect({ attempt, isWide: widest > 190, isCrowded: crowd > 50 }).toEqual({
        attempt,
        isWide: true,
        isCrowded: false,
      });
    }
  });

  test("leaves time for three tries within what a player hardly notices", () => {
    const latest = [1, 2, 3].map((attempt) => retryDelayMs(attempt, LOST, () => 1));
    expect(latest.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(2_000);
  });

  test("is over already for whoever was kept waiting as long by the try before, but not for who is asked to wait", () => {
    const wait = (tookMs: number) => retryDelayMs(3, LOST, () => 0.5, tookMs);
    expect([0, 300, 4_000].map(wait)).toEqual([800, 500, 0]);
    const asked = { reason: "session/too_many_requests", detail: { retryMs: "2000" } } as const;
    expect(retryDelayMs(3, asked, () => 0, 4_000)).toBe(2_000);
  });

  test("is at least what the server asks for, and never for ever", () => {
    const asked = (retryMs: string) =>
      ({ reason: "session/too_many_requests", detail: { retryMs } }) as const;
    expect(retryDelayMs(1, asked("2000"), () => 0)).toBe(2_000);
    expect(retryDelayMs(6, asked("1000"), () => 0.5)).toBe(3_000);
    expect(retryDelayMs(2, asked("86400000"), () => 0)).toBe(30_000);
    expect(retryDelayMs(2, asked("soon"), () => 0.5)).toBe(400);
  });
});

describe("what another try may help against", () => {
  test("a refusal that is about the moment, not about the player", () => {
    for (const reason of ["server/unavailable", "lobby/room_moved", "session/server_restarting"] as const) {
      expect({ reason, back: isPassing({ reason }), first: isSoonOver({ reason }) }).toEqual({
        reason,
        back: true,
        first: true,
      });
    }
    for (const reason of [
      "lobby/kicked",
      "session/removed",
      "session/cancelled",
      "lobby/room_full",
    ] as const) {
      expect({ reason, back: isPassing({ reason }), first: isSoonOver({ reason }) }).toEqual({
        reason,
        back: false,
        first: false,
      });
    }
  });

  test.each(["session/too_many_requests", "session/too_many_connections", "session/server_full"] as const)(
    "%s is waited out by whoever had a seat, and said to whoever wants one",
    (reason) => {
      expect({ back: isPassing({ reason }), first: isSoonOver({ reason }) }).toEqual({
        back: true,
        first: false,
      });
    },
  );

  test("a server older than the page is one that is being updated; an older page is not", () => {
    const mismatch = (server: string, client: string) =>
      ({ reason: "session/version_mismatch", detail: { server, client } }) as const;
    expect(isServerBehind(mismatch("3", "4"))).toBe(true);
    expect(isServerBehind(mismatch("4", "3"))).toBe(false);
    expect(isServerBehind(mismatch("4", "none"))).toBe(false);
    expect(isServerBehind({ reason: "session/version_mismatch" })).toBe(false);
    // Waited for as long as a seat is, it was put back to an older version.
    expect(isBehindForGood(mismatch("3", "4"), MAX_ATTEMPTS - 1)).toBe(false);
    expect(isBehindForGood(mismatch("3", "4"), MAX_ATTEMPTS)).toBe(true);
    expect(isBehindForGood(LOST, MAX_ATTEMPTS)).toBe(false);
  });
});
