import { describe, expect, test } from "@jest/globals";
import { isReason, REASONS } from "@tagalong/shared/session/reasons.ts";
import { REASON_TEXTS, reasonText, waitText } from "./reasonTexts.ts";
import { isPassing, isSoonOver } from "./retry.ts";

describe("reason texts", () => {
  test("every reason has a text that is whole sentences, and no text is without a reason", () => {
    expect(Object.keys(REASON_TEXTS).sort()).toEqual(Object.keys(REASONS).sort());
    for (const reason of Object.keys(REASON_TEXTS).filter(isReason)) {
      const text = reasonText({ reason });
      expect(text).toMatch(/^[A-Z].*[.]$/s);
      expect(text).not.toMatch(/undefined|NaN|\{|_/);
    }
  });

  test("facts that come with a reason are in its text", () => {
    expect(reasonText({ reason: "name/taken", detail: { suggestion: "Ann 2" } })).toContain("Ann 2 is free");
    expect(reasonText({ reason: "lobby/room_full", detail: { players: "16", max: "16" } })).toContain(
      "16 of 16 players",
    );
    expect(reasonText({ reason: "session/too_many_requests", detail: { seconds: "1" } })).toContain(
      "Wait 1 second and",
    );
    expect(reasonText({ reason: "session/too_many_requests", detail: { retryMs: "2400" } })).toContain(
      "Wait 3 seconds and",
    );
  });

  test("a page that does not fit its server is told to reload, whichever of the two is older", () => {
    expect(REASONS["session/version_mismatch"].action).toBe("reload");
    for (const [server, client] of [
      ["4", "3"],
      ["3", "4"],
    ] as const) {
      const refusal = { reason: "session/version_mismatch", detail: { server, client } } as const;
      expect(reasonText(refusal)).toContain("Reload to get");
      expect(waitText(refusal)).not.toContain("Reload");
    }
  });

  test("while the game tries again by itself, nobody is asked to do anything", () => {
    for (const reason of Object.keys(REASONS).filter(isReason)) {
      const text = waitText({ reason });
      expect(text).toMatch(/^[A-Z].*[.]$/s);
      if (isSoonOver({ reason }) || isPassing({ reason })) {
        expect({ reason, text, asks: /try again|reload/i.test(text) }).toEqual({ reason, text, asks: false });
      }
    }
  });
});
