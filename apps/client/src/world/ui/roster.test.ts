import { Decoder, Encoder } from "@colyseus/schema";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Player, PlazaState } from "@tagalong/shared/world/schema.ts";
import type { PlazaRoom } from "../../session/connection.ts";
import { awaitPlayers, type Roster, type RosterPlayer, readRoster, watchRoster } from "./roster.ts";

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

test("is shown again when something shown changes, and not because somebody walks", () => {
  const server = new PlazaState();
  const encoder = new Encoder(server);
  const decoder = new Decoder(new PlazaState());
  const listeners: ((state: PlazaState) => void)[] = [];
  const room = {
    sessionId: "a",
    serializer: { decoder },
    onStateChange: (listener: (state: PlazaState) => void) => void listeners.push(listener),
  };
  const rosters: Roster[] = [];
  watchRoster(room as unknown as PlazaRoom, (roster) => void rosters.push(roster));
  const patch = (bytes: Uint8Array) => {
    decoder.decode(bytes);
    encoder.discardChanges();
    for (const listener of listeners) listener(decoder.state);
  };
  const zoe = new Player({ name: "Zoe", guest: "g" });
  server.players.set("a", zoe);
  server.players.set("b", new Player({ name: "Bob", guest: "h" }));
  patch(encoder.encodeAll());
  expect(rosters.at(-1)?.players.map(({ name }) => name)).toEqual(["Zoe", "Bob"]);

  const changes: [string, () => void, boolean][] = [
    ["a walk", () => Object.assign(zoe, { stepX: 160, facing: 1, motion: 1 }), false],
    ["a name", () => Object.assign(zoe, { name: "Zoë" }), true],
    ["a presence", () => Object.assign(zoe, { presence: 2 }), true],
    ["a leader", () => Object.assign(server, { leader: "b" }), true],
    ["a lock", () => Object.assign(server, { locked: true }), true],
    ["somebody new", () => void server.players.set("c", new Player({ name: "Cid", guest: "i" })), true],
    ["somebody gone", () => void server.players.delete("b"), true],
  ];
  for (const [what, change, isShown] of changes) {
    const before = rosters.length;
    change();
    patch(encoder.encode());
    expect([what, rosters.length - before]).toEqual([what, isShown ? 1 : 0]);
  }
  expect(rosters.at(-1)).toEqual(readRoster(server, "a"));
});

describe("while a room moves", () => {
  const person = (name: string, change: Partial<RosterPlayer> = {}): RosterPlayer => ({
    sessionId: `s-${name}`,
    name,
    guest: `g-${name}`,
    colour: 0,
    hat: 0,
    presence: "active",
    isSelf: name === "Me",
    isLeader: false,
    ...change,
  });
  const roster = (...players: RosterPlayer[]): Roster => ({ title: "Ours", locked: false, players });
  const listOf = (shown: Roster | undefined) =>
    shown?.players.map(({ name, presence, isLeader }) => `${name} ${presence}${isLeader ? " leads" : ""}`);

  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test("those who are on their way stay in the list, each until they are back", () => {
    const rosters: Roster[] = [];
    const before = roster(person("Me"), person("Ann", { isLeader: true }), person("Bob"));
    const show = awaitPlayers(before, (shown) => void rosters.push(shown));
    show(roster());
    expect(rosters).toEqual([]);
    show(roster(person("Me", { sessionId: "t1" })));
    expect(listOf(rosters.at(-1))).toEqual(["Me active", "Ann reconnecting leads", "Bob reconnecting"]);
    show(roster(person("Me"), person("Bob", { presence: "loading" })));
    expect(listOf(rosters.at(-1))).toEqual(["Me active", "Ann reconnecting leads", "Bob loading"]);
    show(roster(person("Me"), person("Bob", { isLeader: true })));
    expect(listOf(rosters.at(-1))).toEqual(["Me active", "Ann reconnecting", "Bob active leads"]);
    show(roster(person("Me"), person("Ann", { isLeader: true }), person("Bob")));
    expect(listOf(rosters.at(-1))).toEqual(["Me active", "Ann active leads", "Bob active"]);
  });

  test("those who do not come are waited for a while, and then gone from it", () => {
    const rosters: Roster[] = [];
    const show = awaitPlayers(roster(person("Me"), person("Ann")), (shown) => void rosters.push(shown));
    show(roster(person("Me")));
    jest.advanceTimersByTime(6_000);
    expect(listOf(rosters.at(-1))).toEqual(["Me active"]);
    show(roster(person("Me"), person("Cid")));
    expect(listOf(rosters.at(-1))).toEqual(["Me active", "Cid active"]);
  });
});
