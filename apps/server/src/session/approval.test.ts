import { describe, expect, test } from "@jest/globals";
import { decodeRefusal } from "@tagalong/shared/session/reasons.ts";
import { createGuestList, refusedError } from "./approval.ts";

const nobody: ReadonlySet<string> = new Set();
const publicId = (guestId: string) => `public ${guestId}`;

describe("the guest list", () => {
  test("without names on it lets everybody in", () => {
    expect(createGuestList(nobody, nobody, publicId).check("ann")).toBeUndefined();
  });

  test("a denied guest does not play, and all others do", () => {
    const list = createGuestList(nobody, new Set(["ann"]), publicId);
    expect(list.check("ann")).toBe("session/not_allowed");
    expect(list.check("bob")).toBeUndefined();
    expect(list.check("Ann")).toBeUndefined();
  });

  test("with somebody allowed, only they play", () => {
    const list = createGuestList(new Set(["ann"]), nobody, publicId);
    expect(list.check("ann")).toBeUndefined();
    expect(list.check("bob")).toBe("session/not_allowed");
  });

  test("the id that operators see stands for the guest", () => {
    const id = new Set(["public ann"]);
    expect(createGuestList(nobody, id, publicId).check("ann")).toBe("session/not_allowed");
    expect(createGuestList(id, nobody, publicId).check("ann")).toBeUndefined();
    expect(createGuestList(id, nobody, publicId).check("bob")).toBe("session/not_allowed");
  });

  test("who is on both lists does not play", () => {
    expect(createGuestList(new Set(["ann"]), new Set(["ann"]), publicId).check("ann")).toBe(
      "session/not_allowed",
    );
  });
});

describe("a refusal as an error", () => {
  test("carries the reason and its facts as its message", () => {
    const refusal = { reason: "name/taken", detail: { suggestion: "Ann 2" } } as const;
    expect(decodeRefusal(refusedError(refusal).message)).toEqual(refusal);
  });

  test("its code is an HTTP status: what a client may try again by itself is another than what it may not", () => {
    expect(refusedError({ reason: "session/token_expired" }).code).toBe(401);
    expect(refusedError({ reason: "lobby/banned" }).code).toBe(403);
  });
});
