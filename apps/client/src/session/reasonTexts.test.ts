import { describe, expect, test } from "@jest/globals";
import { isReason, REASONS } from "@tagalong/shared/session/reasons.ts";
import { REASON_TEXTS, reasonText } from "./reasonTexts.ts";

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
});
