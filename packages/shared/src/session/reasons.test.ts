import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  closeCodeOf,
  decodeRefusal,
  encodeRefusal,
  isNetworkDrop,
  isReason,
  REASONS,
  type Reason,
  type ReasonEntry,
  reasonEntry,
  refusalOfClose,
} from "./reasons.ts";

const ALL = Object.keys(REASONS).filter(isReason);
const CLOSING = ALL.filter((reason) => reasonEntry(reason).closeCode !== undefined);
const bytes = (text: string) => Buffer.byteLength(text, "utf8");

const reasons = fc.constantFrom(...ALL);
const keys = fc.stringMatching(/^[a-z][a-zA-Z]{0,9}$/);
const values = fc.string({ unit: "grapheme", maxLength: 20 });

describe("the catalogue", () => {
  test("a reason is named feature/what", () => {
    for (const reason of ALL) expect(reason).toMatch(/^(session|server|name|lobby|chat)\/[a-z]+(_[a-z]+)*$/);
  });

  test("a close code means one reason", () => {
    const codes = CLOSING.map(closeCodeOf);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("own close codes are 4100 to 4999; only two of the framework's are used", () => {
    const others = CLOSING.filter((reason) => closeCodeOf(reason) < 4100);
    expect(others.sort()).toEqual(["session/left", "session/message_too_big"]);
    for (const reason of CLOSING) expect(closeCodeOf(reason)).toBeLessThan(5000);
  });

  test("no reason's close code looks like a lost network, which would hold the seat", () => {
    for (const reason of CLOSING) expect(isNetworkDrop(closeCodeOf(reason))).toBe(false);
  });

  test("what a client tries again by itself is never something the player must decide", () => {
    for (const reason of ALL) {
      const { retry, action }: ReasonEntry = reasonEntry(reason);
      if (retry === "auto") expect([undefined, "rejoin"]).toContain(action);
    }
  });

  test("closing with a reason that closes nothing is a bug, named", () => {
    expect(() => closeCodeOf("chat/empty")).toThrow('"chat/empty"');
  });

  test("only names of the catalogue are reasons", () => {
    for (const other of [
      "",
      "toString",
      "__proto__",
      "session/",
      "session/left ",
      4100,
      null,
      undefined,
      {},
    ]) {
      expect(isReason(other)).toBe(false);
    }
  });
});

describe("a refusal on the wire", () => {
  test("what fits comes back the same", () => {
    fc.assert(
      fc.property(reasons, fc.dictionary(keys, values, { maxKeys: 3 }), (reason, detail) => {
        const text = encodeRefusal({ reason, detail });
        const back = decodeRefusal(text);
        expect(back?.reason).toBe(reason);
        for (const [key, value] of Object.entries(back?.detail ?? {})) expect(detail[key]).toBe(value);
        const longest = Object.entries(detail).reduce((sum, [k, v]) => sum + k.length + 2 + 3 * bytes(v), 0);
        if (reason.length + longest <= 123) expect(back?.detail ?? {}).toEqual({ ...detail });
      }),
    );
  });

  test("it fits a close frame, whatever its facts are", () => {
    fc.assert(
      fc.property(
        reasons,
        fc.dictionary(keys, fc.string({ unit: "binary", maxLength: 200 })),
        (reason, detail) => {
          expect(bytes(encodeRefusal({ reason, detail }))).toBeLessThanOrEqual(123);
        },
      ),
    );
  });

  test("a fact that does not fit is left out, and those after it still come", () => {
    const detail = { long: "x".repeat(200), short: "y" };
    expect(encodeRefusal({ reason: "name/taken", detail })).toBe("name/taken?short=y");
  });

  test("a free name fits in any script", () => {
    for (const suggestion of [
      "Ann 2",
      "Иван Иванович 22",
      "一二三四五六七八九十一二三四 2",
      "สมชายใจดีมาก 2",
    ]) {
      const text = encodeRefusal({ reason: "name/taken", detail: { suggestion } });
      expect(decodeRefusal(text)).toEqual({ reason: "name/taken", detail: { suggestion } });
    }
  });

  test("signs of the format in a fact do not break it", () => {
    const refusal = { reason: "name/taken" as Reason, detail: { suggestion: "a=b&c?d%41#é+ \u0000" } };
    expect(decodeRefusal(encodeRefusal(refusal))).toEqual(refusal);
  });

  test("half a character, as a cut text ends with, does not throw", () => {
    const text = encodeRefusal({ reason: "session/version_mismatch", detail: { client: "v\uD83D" } });
    expect(decodeRefusal(text)?.detail).toEqual({ client: "v\uFFFD" });
  });

  test("reading any text never throws, and gives a known reason or nothing", () => {
    const texts = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.tuple(reasons, fc.string()).map(([reason, rest]) => `${reason}?${rest}`),
      fc.tuple(reasons, fc.string()).map(([reason, rest]) => `${reason}?a=%${rest}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const refusal = decodeRefusal(text);
        if (refusal !== undefined) expect(isReason(refusal.reason)).toBe(true);
      }),
    );
  });

  test("a broken escape costs that fact its meaning and no more", () => {
    expect(decodeRefusal("name/taken?a=%zz&b=ok&=x&c")).toEqual({
      reason: "name/taken",
      detail: { a: "%zz", b: "ok" },
    });
  });
});

describe("why a socket closed", () => {
  test("our own close frame says so, whatever its code", () => {
    expect(refusalOfClose(4147, "lobby/kicked")).toEqual({ reason: "lobby/kicked" });
    expect(refusalOfClose(1006, "session/replaced")).toEqual({ reason: "session/replaced" });
  });

  test("a close frame whose text was lost is told by its code", () => {
    for (const reason of CLOSING) expect(refusalOfClose(closeCodeOf(reason), "").reason).toBe(reason);
  });

  test("a lost network is a lost connection", () => {
    for (const code of [undefined, 1001, 1005, 1006, 4010]) {
      expect(refusalOfClose(code, "")).toEqual({ reason: "session/connection_lost" });
    }
  });

  test("the framework's own closes have reasons too", () => {
    expect(refusalOfClose(4000, "").reason).toBe("session/left");
    expect(refusalOfClose(4001, "").reason).toBe("session/server_restarting");
    expect(refusalOfClose(4002, "").reason).toBe("session/bad_message");
    expect(refusalOfClose(4003, "").reason).toBe("session/seat_expired");
    expect(refusalOfClose(1009, "").reason).toBe("session/message_too_big");
  });

  test("a code nobody knows is an internal error that shows the code", () => {
    expect(refusalOfClose(4999, "gibberish")).toEqual({
      reason: "session/internal_error",
      detail: { code: "4999" },
    });
  });

  test("any code and any text have a reason", () => {
    fc.assert(
      fc.property(fc.option(fc.integer(), { nil: undefined }), fc.anything(), (code, text) => {
        expect(isReason(refusalOfClose(code, text).reason)).toBe(true);
      }),
    );
  });
});
