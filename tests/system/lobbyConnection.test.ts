import { matchMaker } from "@colyseus/core";
import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { LOBBY_ROOM } from "@tagalong/shared/lobby/protocol.ts";
import { LobbyConnection } from "../../apps/client/src/lobby/lobbyConnection.ts";
import { createMemoryStore } from "../../apps/client/src/session/api.ts";
import { Guest } from "../../apps/client/src/session/guest.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { produced } from "../../apps/server/test/support/produced.ts";
import { TestServer } from "../../apps/server/test/support/server.ts";
import { skip } from "../../apps/server/test/support/skip.ts";
import { Answers } from "./support/answers.ts";
import { Tab } from "./support/client.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

const lobbies: LobbyConnection[] = [];
function createLobby(store = createMemoryStore()): LobbyConnection {
  const lobby = new LobbyConnection(server.endpoint, new Guest(server.endpoint, store), () => 0);
  lobby.onRoom((room) => {
    room.onMessage("chat:history", () => undefined);
    room.onMessage("chat:line", () => undefined);
  });
  lobbies.push(lobby);
  return lobby;
}
afterEach(() => {
  jest.restoreAllMocks();
  for (const lobby of lobbies.splice(0)) lobby.close();
});

test("the list follows a room from its opening to its end", async () => {
  const lobby = createLobby();
  lobby.open("Ann");
  await eventually(() => lobby.state.name === "open");
  const { code } = await server.openRoom({ title: "Mine" });
  await eventually(() => lobby.rooms?.get(code)?.title === "Mine");
  const tab = new Tab(server.endpoint);
  await tab.enter(code, "Bob");
  await eventually(() => lobby.rooms?.get(code)?.players === 1);
  await tab.connection.leave();
  await eventually(() => lobby.rooms?.has(code) === false);
});

test("it opens again by itself when it was lost; until then it shows what it had", async () => {
  const { code } = await server.openRoom();
  const gone = await server.openRoom();
  const lobby = createLobby();
  lobby.open();
  await eventually(() => lobby.state.name === "open" && lobby.rooms?.has(gone.code));
  const seen: unknown[] = [];
  const states: unknown[] = [];
  lobby.onChange(() => {
    seen.push(lobby.rooms?.has(code));
    const { state } = lobby;
    if (states.at(-1) !== state) states.push(state);
  });
  (await server.lobby()).closeRoom("lobby/room_moved");
  await eventually(() => states.length > 0);
  expect(states[0]).toMatchObject({ name: "waiting", refusal: { reason: "lobby/room_moved" } });
  server.plaza(gone.roomId).closeRoom("session/internal_error");
  await eventually(() => lobby.state.name === "open" && lobby.rooms?.has(gone.code) === false);
  // Nobody who looked at the list saw it empty.
  expect(new Set(seen)).toEqual(new Set([true]));
  lobby.close();
  expect(lobby.rooms).toBeUndefined();
});

test("whoever is called something else by now is called so in the next lobby too", async () => {
  const lobby = createLobby();
  const names: string[] = [];
  lobby.onRoom((room) => {
    room.onMessage("chat:line", (line) => void (line.kind === "say" && names.push(line.from.name)));
  });
  lobby.open("Ann");
  await eventually(() => lobby.state.name === "open");
  lobby.renamed("Zoe");
  const before = lobby.state;
  (await server.lobby()).closeRoom("lobby/room_moved");
  await eventually(() => lobby.state.name === "open" && lobby.state !== before);
  const { state } = lobby;
  if (state.name === "open") await state.room.request("chat:say", { text: "hello" });
  await eventually(() => names.length > 0);
  expect(names).toEqual(["Zoe"]);
});

test("of two lobbies one is left for the other by itself, and everybody hears everybody again", async () => {
  const heard = new Map<LobbyConnection, string[]>();
  const enter = async (name: string) => {
    const lobby = createLobby();
    const lines: string[] = [];
    heard.set(lobby, lines);
    lobby.onRoom((room) => {
      room.onMessage("chat:line", (line) => void ("text" in line && lines.push(line.text)));
    });
    lobby.open(name);
    await eventually(() => lobby.state.name === "open");
    return lobby;
  };
  const roomIdOf = ({ state }: LobbyConnection) => state.name === "open" && state.room.roomId;
  const fuller = [await enter("Ann"), await enter("Bob")];
  const { roomId } = await matchMaker.createRoom(LOBBY_ROOM, {});
  const answers = new Answers();
  answers.give("/api/lobby", { status: 200, body: JSON.stringify({ roomId }) });
  const cleo = await enter("Cleo");
  answers.stop();
  expect(roomIdOf(cleo)).toBe(roomId);

  skip(matchMaker.getLocalRoomById(roomId), 6_000);
  await eventually(() => roomIdOf(cleo) === roomIdOf(fuller[0] as LobbyConnection));
  const { state } = cleo;
  if (state.name === "open") await state.room.request("chat:say", { text: "here I am" });
  await eventually(() => [...heard.values()].every((lines) => lines.includes("here I am")));
});

test("the longer it cannot be opened, the less often it is tried", async () => {
  const answers = new Answers();
  answers.refuse("/api/lobby", 503, "server/unavailable", 3);
  // The time of day stands still, so that none passes until it is read.
  const now = Date.now();
  const day = jest.spyOn(Date, "now").mockReturnValue(now);
  const waits: number[] = [];
  const lobby = createLobby();
  lobby.onChange(() => {
    const { state } = lobby;
    if (state.name === "waiting") waits.push((state.retryAt ?? 0) - now);
  });
  lobby.open();
  await eventually(() => lobby.state.name === "open");
  answers.stop();
  day.mockRestore();
  expect(waits).toEqual([0, 300, 600]);
});

test("an unknown token is replaced by itself", async () => {
  const store = createMemoryStore();
  const expiresAt = Date.now() + 10 * 86_400_000;
  store.setItem("tagalong.guest", JSON.stringify({ token: "not.ours", expiresAt }));
  const lobby = createLobby(store);
  lobby.open();
  await eventually(() => lobby.state.name === "open");
});

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
