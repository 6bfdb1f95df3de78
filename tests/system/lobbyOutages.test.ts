// Before everything that loads the SDK.
import "./support/localSocket.ts";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import {
  LobbyConnection,
  type LobbyRoom,
  type LobbyState,
} from "../../apps/client/src/lobby/lobbyConnection.ts";
import { createMemoryStore } from "../../apps/client/src/session/api.ts";
import { Guest } from "../../apps/client/src/session/guest.ts";
import { isBehindForGood, MAX_ATTEMPTS } from "../../apps/client/src/session/retry.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { TestServer } from "../../apps/server/test/support/server.ts";
import { Answers } from "./support/answers.ts";
import { acceptLocalSockets, isLocal } from "./support/localSocket.ts";
import { VirtualTime } from "./support/virtualTime.ts";

/** Before the SDK is loaded: it holds on to the `fetch` it finds first. */
const answers = new Answers();
let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
  acceptLocalSockets(server);
});
afterAll(async () => {
  answers.stop();
  await server.stop();
});

let time: VirtualTime;
const lobbies: LobbyConnection[] = [];
beforeEach(() => {
  time = new VirtualTime();
});
afterEach(() => {
  for (const lobby of lobbies.splice(0)) lobby.close();
  time.end();
});

/** A lobby connection, and all the states that it goes through. */
function openLobby(): { lobby: LobbyConnection; states: LobbyState[] } {
  const guest = new Guest(server.endpoint, createMemoryStore());
  const lobby = new LobbyConnection(server.endpoint, guest, () => 0);
  lobbies.push(lobby);
  lobby.onRoom((room) => {
    room.onMessage("chat:history", () => undefined);
    room.onMessage("chat:line", () => undefined);
  });
  const states: LobbyState[] = [];
  lobby.onChange(() => {
    if (states.at(-1) !== lobby.state) states.push(lobby.state);
  });
  lobby.open("Ann");
  return { lobby, states };
}

/** Wait until it is open. */
function roomOf(lobby: LobbyConnection): Promise<LobbyRoom> {
  return time.until(
    eventually(() => lobby.state.name === "open" && lobby.state.room, 120_000),
    120_000,
  );
}

/** Pull the cable: nothing passes any more, and nobody is told. */
function silence({ connection }: LobbyRoom): void {
  if (!isLocal({ connection })) throw new Error("localSocket.ts must be imported before the SDK");
  const { ws } = connection.transport as unknown as { ws: WebSocket };
  ws.onmessage = null;
  ws.send = () => undefined;
  ws.close = () => undefined;
}

test("a lobby where nothing happens stays open; one that has died without a word is opened again", async () => {
  const { lobby, states } = openLobby();
  const first = await roomOf(lobby);
  await time.pass(5 * 60_000);
  expect(states.map(({ name }) => name)).toEqual(["opening", "open"]);

  const silentSince = time.now;
  silence(first);
  await time.until(eventually(() => states.length > 2, 30_000));
  expect(time.now - silentSince).toBeLessThan(11_000);
  expect(states[2]).toMatchObject({ name: "waiting", refusal: { reason: "session/connection_lost" } });
  expect((await roomOf(lobby)).sessionId).not.toBe(first.sessionId);
  const { code } = await time.until(server.openRoom());
  await time.until(eventually(() => lobby.rooms?.has(code)));
});

test("a lobby on a server that is older than the page is asked for until it is not, and the tries are counted", async () => {
  const refusal = "session/version_mismatch?server=3&client=1000";
  const body = JSON.stringify({ code: 403, error: refusal });
  answers.give("/matchmake/joinById", { status: 403, body }, MAX_ATTEMPTS + 1);
  const { lobby, states } = openLobby();
  await roomOf(lobby);
  const waits = states.flatMap((state) => (state.name === "waiting" ? [state] : []));
  expect(waits.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 17 }, (_, index) => index + 1));
  expect(waits.findIndex(({ refusal, attempt }) => isBehindForGood(refusal, attempt))).toBe(MAX_ATTEMPTS - 1);
  // Why stays known while the next try is under way: what is read of it must not come and go.
  const tries = states.flatMap((state) => (state.name === "opening" ? [state.refusal?.reason] : []));
  expect(tries).toEqual([undefined, ...waits.map(() => "session/version_mismatch")]);
});

test("a try that took long and was in vain counts like any other: a proxy keeps one waiting for its 502", async () => {
  answers.give("/api/lobby", { status: 502, afterMs: 6_000 }, 3);
  const { lobby, states } = openLobby();
  await roomOf(lobby);
  const waits = states.flatMap((state) => (state.name === "waiting" ? [state] : []));
  expect(waits.map(({ attempt, refusal: { reason } }) => [attempt, reason])).toEqual(
    [1, 2, 3].map((attempt) => [attempt, "session/server_unreachable"]),
  );
});
