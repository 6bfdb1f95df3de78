import { expect, test } from "@jest/globals";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import { playersToKeep } from "./Handover.ts";

const seat = (guestId: string, approved = true, ending?: Reason) => ({
  guestId,
  name: `name of ${guestId}`,
  colour: 1,
  hat: 2,
  approved,
  ending,
  password: "of nobody's business",
});
const kept = (guestId: string, body: unknown) => ({
  guestId,
  name: `name of ${guestId}`,
  colour: 1,
  hat: 2,
  body,
});

test("with a room go those who have a seat, as they are, and nobody whose seat is about to end", () => {
  const seats = [
    seat("ann"),
    seat("not greeted yet", false),
    seat("bob"),
    seat("on the way out", true, "lobby/kicked"),
  ];
  const bodyOf = ({ guestId }: { guestId: string }) => ({ x: guestId.length });
  expect(playersToKeep([], seats, bodyOf)).toEqual([kept("ann", { x: 3 }), kept("bob", { x: 3 })]);
});

test("whoever has not come back since the last time was there first, and goes along as they were", () => {
  const absent = kept("cleo", { x: 9 });
  expect(playersToKeep([absent], [seat("ann")], () => undefined)).toEqual([absent, kept("ann", undefined)]);
  expect(playersToKeep([absent], [], () => undefined)).toEqual([absent]);
});
