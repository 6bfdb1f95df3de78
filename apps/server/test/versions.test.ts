import { matchMaker } from "@colyseus/core";
import { ColyseusSDK } from "@colyseus/sdk";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LobbyResponse, RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import type { Approved } from "../src/session/approval.ts";
import { join, newName, refusalOf } from "./support/Player.ts";
import { TestServer } from "./support/server.ts";

const OTHER = PROTOCOL_VERSION + 1;
const mismatch = (server: number, client: number) => ({
  reason: "session/version_mismatch",
  detail: { server: String(server), client: String(client) },
});

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

/** As if its process were of another version. */
async function age(roomId: string, protocol: number): Promise<void> {
  const room = server.plaza(roomId);
  await room.setMatchmaking({ metadata: { ...room.metadata, protocol } });
}

describe("a page of another version than the process it asks", () => {
  const NEW_ROOM = { title: "New", maxPlayers: 8, private: false };
  test.each([
    ["/api/lobby", undefined],
    ["/api/quick-play", {}],
    ["/api/rooms", NEW_ROOM],
    ["/api/rooms/ABCDE", undefined],
  ])("is told both versions by %s, and nothing is opened for it", async (path, body) => {
    const before = matchMaker.stats.local.roomCount;
    for (const version of [PROTOCOL_VERSION - 1, OTHER]) {
      const options = { token: server.guest(), ...(body && { body }) };
      const refusal = await server.refusalOfCall(`${path}?protocol=${version}`, options);
      expect(refusal).toEqual(mismatch(PROTOCOL_VERSION, version));
    }
    expect(matchMaker.stats.local.roomCount).toBe(before);
  });

  test("is told them by the greeting too", async () => {
    const { roomId } = await server.openRoom();
    const bob = await join(server, roomId, { hello: false });
    bob.room.send("session:hello", { protocol: OTHER, build: "later" });
    expect((await bob.closed).refusal).toEqual(mismatch(PROTOCOL_VERSION, OTHER));
  });

  test.each(["a room", "the lobby"])("is not let into %s by a door of its own version", async (what) => {
    const { roomId } =
      what === "a room"
        ? await server.openRoom()
        : ((await server.call("/api/lobby")).answer as LobbyResponse);
    const room = await matchMaker.getRoomById(roomId);
    const approved: Approved = {
      guestId: "11111111-1111-4111-8111-111111111111",
      publicId: "somebody",
      address: "127.0.0.1",
      name: newName(),
      options: { protocol: OTHER },
      requestId: undefined,
    };
    const seat = await matchMaker.reserveSeatFor(room, {}, approved);
    const count = await server.count("session/version_mismatch");
    const entered = new ColyseusSDK(server.endpoint).consumeSeatReservation(seat);
    expect(await refusalOf(entered)).toEqual(mismatch(PROTOCOL_VERSION, OTHER));
    expect(await server.count("session/version_mismatch")).toBe(count + 1);
  });
});

describe("a room on a process of another version", () => {
  test("may know options that the door cannot read: the page is told to wait, and not that they are bad", async () => {
    const { roomId } = await server.openRoom();
    await age(roomId, OTHER);
    const later = (protocol: number) =>
      refusalOf(join(server, roomId, { raw: { protocol, hat: "a feather" } }));
    expect(await later(OTHER)).toEqual(mismatch(PROTOCOL_VERSION, OTHER));
    await age(roomId, PROTOCOL_VERSION);
    expect(await later(PROTOCOL_VERSION)).toMatchObject({ reason: "lobby/bad_options" });
  });

  test("is not what quick play chooses, however full it is", async () => {
    const fuller = await server.openRoom();
    for (let left = 3; left > 0; left--) await join(server, fuller.roomId);
    const quick = async () => {
      const { answer } = await server.call("/api/quick-play", { body: {}, token: server.guest() });
      return (answer as RoomResponse).roomId;
    };
    expect(await quick()).toBe(fuller.roomId);
    await age(fuller.roomId, OTHER);
    expect(await quick()).not.toBe(fuller.roomId);
  });

  test.each([
    ["older", PROTOCOL_VERSION - 1],
    ["newer", OTHER],
  ])("that is %s answers both versions to a code and to a ticket", async (_what, version) => {
    const creator = server.guest();
    const { roomId, code } = await server.openRoom({ creator });
    const ann = await join(server, roomId, { token: creator });
    await age(roomId, version);
    const refusal = mismatch(version, PROTOCOL_VERSION);
    expect(await server.refusalOfCall(`/api/rooms/${code}`, { token: server.guest() })).toEqual(refusal);
    const body = { ticket: ann.welcome?.roomTicket, protocol: PROTOCOL_VERSION };
    expect(await server.refusalOfCall("/api/rooms/open", { body, token: creator })).toEqual(refusal);
  });

  test("has a lobby of its own", async () => {
    const roomId = async () => ((await server.call("/api/lobby")).answer as LobbyResponse).roomId;
    const before = await roomId();
    await (await server.lobby()).setMatchmaking({ metadata: { protocol: OTHER } });
    const own = await roomId();
    expect(own).not.toBe(before);
    expect(await roomId()).toBe(own);
  });
});
