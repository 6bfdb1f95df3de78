import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { MoveNotice } from "./MoveNotice.ts";

const word = (inMs?: string) =>
  ({ reason: "session/server_restarting", ...(inMs === undefined ? {} : { detail: { inMs } }) }) as const;

afterEach(() => {
  jest.useRealTimers();
});

describe("the word that a room moves", () => {
  test("says when, and a later one corrects it", () => {
    const notice = new MoveNotice();
    expect(notice.hear(word("10000"), 1_000)).toBe(true);
    expect(notice.move.value).toEqual({ at: 11_000 });
    notice.hear(word("2000"), 3_000);
    expect(notice.move.value).toEqual({ at: 5_000 });
    notice.forget();
    expect(notice.move.value).toBeUndefined();
  });

  test("without a time is one all the same; every other word is not", () => {
    const notice = new MoveNotice();
    expect(notice.hear({ reason: "chat/too_fast", detail: { retryMs: "9" } }, 0)).toBe(false);
    expect(notice.move.value).toBeUndefined();
    notice.hear(word(), 1_000);
    expect(notice.move.value).toEqual({ at: undefined });
    notice.hear(word("soon"), 1_000);
    expect(notice.move.value).toEqual({ at: undefined });
    notice.forget();
  });

  test("once read is not shown again for the same move, but for the next", () => {
    const notice = new MoveNotice();
    notice.hear(word("10000"), 1_000);
    notice.dismiss();
    notice.hear(word("9000"), 1_900);
    expect(notice.move.value).toBeUndefined();
    notice.hear(word("10000"), 60_000);
    expect(notice.move.value).toEqual({ at: 70_000 });
    notice.forget();
  });

  test("is taken back when the server thinks better of it, and the next one counts anew", () => {
    const notice = new MoveNotice();
    notice.hear(word("10000"), 1_000);
    notice.dismiss();
    const off = { reason: "session/server_restarting", detail: { calledOff: "1" } } as const;
    expect(notice.hear(off, 2_000)).toBe(true);
    expect(notice.move.value).toBeUndefined();
    notice.hear(word("10000"), 2_000);
    expect(notice.move.value).toEqual({ at: 12_000 });
    notice.forget();
  });

  test("that comes to nothing is forgotten", () => {
    jest.useFakeTimers();
    const notice = new MoveNotice();
    notice.hear(word("10000"), Date.now());
    jest.advanceTimersByTime(65_000);
    expect(notice.move.value).toBeDefined();
    jest.advanceTimersByTime(10_000);
    expect(notice.move.value).toBeUndefined();
  });
});
