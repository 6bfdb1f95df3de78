import { expect, test } from "@jest/globals";
import { createWalk, type Heading } from "./trace.ts";

const PLAYERS = 200;
const SECONDS = 60;

/** The headings of one walk, asked for so many times a second. */
function headings(player: number, hz: number): Heading[] {
  const walk = createWalk(player);
  return Array.from({ length: SECONDS * hz }, (_, turn) => walk((turn * 1_000) / hz));
}

test("a walk is the same every time, and however often it is asked for", () => {
  expect(headings(7, 60)).toEqual(headings(7, 60));
  expect(headings(7, 60).filter((_, turn) => turn % 2 === 0)).toEqual(headings(7, 30));
});

test("players go different ways", () => {
  const walks = new Set(Array.from({ length: PLAYERS }, (_, player) => JSON.stringify(headings(player, 2))));
  expect(walks.size).toBe(PLAYERS);
});

test("a fifth of the time is standing, and the rest goes evenly in eight directions", () => {
  const counts = new Map<string, number>();
  for (let player = 0; player < PLAYERS; player++) {
    for (const { dx, dy } of headings(player, 10))
      counts.set(`${dx} ${dy}`, (counts.get(`${dx} ${dy}`) ?? 0) + 1);
  }
  const total = PLAYERS * SECONDS * 10;
  expect((counts.get("0 0") ?? 0) / total).toBeCloseTo(0.2, 1);
  counts.delete("0 0");
  expect(counts.size).toBe(8);
  for (const count of counts.values()) expect(count / total).toBeCloseTo(0.1, 1);
});
