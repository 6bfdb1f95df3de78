import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { LobbyConnection } from "../../apps/client/src/lobby/lobbyConnection.ts";
import { createMemoryStore } from "../../apps/client/src/session/api.ts";
import { Guest } from "../../apps/client/src/session/guest.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { produced } from "../../apps/server/test/support/produced.ts";
import { TestServer } from "../../apps/server/test/support/server.ts";
import { Tab } from "./support/client.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

const lobbies: LobbyConnection[] = [];
function createLobby(store = createMemoryStore()): LobbyConnection {
  const lobby = new LobbyConnection(server.endpoint, new Guest(server.endpoint, store));
  lobby.onRoom((room) => {
    room.onMessage("chat:history", () => undefined);
    room.onMessage("chat:line", () => undefined);
  });
  lobbies.push(lobby);
  return lobby;
}
afterEach(() => {
  for (const lobby of lobbies.splice(0)) lobby.close();
});

test("the list follows a room from its opening to its end", async () => {
  const lobby = createLobby();
  lobby.open("Ann");
  await eventually(() => lobby.state.name === "open");
  const { roomId, code } = await server.openRoom({ title: "Mine" });
  await eventually(() => lobby.rooms.get(roomId)?.title === "Mine");
  const tab = new Tab(server.endpoint);
  await tab.enter(code, "Bob");
  await eventually(() => lobby.rooms.get(roomId)?.players === 1);
  await tab.connection.leave();
  await eventually(() => !lobby.rooms.has(roomId));
});

test("it opens again by itself when it was lost, with a fresh list", async () => {
  const { roomId } = await server.openRoom();
  const lobby = createLobby();
  lobby.open();
  await eventually(() => lobby.state.name === "open" && lobby.rooms.has(roomId));
  if (lobby.state.name === "open") lobby.state.room.connection.close(4010);
  expect(lobby.state.name).toBe("waiting");
  expect(lobby.rooms.size).toBe(0);
  await eventually(() => lobby.state.name === "open" && lobby.rooms.has(roomId), 6_000);
}, 10_000);

test("an unknown token is replaced by itself", async () => {
  const store = createMemoryStore();
  const expiresAt = Date.now() + 10 * 86_400_000;
  store.setItem("tagalong.guest", JSON.stringify({ token: "not.ours", expiresAt }));
  const lobby = createLobby(store);
  lobby.open();
  await eventually(() => lobby.state.name === "open", 6_000);
}, 10_000);

test("closed while it opens, it stays closed and leaves nobody in the lobby", async () => {
  const lobby = createLobby();
  lobby.open();
  lobby.close();
  expect(lobby.state.name).toBe("closed");
  const other = createLobby();
  other.open();
  await eventually(() => other.state.name === "open");
  const { clients } = await server.lobby();
  await eventually(() => clients.length === 1);
  expect(lobby.state.name).toBe("closed");
});

test("where trying again cannot help, it does not", async () => {
  const { guestList } = server.services;
  const { check } = guestList;
  guestList.check = () => "session/not_allowed";
  const lobby = createLobby();
  lobby.open();
  const waiting = await eventually(() => lobby.state.name === "waiting" && lobby.state);
  expect(waiting).toMatchObject({ refusal: { reason: "session/not_allowed" }, retryAt: undefined });
  await produced(server, "session/not_allowed");
  guestList.check = check;
});
