import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { createRandom, pick } from "@tagalong/shared/lib/random.ts";
import type { RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { createMemoryStore } from "../../apps/client/src/session/api.ts";
import type { ConnectionState, JoinRequest } from "../../apps/client/src/session/connection.ts";
import { eventually, steps } from "../../apps/server/test/support/eventually.ts";
import { producedByClient } from "../../apps/server/test/support/produced.ts";
import { HOLD_MS, TestServer } from "../../apps/server/test/support/server.ts";
import { skip } from "../../apps/server/test/support/skip.ts";
import { copyOf, Tab } from "./support/client.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

const tabs: Tab[] = [];
function openTab(options?: ConstructorParameters<typeof Tab>[1], endpoint = server.endpoint): Tab {
  const tab = new Tab(endpoint, options);
  tabs.push(tab);
  return tab;
}
afterEach(async () => {
  for (const { connection } of tabs.splice(0)) {
    if (connection.state.name === "connected") await connection.leave();
    else connection.cancel();
  }
});

function withoutCourses(state: object): unknown {
  return JSON.parse(JSON.stringify(state, (key, value) => (/^course[XY]$/.test(key) ? undefined : value)));
}

const NEW_ROOM = { title: "A room", maxPlayers: 8, private: false };

describe("the way in", () => {
  const targets: [string, (room: RoomResponse) => JoinRequest["target"]][] = [
    ["quick play", () => ({ kind: "quick" })],
    ["a new room", () => ({ kind: "create", room: NEW_ROOM })],
    ["a new room with a password", () => ({ kind: "create", room: { ...NEW_ROOM, password: "pw" } })],
    ["a code", ({ code }) => ({ kind: "code", code })],
  ];
  test.each(targets)("by %s enters each state once and in order", async (_how, target) => {
    const tab = openTab();
    expect(tab.connection.state.name).toBe("idle");
    expect(await tab.connection.join({ target: target(await server.openRoom()), name: "Ann" })).toBe(true);
    expect(tab.states).toEqual(["connecting", "handshake", "approval", "connected"]);
    const { welcome, room } = tab.as("connected");
    expect(welcome.sessionId).toBe(room.sessionId);
    expect(welcome.name).toBe("Ann");
    const events = server.eventsOf(room.sessionId);
    expect(events).toEqual(["connect", "join"]);
    // What a state holds is of one piece: the room found is the room welcomed to.
    const found = tab.changes.flatMap(({ to }) => ("room" in to && "code" in to.room ? [to.room.code] : []));
    expect(found).toEqual([welcome.room.code, welcome.room.code]);
  });

  test("a second join while one is under way does nothing", async () => {
    const tab = openTab();
    const first = tab.connection.join({ target: { kind: "quick" }, name: "Ann" });
    expect(await tab.connection.join({ target: { kind: "quick" }, name: "Bob" })).toBe(false);
    await first;
    expect(tab.as("connected").welcome.name).toBe("Ann");
    expect(await tab.connection.join({ target: { kind: "quick" }, name: "Bob" })).toBe(false);
  });

  test("a token that the server does not know is replaced without asking", async () => {
    const lasting = createMemoryStore();
    const expiresAt = Date.now() + 10 * 86_400_000;
    lasting.setItem("tagalong.guest", JSON.stringify({ token: "not.ours", expiresAt }));
    const tab = openTab({ lasting, store: createMemoryStore() });
    await tab.connection.join({ target: { kind: "quick" }, name: "Ann" });
    expect(tab.states).toEqual(["connecting", "handshake", "approval", "connected"]);
  });

  test("whoever asks for a token at the same time, in one tab or in two, is one guest", async () => {
    const tab = openTab();
    const second = openTab({ lasting: tab.lasting });
    const asked = [tab, tab, second].map(({ connection }) => connection.guest.token());
    const [first] = await Promise.all(asked);
    expect(await tab.connection.guest.token()).toBe(await second.connection.guest.token());
    expect(await asked[1]).toBe(first);
  });

  test("a taken name is refused with a suggestion that works", async () => {
    const { code } = await server.openRoom();
    await openTab().enter(code, "Ann");
    const tab = openTab();
    await tab.connection.join({ target: { kind: "code", code }, name: "Ann" });
    expect(tab.states).toEqual(["connecting", "handshake", "disconnected"]);
    const { refusal } = tab.as("disconnected");
    expect(refusal.reason).toBe("name/taken");
    await tab.connection.again({ name: refusal.detail?.suggestion ?? "" });
    expect(tab.as("connected").welcome.name).toBe(refusal.detail?.suggestion);
    expect(tab.code).toBe(code);
  });

  test("a password room is asked for before the join, refused when wrong, and entered when right", async () => {
    const { code } = await server.openRoom({ password: "right" });
    await server.openRoom();
    const tab = openTab();
    await tab.connection.join({ target: { kind: "code", code }, name: "Ann" });
    expect(tab.states).toEqual(["connecting", "disconnected"]);
    expect(tab.refusal?.reason).toBe("lobby/password_needed");
    await tab.connection.again({ password: "wrong" });
    expect(tab.refusal?.reason).toBe("lobby/password_wrong");
    await tab.connection.again({ password: "right" });
    expect(tab.code).toBe(code);
  });

  test("a code that cannot be, and a code of no room", async () => {
    const tab = openTab();
    await tab.connection.join({ target: { kind: "code", code: "nope" }, name: "Ann" });
    expect(tab.refusal?.reason).toBe("lobby/bad_code");
    await tab.connection.again();
    await tab.connection.join({ target: { kind: "code", code: "ZZZZZ" }, name: "Ann" });
    expect(tab.refusal?.reason).toBe("lobby/room_not_found");
  });
});

/** Join a room with somebody in it, and cancel as soon as the connection is there. */
async function cancelWhile(when: ConnectionState["name"]): Promise<void> {
  const room = await server.openRoom();
  await openTab().enter(room.code, "Keeper");
  const tab = openTab();
  tab.connection.onChange(({ to }) => {
    if (to.name === when) tab.connection.cancel();
  });
  let isSettled = false;
  const join = tab.connection.join({ target: { kind: "code", code: room.code }, name: "Ann" });
  void join.then(() => {
    isSettled = true;
  });
  await tab.reaches("disconnected");
  producedByClient(tab.refusal, "session/cancelled");
  await eventually(() => {
    const { seats, clients } = server.plaza(room.roomId);
    return isSettled && seats.size === 1 && clients.length === 1;
  });
  // And the way is free for another try.
  tab.connection.cancel();
  expect(tab.connection.state.name).toBe("idle");
}

describe("cancelling", () => {
  test("while connecting leaves no seat behind", () => cancelWhile("connecting"));
  test("while shaking hands leaves no seat behind", () => cancelWhile("handshake"));
  test("while waiting for approval leaves no seat behind", () => cancelWhile("approval"));

  test("while reconnecting gives the seat up for good", async () => {
    const tab = openTab({}, server.endpoint);
    const { code } = await server.openRoom();
    await tab.enter(code, "Ann");
    tab.connection.onChange(({ to }) => {
      if (to.name === "reconnecting") tab.connection.cancel();
    });
    tab.connection.drop();
    await tab.reaches("disconnected");
    expect(tab.refusal?.reason).toBe("session/cancelled");
    expect(await openTab({ store: tab.store }).connection.resume()).toBe(false);
  });
});

describe("reasons that only the client can know", () => {
  test("a server that is not there", async () => {
    const tab = openTab({}, "http://127.0.0.1:9");
    await tab.connection.join({ target: { kind: "quick" }, name: "Ann" });
    producedByClient(tab.refusal, "session/server_unreachable");
    expect(tab.as("disconnected").again).toMatchObject({ name: "Ann" });
  });

  test("a lost connection, while it is being brought back", async () => {
    const tab = openTab();
    await tab.enter((await server.openRoom()).code, "Ann");
    tab.connection.drop();
    producedByClient(tab.refusal, "session/connection_lost");
    await tab.reaches("connected");
  });

  test("a room left by its own means is a leave, not a fault", async () => {
    const tab = openTab();
    const room = await tab.enter((await server.openRoom()).code, "Ann");
    const closed = new Promise<number>((resolve) => room.onLeave((code) => resolve(code)));
    void room.leave(true);
    const { refusalOfClose } = await import("@tagalong/shared/session/reasons.ts");
    producedByClient(refusalOfClose(await closed, ""), "session/left");
    await tab.reaches("idle");
  });
});

/** A closed laptop: the seat is held as long as seats are, and then no more. */
async function loseForGood(tab: Tab, roomId: string): Promise<void> {
  const { sessionId } = tab.room;
  tab.cut();
  await eventually(() => server.plaza(roomId).seats.get(sessionId)?.release);
  skip(server.plaza(roomId), HOLD_MS);
}

describe("a lost connection", () => {
  test("comes back by itself: same session, same place, same state; and can be lost again", async () => {
    const { code, roomId } = await server.openRoom();
    const other = openTab();
    await other.enter(code, "Other");
    const tab = openTab();
    const before = await tab.enter(code, "Ann");
    const player = server.plaza(roomId).state.players.get(before.sessionId);
    if (player) player.x += 32;
    const { sessionId } = before;
    for (let time = 0; time < 3; time++) {
      tab.changes.length = 0;
      tab.connection.drop();
      expect(tab.as("reconnecting")).toMatchObject({
        attempt: 1,
        code,
        why: { reason: "session/connection_lost" },
        refusal: { reason: "session/connection_lost" },
      });
      await tab.reaches("connected");
      expect(tab.states).toEqual(["reconnecting", "connected"]);
      expect(tab.room.sessionId).toBe(sessionId);
    }
    await eventually(() => tab.room.state.players?.get(sessionId));
    await steps(server.plaza(roomId), 3);
    // Where a course has led by now is told with the full state only: from there on everybody follows it alone.
    for (const { room } of [tab, other]) {
      expect(withoutCourses(room.state)).toEqual(withoutCourses(server.plaza(roomId).state));
    }
    expect(other.lines.filter(({ kind }) => kind === "leaving")).toEqual([]);
  });

  test("in the very moment of the welcome comes back too", async () => {
    const { code } = await server.openRoom();
    await openTab().enter(code, "Other");
    const tab = openTab();
    let sessionId = "";
    const stop = tab.connection.onChange(({ to }) => {
      if (to.name !== "connected") return;
      stop();
      sessionId = to.room.sessionId;
      tab.connection.drop();
    });
    await tab.connection.join({ target: { kind: "code", code }, name: "Ann" });
    await tab.reaches("connected");
    expect(tab.room.sessionId).toBe(sessionId);
    expect(tab.states).toEqual([
      "connecting",
      "handshake",
      "approval",
      "connected",
      "reconnecting",
      "connected",
    ]);
  });

  test("longer than the hold: a new seat in the same room, as long as the ticket says so", async () => {
    const { code, roomId } = await server.openRoom({ password: "pw" });
    const other = openTab();
    await other.enter(code, "Other", "pw");
    const tab = openTab();
    await tab.enter(code, "Ann", "pw");
    const kept = copyOf(tab.store);
    const { lasting } = tab;
    await loseForGood(tab, roomId);
    await eventually(() => other.lines.some((line) => line.kind === "leaving" && line.cause === "timeout"));
    const back = openTab({ lasting, store: kept });
    expect(await back.connection.resume()).toBe(true);
    expect(back.as("connected").welcome).toMatchObject({ name: "Ann", room: { code } });
  });

  test("much longer: the player is told, and is back in the same room by one click", async () => {
    const { code, roomId } = await server.openRoom();
    const other = openTab();
    await other.enter(code, "Other");
    const tab = openTab();
    await tab.enter(code, "Ann");
    const kept = createMemoryStore();
    const record = JSON.parse(tab.store.getItem("tagalong.seat") ?? "{}");
    kept.setItem("tagalong.seat", JSON.stringify({ ...record, lastSeenAt: Date.now() - 2 * HOLD_MS }));
    await loseForGood(tab, roomId);
    await eventually(() => other.lines.some((line) => line.kind === "leaving"));
    const back = openTab({ lasting: tab.lasting, store: kept });
    await back.connection.resume();
    expect(back.as("disconnected")).toMatchObject({ refusal: { reason: "session/seat_expired" } });
    // Whoever was in comes back through the lock.
    await other.room.request("lobby:configure", { locked: true });
    await back.connection.again();
    expect(back.code).toBe(code);
  });

  test("under a name that was changed comes back under that one", async () => {
    const { code, roomId } = await server.openRoom();
    const other = openTab();
    await other.enter(code, "Other");
    const tab = openTab();
    await tab.enter(code, "Ann");
    const { name } = await tab.room.request("session:rename", { name: "Zoe" });
    tab.connection.renamed(name);
    const kept = copyOf(tab.store);
    await loseForGood(tab, roomId);
    await eventually(() => other.lines.some((line) => line.kind === "leaving"));
    const back = openTab({ lasting: tab.lasting, store: kept });
    await back.connection.resume();
    expect(back.as("connected").welcome.name).toBe("Zoe");
  });

  test("of a room that has ended meanwhile opens it again under its code", async () => {
    const { code, roomId } = await server.openRoom({ title: "Ours" });
    const tab = openTab();
    await tab.enter(code, "Ann");
    const kept = copyOf(tab.store);
    await loseForGood(tab, roomId);
    await eventually(() => !server.hasRoom(roomId));
    const back = openTab({ lasting: tab.lasting, store: kept });
    await back.connection.resume();
    expect(back.as("connected").welcome.room).toMatchObject({ code, title: "Ours" });
  });
});

describe("a page that is loaded again", () => {
  test("takes its seat over while the old socket is still open, and nobody notices", async () => {
    const { code, roomId } = await server.openRoom();
    const other = openTab();
    await other.enter(code, "Other");
    const before = openTab();
    const { sessionId } = await before.enter(code, "Ann");
    const after = openTab({ lasting: before.lasting, store: copyOf(before.store) });
    expect(await after.connection.resume()).toBe(true);
    expect(after.states).toEqual(["reconnecting", "connected"]);
    expect(after.room.sessionId).toBe(sessionId);
    await before.reaches("disconnected");
    expect(before.refusal?.reason).toBe("session/replaced");
    expect(server.plaza(roomId).seats.size).toBe(2);
    expect(other.lines.filter(({ kind }) => kind === "leaving")).toEqual([]);
  });

  test("without a seat to go back to stays in the menu", async () => {
    const tab = openTab();
    expect(await tab.connection.resume()).toBe(false);
    expect(tab.states).toEqual([]);
  });

  test("after leaving stays in the menu", async () => {
    const tab = openTab();
    await tab.enter((await server.openRoom()).code, "Ann");
    await tab.connection.leave();
    expect(tab.connection.state.name).toBe("idle");
    expect(await openTab({ store: tab.store, lasting: tab.lasting }).connection.resume()).toBe(false);
  });
});

describe("the same guest in two tabs", () => {
  test("the newer wins, and the older is told why and does not fight back", async () => {
    const { code } = await server.openRoom();
    const older = openTab();
    await older.enter(code, "Ann");
    const newer = openTab({ lasting: older.lasting });
    await newer.enter(code, "Ann");
    await older.reaches("disconnected");
    expect(older.refusal?.reason).toBe("session/replaced");
    expect(newer.connection.state.name).toBe("connected");
    // By one click it is the other way round.
    await older.connection.again();
    await newer.reaches("disconnected");
    expect(older.connection.state.name).toBe("connected");
  });
});

describe("being kicked", () => {
  test("ends it for good: no retry, and no way back by a click", async () => {
    const { code } = await server.openRoom();
    const leader = openTab();
    const room = await leader.enter(code, "Leader");
    const tab = openTab();
    const { sessionId } = await tab.enter(code, "Ann");
    await room.request("lobby:kick", { sessionId });
    await tab.reaches("disconnected");
    expect(tab.refusal?.reason).toBe("lobby/kicked");
    await tab.connection.again();
    expect(tab.refusal?.reason).toBe("lobby/banned");
  });
});

const EDGES: Record<ConnectionState["name"], ConnectionState["name"][]> = {
  idle: ["connecting", "reconnecting"],
  connecting: ["handshake", "waiting", "disconnected"],
  waiting: ["connecting", "disconnected"],
  handshake: ["approval", "waiting", "disconnected"],
  approval: ["connected", "waiting", "disconnected"],
  connected: ["reconnecting", "disconnected", "idle"],
  reconnecting: ["reconnecting", "connected", "disconnected", "idle"],
  disconnected: ["connecting", "idle"],
};

test("whatever a player does, no state is skipped, repeated or entered from a wrong one", async () => {
  const seed = 4_711;
  const random = createRandom(seed);
  const { code, roomId } = await server.openRoom();
  await openTab().enter(code, "Keeper");
  const tab = openTab();
  const timers: Promise<unknown>[] = [];
  const acts = [
    () => tab.connection.join({ target: { kind: "code", code }, name: "Ann" }),
    () => tab.connection.join({ target: { kind: "code", code }, name: "Ann" }),
    () => tab.connection.cancel(),
    () => tab.connection.leave(),
    () => tab.connection.drop(),
    () => tab.connection.again(),
    () => tab.connection.retryNow(),
    () => steps(server.plaza(roomId), 1),
    () => steps(server.plaza(roomId), 1),
  ];
  for (let i = 0; i < 60; i++) {
    const done = Promise.resolve(pick(acts, random)()).catch(() => undefined);
    const enough = steps(server.plaza(roomId), 10);
    timers.push(enough);
    if (random() < 0.6) await Promise.race([done, enough]);
  }
  tab.connection.cancel();
  await tab.connection.leave();
  await eventually(() => ["idle", "disconnected"].includes(tab.connection.state.name));
  await Promise.all(timers);
  let at: ConnectionState["name"] = "idle";
  for (const { from, to } of tab.changes) {
    expect({ seed, at, from, isAllowed: EDGES[from].includes(to.name), to: to.name }).toEqual({
      seed,
      at,
      from: at,
      isAllowed: true,
      to: to.name,
    });
    at = to.name;
  }
  // And the server has nothing left of it but what it holds for a while.
  await eventually(() => {
    skip(server.plaza(roomId), HOLD_MS);
    return server.plaza(roomId).seats.size === 1;
  });
});
