import { expect, test } from "@jest/globals";
import { OpeningRooms } from "./OpeningRooms.ts";

const LONG_MS = 60_000;

test("whoever waits for the rooms that are being opened goes on with the last of them", async () => {
  const rooms = new OpeningRooms();
  await rooms.none(LONG_MS);
  const [first, second] = [{}, {}];
  rooms.add(first);
  rooms.add(second);
  let isOver = false;
  const waiting = rooms.none(LONG_MS).then(() => {
    isOver = true;
  });
  rooms.delete(second);
  rooms.delete(second);
  await new Promise(setImmediate);
  expect([rooms.size, isOver]).toEqual([1, false]);
  rooms.delete(first);
  await waiting;
  expect(rooms.size).toBe(0);
});

test("a room that never opens is not waited for any longer than that", async () => {
  const rooms = new OpeningRooms();
  rooms.add({});
  await rooms.none(1);
  expect(rooms.size).toBe(1);
});
