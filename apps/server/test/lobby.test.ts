import { matchMaker } from "@colyseus/core";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { LOBBY_ROOM } from "@tagalong/shared/lobby/protocol.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { LobbyRoom } from "../src/lobby/LobbyRoom.ts";
import { eventually } from "./support/eventually.ts";
import { join, refusalOf } from "./support/Player.ts";
import { HOLD_MS, TestServer } from "./support/server.ts";
import { skip } from "./support/skip.ts";
import { type Visitor, visit } from "./support/Visitor.ts";

let server: TestServer;
let visitor: Visitor;
beforeAll(async () => {
  server = await TestServer.start({ CHAT_HISTORY: "3" });
  visitor = await visit(server);
});
afterAll(() => server.stop());

/** More than a lobby lets pass before it looks at the whole list again. */
const REFRESH_MS = 6_000;

test("a lobby stays when nobody is in it, and one that cannot be listed does not", async () => {
  const ended = jest.spyOn(LobbyRoom.prototype, "onDispose");
  const driver = matchMaker.driver as Required<typeof matchMaker.driver>;
  jest.spyOn(driver, "insert").mockRejectedValueOnce(new Error("out of memory"));
  const created = jest.spyOn(LobbyRoom.prototype, "onCreate");
  await expect(matchMaker.createRoom(LOBBY_ROOM, {})).rejects.toThrow("out of memory");
  const { roomId } = await matchMaker.createRoom(LOBBY_ROOM, {});
  const [unlisted, listed] = created.mock.contexts as LobbyRoom[];
  // The time that an empty room has is over.
  for (const room of [listed, unlisted])
    Reflect.apply(Reflect.get(room ?? {}, "resetAutoDisposeTimeout"), room, [0]);
  await eventually(() => ended.mock.contexts.includes(unlisted as LobbyRoom));
  expect(ended).toHaveBeenCalledTimes(1);
  jest.restoreAllMocks();
  expect((await matchMaker.query({ name: LOBBY_ROOM })).map((room) => room.roomId)).toContain(roomId);
  await listed?.disconnect();
});

describe("the list of rooms", () => {
  test("shows a room as it appears, fills, is renamed, locked and left, and dies", async () => {
    const { roomId, code } = await server.openRoom({ title: "Mine", maxPlayers: 2, password: "pw" });
    const listing = () => visitor.rooms.get(roomId);
    await eventually(listing);
    expect(listing()).toEqual({
      roomId,
      code,
      title: "Mine",
      map: "Town square",
      players: 0,
      maxPlayers: 2,
      locked: false,
      password: true,
    });
    const ann = await join(server, roomId, { password: "pw" });
    await eventually(() => listing()?.players === 1);
    const bob = await join(server, roomId, { password: "pw" });
    await eventually(() => listing()?.players === 2);
    expect(listing()?.locked).toBe(false);
    await ann.room.request("lobby:configure", { title: "Ours" });
    await eventually(() => listing()?.title === "Ours");
    await ann.room.request("lobby:configure", { locked: true });
    await eventually(() => listing()?.locked);
    await bob.leave();
    await eventually(() => listing()?.players === 1);
    await ann.leave();
    await eventually(() => !visitor.rooms.has(roomId));
  });

  test("counts a held seat, and lets go of it", async () => {
    const { roomId } = await server.openRoom();
    const ann = await join(server, roomId);
    const bob = await join(server, roomId);
    await eventually(() => visitor.rooms.get(roomId)?.players === 2);
    await bob.drop();
    await eventually(() => server.plaza(roomId).seats.get(bob.sessionId)?.release);
    expect(visitor.rooms.get(roomId)?.players).toBe(2);
    skip(server.plaza(roomId), HOLD_MS);
    await eventually(() => visitor.rooms.get(roomId)?.players === 1);
    await ann.leave();
  });

  test("never shows a private room, not to those who come later either", async () => {
    const { roomId } = await server.openRoom({ private: true });
    const ann = await join(server, roomId);
    await ann.room.request("lobby:configure", { title: "Changed" });
    const open = await server.openRoom();
    await eventually(() => visitor.rooms.has(open.roomId));
    skip(await server.lobby(), REFRESH_MS);
    const late = await visit(server);
    await eventually(() => late.rooms.has(open.roomId));
    expect([...visitor.rooms.keys(), ...late.rooms.keys()]).not.toContain(roomId);
    await late.leave();
  });

  test("is whole for whoever comes later", async () => {
    const { roomId } = await server.openRoom();
    await eventually(() => visitor.rooms.has(roomId));
    const late = await visit(server);
    await eventually(() => late.rooms.size > 0);
    expect(Object.fromEntries(late.rooms)).toEqual(Object.fromEntries(visitor.rooms));
    await late.leave();
  });

  test("loses a room whose row is gone without a word, and keeps the others", async () => {
    const dead = await server.openRoom({ title: "Dead" });
    const alive = await server.openRoom({ title: "Alive" });
    await eventually(() => visitor.rooms.has(dead.roomId) && visitor.rooms.has(alive.roomId));
    await matchMaker.driver.remove(dead.roomId);
    skip(await server.lobby(), REFRESH_MS);
    await eventually(() => !visitor.rooms.has(dead.roomId));
    expect(visitor.rooms.has(alive.roomId)).toBe(true);
  });

  test("tells nothing about processes and addresses", async () => {
    const { roomId } = await server.openRoom();
    await eventually(() => visitor.rooms.has(roomId));
    expect(visitor.heard).toContain(roomId);
    expect(visitor.heard).not.toMatch(/processId|publicAddress|createdAt/);
    expect(visitor.heard).not.toContain(matchMaker.processId);
  });
});

describe("a second lobby", () => {
  /** As a process that stood still brings one back, which is found again by the others. */
  async function openSecond(): Promise<string> {
    const { roomId } = await matchMaker.createRoom(LOBBY_ROOM, {});
    // It looks for others when a test says so, and not before.
    skip(matchMaker.getLocalRoomById(roomId), -HOLD_MS);
    return roomId;
  }
  const lobbies = async () => (await matchMaker.query({ name: LOBBY_ROOM })).map(({ roomId }) => roomId);
  const refresh = (roomId: string) => skip(matchMaker.getLocalRoomById(roomId), HOLD_MS + REFRESH_MS);

  test("is given up for the fuller one, and its visitors are told where they belong", async () => {
    const first = visitor.room.roomId;
    const others = await Promise.all([visit(server), visit(server)]);
    const second = await openSecond();
    const ann = await visit(server, "Ann", server.guest(), second);
    const closed = new Promise((resolve) => ann.room.onLeave((code, reason) => resolve({ code, reason })));
    refresh(first);
    expect((await lobbies()).sort()).toEqual([first, second].sort());
    refresh(second);
    expect(await closed).toEqual({ code: 4149, reason: "lobby/room_moved" });
    await eventually(async () => (await lobbies()).length === 1);
    expect(await lobbies()).toEqual([first]);
    for (const other of others) await other.leave();
  });

  test("of another version is left alone", async () => {
    const second = await openSecond();
    const lobby = matchMaker.getLocalRoomById(second);
    await lobby.setMatchmaking({ metadata: { protocol: PROTOCOL_VERSION + 1 } });
    refresh(second);
    refresh(visitor.room.roomId);
    const { roomId } = await server.openRoom();
    await eventually(() => visitor.rooms.has(roomId));
    expect(await lobbies()).toHaveLength(2);
    await lobby.disconnect();
    await eventually(async () => (await lobbies()).length === 1);
  });
});

describe("the lobby's chat", () => {
  test("reaches everybody in the lobby and nobody in a room; late ones get the last lines", async () => {
    const ann = await visit(server, "Ann");
    const player = await join(server, (await server.openRoom()).roomId);
    const before = visitor.lines.length;
    for (const text of ["one", "two", "three", "four"]) await ann.room.request("chat:say", { text });
    await eventually(() => visitor.lines.length === before + 4);
    expect(visitor.lines[before]).toMatchObject({ kind: "say", text: "one", from: { name: "Ann" } });
    const late = await visit(server);
    await eventually(() => late.history.length > 0);
    expect(late.history.map((line) => "text" in line && line.text)).toEqual(["two", "three", "four"]);
    expect(JSON.stringify([player.lines, player.history])).not.toContain("two");
    await ann.leave();
    await late.leave();
  });

  test("whispers reach their two, and nobody else", async () => {
    const ann = await visit(server, "Ann");
    const bob = await visit(server, "Bob");
    await ann.room.request("chat:whisper", { name: "bob", text: "only you" });
    await eventually(() => bob.lines.length === 1);
    expect(ann.lines).toMatchObject([{ kind: "whisper", to: { name: "Bob" } }]);
    expect(visitor.heard).not.toContain("only you");
    await ann.leave();
    await bob.leave();
  });

  test("nobody is refused for a name: a taken one gets a number; one that cannot be is refused", async () => {
    const ann = await visit(server, "Ann");
    const other = await visit(server);
    expect(await other.room.request("lobby:name", { name: "ANN" })).toEqual({ name: "ANN 2" });
    expect(await ann.room.request("lobby:name", { name: "Ann" })).toEqual({ name: "Ann" });
    expect((await refusalOf(other.room.request("lobby:name", { name: "x" }))).reason).toBe("name/too_short");
    const twin = await visit(server, "Ann");
    expect(await twin.room.request("lobby:name", { name: "Ann" })).toEqual({ name: "Ann 3" });
    for (const one of [ann, other, twin]) await one.leave();
  });

  test("the same guest may be there twice: a lobby has no seats", async () => {
    const token = server.guest();
    const first = await visit(server, "Ann", token);
    const second = await visit(server, "Ann", token);
    await first.room.request("chat:say", { text: "still here" });
    await second.leave();
    await first.leave();
  });
});
