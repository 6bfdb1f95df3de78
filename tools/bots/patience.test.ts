import { describe, expect, test } from "@jest/globals";
import type { Reason, ReasonDetail } from "@tagalong/shared/session/reasons.ts";
import { waitBeforeRetry } from "./patience.ts";

const wait = (
  reason: Reason,
  tries = 1,
  { anyRoom = true, detail }: { anyRoom?: boolean; detail?: ReasonDetail } = {},
) => waitBeforeRetry(detail ? { reason, detail } : { reason }, tries, anyRoom);

describe("a refused bot", () => {
  test("asks again a few times, and ever more slowly, while the server is away for a moment", () => {
    const waits = [1, 2, 3, 4, 5, 6].map((tries) => wait("session/server_unreachable", tries));
    expect(waits).toEqual([500, 1_000, 2_000, 3_000, 5_000, undefined]);
    expect(wait("session/server_restarting")).toBe(500);
  });

  test("waits as long as the limit says, however often it comes", () => {
    const detail = { retryMs: "41250" };
    expect(wait("session/too_many_requests", 1, { detail })).toBe(41_250);
    expect(wait("session/too_many_requests", 50, { detail })).toBe(41_250);
    expect(wait("session/too_many_requests")).toBe(10_000);
  });

  test("takes the free name it is offered at once", () => {
    expect(wait("name/taken", 1, { detail: { suggestion: "Beep 2" } })).toBe(0);
    expect(wait("name/taken")).toBeUndefined();
    expect(wait("name/taken", 9, { detail: { suggestion: "Beep 2" } })).toBeUndefined();
  });

  test("looks for another room when any will do, and not when it was sent to this one", () => {
    expect(wait("lobby/room_full")).toBe(500);
    expect(wait("lobby/room_full", 1, { anyRoom: false })).toBeUndefined();
  });

  test("gives up where asking again helps nobody", () => {
    for (const reason of ["lobby/password_wrong", "lobby/kicked", "session/not_allowed"] as const) {
      expect(wait(reason)).toBeUndefined();
    }
  });
});
