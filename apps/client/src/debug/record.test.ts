import { expect, test } from "@jest/globals";
import type { ConnectionState } from "../session/connection.ts";
import { type RecordSource, recordOf } from "./record.ts";

const MENU: RecordSource = {
  now: 100_000,
  state: { name: "idle" },
  since: 97_500,
  room: undefined,
  roster: undefined,
  self: undefined,
  stats: undefined,
  endpoint: "https://play.example",
  build: "abc123",
};
const record = (source: Partial<RecordSource>) => Object.fromEntries(recordOf({ ...MENU, ...source }));

test("in the menu there is a state, a server and a client, and nothing is made up", () => {
  const { State, Since, Session, Room, Server, Client } = record({});
  expect(State).toBe("idle");
  expect(Since).toMatch(/, 2\.5 s$/);
  expect([Session, Room]).toEqual(["–", "–"]);
  expect(Server).toMatch("https://play.example");
  expect(Client).toMatch("abc123");
});

test("a reconnect says which try it is, when the next begins, and why", () => {
  const state: ConnectionState = {
    name: "reconnecting",
    attempt: 3,
    maxAttempts: 16,
    retryAt: 100_800,
    why: { reason: "session/connection_lost" },
    refusal: { reason: "session/connection_lost" },
    code: "ABCDE",
  };
  expect(record({ state }).State).toBe(
    "reconnecting, attempt 3 of 16, next in 0.8 s · session/connection_lost",
  );
  expect(record({ state: { ...state, retryAt: undefined } }).State).toMatch("trying now");
});

test("players are counted, and who is not simply there is named", () => {
  const player = { name: "", guest: "", colour: 0, hat: 0, isSelf: false, isLeader: false };
  const players = (["active", "active", "away", "reconnecting"] as const).map((presence, index) => ({
    ...player,
    sessionId: String(index),
    presence,
  }));
  expect(record({ roster: { title: "", locked: false, players } }).Players).toBe("4, 1 away, 1 reconnecting");
});

test("what takes a seat back is in no record: the socket's address is cut off behind the host", () => {
  const room = { connection: { url: "wss://play.example/abc/def?reconnectionToken=secret" } };
  const welcome = { sessionId: "s1", seatHoldSeconds: 45, build: "b", protocol: 2 };
  // Only what is read of them.
  const state = { name: "connected", room, welcome } as unknown as ConnectionState;
  const all = recordOf({ ...MENU, state });
  expect(Object.fromEntries(all).Transport).toBe("WebSocket · wss://play.example");
  expect(JSON.stringify(all)).not.toMatch("secret");
});
