import { matchMaker } from "@colyseus/core";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { LOBBY_ROOM, type LobbyResponse, type RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { PLAZA_ROOM } from "@tagalong/shared/world/protocol.ts";
import type { Member } from "../src/cluster/Cluster.ts";
import { KeepingCluster } from "./support/KeepingCluster.ts";
import { TestServer } from "./support/server.ts";

const CAPACITY = 10;

/** Knows of another process, which is as full as it is said to be. */
class SharedCluster extends KeepingCluster {
  playersElsewhere = 0;
  protocolElsewhere = PROTOCOL_VERSION;

  override get members(): readonly Member[] {
    const other = { processId: "other", name: "other", rooms: 1, capacity: CAPACITY, stage: "open" } as const;
    return [...super.members, { ...other, players: this.playersElsewhere, protocol: this.protocolElsewhere }];
  }
}

const cluster = new SharedCluster();
let server: TestServer;
let here: { room: string; lobby: string };
beforeAll(async () => {
  server = await TestServer.start({}, { cluster });
  // Both have somebody in, to whom those who come would go first of all.
  for (const name of [PLAZA_ROOM, LOBBY_ROOM]) {
    const roomId = `${name} elsewhere`;
    const row = {
      roomId,
      processId: "other",
      name,
      private: name === LOBBY_ROOM,
      clients: 3,
      maxClients: 16,
      locked: false,
    };
    const metadata = { code: "ABCDE", title: "Elsewhere", password: false, protocol: PROTOCOL_VERSION };
    const { driver } = matchMaker;
    await driver.persist(
      { ...(await matchMaker.query({ name: LOBBY_ROOM }))[0], ...row, metadata } as never,
      true,
    );
  }
  here = { room: (await server.openRoom()).roomId, lobby: (await server.lobby()).roomId };
});
afterAll(() => server.stop());

async function asked(): Promise<{ room: string; lobby: string }> {
  const token = server.guest();
  const [quickPlay, lobby] = await Promise.all([
    server.call("/api/quick-play", { body: {}, token }),
    server.call("/api/lobby", { token }),
  ]);
  return { room: (quickPlay.answer as RoomResponse).roomId, lobby: (lobby.answer as LobbyResponse).roomId };
}
const elsewhere = { room: `${PLAZA_ROOM} elsewhere`, lobby: `${LOBBY_ROOM} elsewhere` };

test("quick play and the lobby lead to a full process only when there is no other", async () => {
  cluster.playersElsewhere = CAPACITY - 1;
  expect(await asked()).toEqual(elsewhere);
  cluster.playersElsewhere = CAPACITY;
  expect(await asked()).toEqual(here);
  // No new room for whoever would not get into it: the door says why.
  const restore = server.configure({ MAX_CONNECTIONS: 0 });
  expect(await asked()).toEqual(elsewhere);
  restore();
});

// The last one: what the others find is handed on.
test("an emptied process takes rooms back when no other is left that those who ask it can follow", async () => {
  const { drain } = server.app;
  await drain.start();
  expect(await drain.takeBack()).toBe(false);
  cluster.protocolElsewhere = PROTOCOL_VERSION - 1;
  expect(await drain.takeBack()).toBe(true);
  expect(cluster.stage).toBe("open");
});
