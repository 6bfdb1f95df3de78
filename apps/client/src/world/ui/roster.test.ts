import { expect, test } from "@jest/globals";
import { isSameRoster, readRoster } from "./roster.ts";

const player = { guest: "g", colour: 0, hat: 0, presence: 1 };
const state = () => ({
  title: "Square",
  locked: false,
  leader: "b",
  players: new Map([
    ["c", { ...player, name: "Cid" }],
    ["a", { ...player, name: "Zoe" }],
    ["b", { ...player, name: "Bob", presence: 3 }],
    ["d", { ...player, name: "Dan", presence: 4 }],
  ]),
});

test("oneself comes first, then the others by name; whoever is leaving is no longer listed", () => {
  const { players } = readRoster(state(), "a");
  expect(players.map(({ name }) => name)).toEqual(["Zoe", "Bob", "Cid"]);
  expect(players[1]).toMatchObject({ isLeader: true, isSelf: false, presence: "reconnecting" });
});

test("a roster differs only when something shown differs", () => {
  const before = readRoster(state(), "a");
  expect(isSameRoster(before, readRoster(state(), "a"))).toBe(true);
  expect(isSameRoster(undefined, before)).toBe(false);
  expect(isSameRoster(before, readRoster({ ...state(), locked: true }, "a"))).toBe(false);
  expect(isSameRoster(before, readRoster({ ...state(), leader: "a" }, "a"))).toBe(false);
  const moved = state();
  moved.players.set("c", { ...player, name: "Cid", presence: 2 });
  expect(isSameRoster(before, readRoster(moved, "a"))).toBe(false);
});
