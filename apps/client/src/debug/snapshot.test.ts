import { expect, test } from "@jest/globals";
import { createSnapshot } from "./snapshot.ts";

const ann = { sessionId: "a", isSelf: true, name: "Ann", presence: 1, x: 10, y: 20, serverX: 9, serverY: 20 };
const bob = {
  sessionId: "b",
  isSelf: false,
  name: "Bob",
  presence: 3,
  x: 30,
  y: 40,
  serverX: 31,
  serverY: 40,
};
const source = {
  connection: "connected",
  room: { id: "r1", code: "ABCDE", title: "The square" },
  net: {
    players: new Map([ann, bob].map((player) => [player.sessionId, player])),
    stats: { pending: 3, correction: 0.5, drift: 0, ping: 42 },
  },
  log: [{ at: 1, text: "connected" }],
};

test("a snapshot has everyone as drawn, presence as a word", () => {
  expect(createSnapshot(source)).toEqual({
    connection: "connected",
    room: { id: "r1", code: "ABCDE", name: "The square" },
    self: { sessionId: "a", x: 10, y: 20, serverX: 9, serverY: 20, pending: 3, correction: 0.5, drift: 0 },
    players: [
      { sessionId: "a", name: "Ann", presence: "active", x: 10, y: 20 },
      { sessionId: "b", name: "Bob", presence: "reconnecting", x: 30, y: 40 },
    ],
    ping: 42,
    log: ["connected"],
  });
});

test("a snapshot is a copy that cannot be written to", () => {
  const snapshot = createSnapshot(source);
  bob.x = 99;
  expect(snapshot.players[1]?.x).toBe(30);
  expect(Object.isFrozen(snapshot)).toBe(true);
  expect(Object.isFrozen(snapshot.players)).toBe(true);
  expect(snapshot.players.every(Object.isFrozen)).toBe(true);
  expect(Object.isFrozen(snapshot.self)).toBe(true);
});

test("without a room there is nobody, and it says so", () => {
  expect(createSnapshot({ connection: "idle", room: undefined, net: undefined, log: [] })).toEqual({
    connection: "idle",
    room: undefined,
    self: undefined,
    players: [],
    ping: 0,
    log: [],
  });
});
