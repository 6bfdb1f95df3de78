import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { encodeRefusal } from "@tagalong/shared/session/reasons.ts";
import { createMemoryStore } from "../../apps/client/src/session/api.ts";
import type { SeatRecord } from "../../apps/client/src/session/seatStore.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { TestServer } from "../../apps/server/test/support/server.ts";
import { Answers } from "./support/answers.ts";
import { copyOf, Tab } from "./support/client.ts";

let server: TestServer;
let answers: Answers;
const tabs: Tab[] = [];
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());
beforeEach(() => {
  answers = new Answers();
});
afterEach(async () => {
  jest.restoreAllMocks();
  answers.stop();
  for (const { connection } of tabs.splice(0)) {
    if (connection.state.name === "connected") await connection.leave();
    else connection.cancel();
  }
});

function openTab(options?: ConstructorParameters<typeof Tab>[1]): Tab {
  const tab = new Tab(server.endpoint, { random: () => 0, ...options });
  tabs.push(tab);
  return tab;
}

/** A tab in a room, with nothing on record yet. */
async function enterRoom(name = "Ann"): Promise<Tab> {
  const tab = openTab();
  await tab.enter((await server.openRoom({ title: "Ours" })).code, name);
  tab.changes.length = 0;
  answers.requests.length = 0;
  return tab;
}

/** It was away, however shortly, and is here again. */
async function comesBack(tab: Tab): Promise<void> {
  await eventually(() => tab.states.includes("reconnecting") && tab.as("connected"));
}

/** The code of the room that was tried to come back to. */
function lostRoomOf({ changes }: Tab): string | undefined {
  return changes.flatMap(({ to }) => ("code" in to ? [to.code] : []))[0];
}

/** No wait between tries. */
function hurry({ connection }: Tab): void {
  connection.onChange(({ to }) => {
    const isWait = (to.name === "waiting" || to.name === "reconnecting") && to.retryAt !== undefined;
    if (isWait) queueMicrotask(() => connection.retryNow());
  });
}

const SEAT: SeatRecord = {
  reconnectionToken: "a:b",
  code: "ABCDE",
  ticket: "t",
  request: { target: { kind: "code", code: "ABCDE" }, name: "Ann" },
  seatHoldSeconds: 20,
  lastSeenAt: 0,
};
const OPEN = "/api/rooms/open";
const REJOIN = "/matchmake/reconnect";
const JOIN = "/matchmake/joinById";
const mismatch = (server: number, client: number) =>
  encodeRefusal({
    reason: "session/version_mismatch",
    detail: { server: String(server), client: String(client) },
  });

describe("a room that its server gave up", () => {
  test.each(["lobby/room_moved", "session/server_restarting"] as const)(
    "(%s) is opened by its ticket at once: nobody asks for a seat that is gone",
    async (reason) => {
      const ann = await enterRoom();
      const bob = openTab();
      await bob.enter(ann.code, "Bob");
      const { code } = ann;
      answers.requests.length = 0;

      server.plaza(ann.room.roomId).closeRoom(reason);
      for (const tab of [ann, bob]) {
        await comesBack(tab);
        expect(tab.changes.at(-2)?.to).toMatchObject({ why: { reason }, attempt: 1, code });
        expect(tab.code).toBe(code);
      }
      expect(ann.room.roomId).toBe(bob.room.roomId);
      expect([...answers.requests].sort()).toEqual([OPEN, OPEN, JOIN, JOIN]);
    },
  );

  test("can be left in the very moment in which it moves", async () => {
    const ann = await enterRoom();
    answers.give(OPEN, undefined);
    server.plaza(ann.room.roomId).closeRoom("lobby/room_moved");
    await ann.reaches("reconnecting");
    await ann.connection.leave();
    expect(ann.connection.state.name).toBe("idle");
    expect(await openTab({ store: ann.store }).connection.resume()).toBe(false);
  });

  test("is found in one of the next tries, when the first comes too early", async () => {
    const ann = await enterRoom();
    answers.refuse(OPEN, 503, "server/unavailable");
    answers.refuse(JOIN, 503, "lobby/room_moved");
    server.plaza(ann.room.roomId).closeRoom("lobby/room_moved");
    await comesBack(ann);
    expect(answers.requests).toEqual([OPEN, OPEN, JOIN, OPEN, JOIN]);
  });
});

describe("a room that was found and is gone again", () => {
  test.each(["lobby/room_not_found", "lobby/room_closed"])(
    "(%s) is looked for again on the way back",
    async (reason) => {
      const ann = await enterRoom();
      const { code } = ann;
      answers.refuse(JOIN, 404, reason);
      server.plaza(ann.room.roomId).closeRoom("lobby/room_moved");
      await comesBack(ann);
      expect(ann.code).toBe(code);
      expect(answers.requests).toEqual([OPEN, JOIN, OPEN, JOIN]);
    },
  );

  test("is looked for again by whoever joins by its code; one that is not found at all is told of at once", async () => {
    const { code } = await server.openRoom();
    answers.refuse(JOIN, 404, "lobby/room_not_found");
    const ann = openTab();
    await ann.connection.join({ target: { kind: "code", code }, name: "Ann" });
    expect(ann.code).toBe(code);
    answers.requests.length = 0;
    const bob = openTab();
    await bob.connection.join({ target: { kind: "code", code: "ZZZZZ" }, name: "Bob" });
    expect(bob.refusal?.reason).toBe("lobby/room_not_found");
    expect(answers.requests).toEqual(["/api/guest", "/api/rooms/ZZZZZ"]);
  });

  test("is not looked for again when its ticket is good no more", async () => {
    const ann = await enterRoom();
    answers.refuse(OPEN, 404, "lobby/room_closed");
    server.plaza(ann.room.roomId).closeRoom("lobby/room_moved");
    await ann.reaches("disconnected");
    expect(ann.refusal?.reason).toBe("lobby/room_closed");
  });
});

describe("a lost connection", () => {
  test.each([
    [502, "<h1>Bad Gateway</h1>", "session/server_unreachable"],
    [503, "", "session/server_restarting"],
    [503, "<h1>Service Unavailable</h1>", "session/server_restarting"],
    [504, "<h1>Gateway Timeout</h1>", "session/server_unreachable"],
  ] as const)("is tried again when a proxy answers with %i %s", async (status, body, reason) => {
    const ann = await enterRoom();
    const { sessionId } = ann.room;
    answers.give(REJOIN, { status, body });
    ann.connection.drop();
    await eventually(() => ann.as("reconnecting").attempt === 2);
    expect(ann.refusal?.reason).toBe(reason);
    ann.connection.retryNow();
    await ann.reaches("connected");
    expect(ann.room.sessionId).toBe(sessionId);
  });

  test("waits as long as a busy server asks for, and not for ever", async () => {
    const ann = await enterRoom();
    answers.refuse(REJOIN, 429, "session/too_many_requests?retryMs=7000");
    answers.refuse(REJOIN, 429, "session/too_many_requests?retryMs=99000000");
    // The time of day stands still, so that none passes until it is read.
    const now = Date.now();
    const day = jest.spyOn(Date, "now").mockReturnValue(now);
    for (const [attempt, expectedMs] of [
      [2, 7_000],
      [3, 30_000],
    ] as const) {
      if (attempt === 2) ann.connection.drop();
      else ann.connection.retryNow();
      await eventually(() => ann.as("reconnecting").attempt === attempt);
      const { retryAt = 0 } = ann.as("reconnecting");
      expect({ attempt, waitMs: retryAt - now }).toEqual({ attempt, waitMs: expectedMs });
    }
    day.mockRestore();
    ann.connection.retryNow();
    await ann.reaches("connected");
  });

  // A proxy may hold the question for a room until there is a server again.
  test.each<[string, number, number]>([
    [REJOIN, 4_000, 8_000],
    [OPEN, 8_000, 12_000],
  ])(
    "asking (%s) what says nothing is given up after %i ms, and tried again",
    async (path, firstMs, secondMs) => {
      const ann = await enterRoom();
      answers.give(path, undefined);
      const { timeout } = AbortSignal;
      const patience: number[] = [];
      AbortSignal.timeout = (ms) => {
        patience.push(ms);
        // What is given to the first try passes quickly here.
        return timeout.call(AbortSignal, ms === firstMs ? 20 : ms);
      };
      try {
        if (path === REJOIN) ann.connection.drop();
        else server.plaza(ann.room.roomId).closeRoom("lobby/room_moved");
        await eventually(() => ann.as("reconnecting").attempt === 2);
        expect(ann.refusal?.reason).toBe("session/connect_timeout");
        ann.connection.retryNow();
        await ann.reaches("connected");
        expect([...new Set(patience)]).toEqual([firstMs, secondMs]);
      } finally {
        AbortSignal.timeout = timeout;
      }
    },
  );
});

describe("a server that cannot take anybody in for a moment", () => {
  test.each([
    ["/api/rooms/", "server/unavailable"],
    ["/api/rooms/", "session/server_restarting"],
    [JOIN, "server/unavailable"],
    [JOIN, "lobby/room_moved"],
  ] as const)("is waited for (%s: %s), and then let in by itself", async (path, reason) => {
    const { code } = await server.openRoom();
    answers.refuse(path, 503, reason);
    const ann = openTab();
    const joined = ann.connection.join({ target: { kind: "code", code }, name: "Ann" });
    await ann.reaches("waiting");
    expect(ann.as("waiting")).toMatchObject({ attempt: 2, refusal: { reason } });
    expect(ann.as("waiting").retryAt).toBeGreaterThan(0);
    await joined;
    expect(ann.code).toBe(code);
    const before = path === JOIN ? ["connecting", "handshake"] : ["connecting"];
    expect(ann.states).toEqual([...before, "waiting", "connecting", "handshake", "approval", "connected"]);
  });

  test("is asked for a new room once: the one that it opened is gone into then", async () => {
    answers.refuse(JOIN, 503, "server/unavailable");
    const ann = openTab();
    hurry(ann);
    const room = { title: "New", maxPlayers: 8, private: true };
    await ann.connection.join({ target: { kind: "create", room }, name: "Ann" });
    expect(answers.requests.slice(1)).toEqual(["/api/rooms", JOIN, `/api/rooms/${ann.code}`, JOIN]);
  });

  test("can be given up, and then nobody tries any more", async () => {
    answers.refuse("/api/quick-play", 503, "server/unavailable");
    const ann = openTab();
    const joined = ann.connection.join({ target: { kind: "quick" }, name: "Ann" });
    await ann.reaches("waiting");
    ann.connection.cancel();
    await joined;
    expect(ann.refusal?.reason).toBe("session/cancelled");
    expect(ann.states.at(-1)).toBe("disconnected");
    expect(answers.requests.filter((path) => path === "/api/quick-play")).toHaveLength(1);
  });

  test("that still cannot after all tries is told of, with the way to try again", async () => {
    answers.refuse("/api/quick-play", 503, "server/unavailable", 100);
    const ann = openTab();
    hurry(ann);
    await ann.connection.join({ target: { kind: "quick" }, name: "Ann" });
    expect(ann.as("disconnected")).toMatchObject({ refusal: { reason: "server/unavailable" }, again: {} });
    expect(answers.requests.filter((path) => path === "/api/quick-play")).toHaveLength(16);
  });

  test("is not the same as one that asks this player to slow down", async () => {
    answers.refuse("/api/quick-play", 429, "session/too_many_requests?retryMs=2000");
    const ann = openTab();
    await ann.connection.join({ target: { kind: "quick" }, name: "Ann" });
    expect(ann.refusal?.reason).toBe("session/too_many_requests");
  });
});

describe("a page that is older than the server", () => {
  /** In a room until its server was updated: now told to reload. */
  async function outdated(): Promise<Tab> {
    const ann = await enterRoom();
    answers.refuse(OPEN, 403, mismatch(4, 3));
    server.plaza(ann.room.roomId).closeRoom("lobby/room_moved");
    await ann.reaches("disconnected");
    expect(ann.refusal?.reason).toBe("session/version_mismatch");
    return ann;
  }

  test("is back in its room under its name once it was reloaded, however late", async () => {
    const ann = await outdated();
    const code = lostRoomOf(ann);
    const record = JSON.parse(ann.store.getItem("tagalong.seat") ?? "{}");
    const store = createMemoryStore();
    store.setItem("tagalong.seat", JSON.stringify({ ...record, lastSeenAt: Date.now() - 3_600_000 }));
    answers.requests.length = 0;

    const reloaded = openTab({ lasting: ann.lasting, store });
    expect(await reloaded.connection.resume()).toBe(true);
    expect(reloaded.as("connected").welcome).toMatchObject({ name: "Ann", room: { code, title: "Ours" } });
    expect(answers.requests).toEqual([OPEN, JOIN]);
    // From here on it is a seat like any other.
    reloaded.connection.drop();
    await reloaded.reaches("connected");
    expect(answers.requests.at(-1)).toBe(REJOIN);
  });

  test("keeps nothing when the player says that it is enough", async () => {
    const ann = await outdated();
    ann.connection.cancel();
    expect(ann.connection.state.name).toBe("idle");
    expect(await openTab({ store: copyOf(ann.store) }).connection.resume()).toBe(false);
  });

  test("is not one that reached a server which has not been updated yet: that is waited for", async () => {
    const { code } = await server.openRoom();
    answers.refuse("/api/rooms/", 403, mismatch(3, 4));
    const ann = openTab();
    const joined = ann.connection.join({ target: { kind: "code", code }, name: "Ann" });
    await ann.reaches("waiting");
    ann.connection.retryNow();
    await joined;
    answers.refuse(REJOIN, 403, mismatch(3, 4));
    ann.connection.drop();
    answers.requests.length = 0;
    await eventually(() => ann.as("reconnecting").attempt === 2);
    ann.connection.retryNow();
    await ann.reaches("connected");
    // However long the update took: it was the seat's end there.
    expect(answers.requests).toEqual([REJOIN, OPEN, JOIN]);
  });
});

describe("a page that is newer than the server, and stays so", () => {
  /** In a room until its server was put back to an older version: waited for with all tries, in vain. */
  async function rolledBack(tries = 16): Promise<Tab> {
    const ann = await enterRoom();
    hurry(ann);
    answers.refuse(OPEN, 403, mismatch(3, 4), tries);
    server.plaza(ann.room.roomId).closeRoom("lobby/room_moved");
    await ann.reaches("disconnected");
    expect(ann.refusal?.reason).toBe("session/version_mismatch");
    expect(answers.requests).toEqual(Array(16).fill(OPEN));
    return ann;
  }

  test("is back in its room under its name once it was reloaded", async () => {
    const ann = await rolledBack();
    const code = lostRoomOf(ann);
    answers.requests.length = 0;
    const reloaded = openTab({ lasting: ann.lasting, store: copyOf(ann.store) });
    expect(await reloaded.connection.resume()).toBe(true);
    expect(reloaded.as("connected").welcome).toMatchObject({ name: "Ann", room: { code, title: "Ours" } });
    expect(answers.requests).toEqual([OPEN, JOIN]);
  });

  test("is so too when the first reload brought the same page again", async () => {
    const ann = await rolledBack(32);
    const same = openTab({ lasting: ann.lasting, store: copyOf(ann.store) });
    hurry(same);
    await same.connection.resume();
    expect(same.refusal?.reason).toBe("session/version_mismatch");
    const reloaded = openTab({ lasting: ann.lasting, store: copyOf(same.store) });
    await reloaded.connection.resume();
    expect(reloaded.as("connected").welcome).toMatchObject({ name: "Ann", room: { title: "Ours" } });
  });
});

describe("a server that no try reached", () => {
  /** In a room until its server could not be reached any more, and given up. */
  async function givenUp(): Promise<Tab> {
    const ann = await enterRoom();
    hurry(ann);
    answers.give(REJOIN, { status: 502, body: "Bad Gateway" }, 16);
    ann.connection.drop();
    await ann.reaches("disconnected");
    expect(ann.refusal?.reason).toBe("session/server_unreachable");
    return ann;
  }

  test("leads back to the room once the page was reloaded: its ticket opens it where it has ended", async () => {
    const ann = await givenUp();
    const code = lostRoomOf(ann);
    answers.requests.length = 0;
    const reloaded = openTab({ lasting: ann.lasting, store: copyOf(ann.store) });
    expect(await reloaded.connection.resume()).toBe(true);
    expect(reloaded.changes[0]?.to).toMatchObject({ why: { reason: "session/server_unreachable" }, code });
    expect(reloaded.as("connected").welcome).toMatchObject({ name: "Ann", room: { code, title: "Ours" } });
    expect(answers.requests).toEqual([OPEN, JOIN]);
  });

  test("is forgotten when the player says that it is enough", async () => {
    const ann = await givenUp();
    ann.connection.cancel();
    expect(await openTab({ store: copyOf(ann.store) }).connection.resume()).toBe(false);
  });
});

test.each([
  ["of another version", JSON.stringify({ version: 9, seat: "elsewhere" })],
  ["with half of it missing", JSON.stringify({ reconnectionToken: "a:b", code: "ABCDE" })],
  ["that ended for no reason there is", JSON.stringify({ ...SEAT, endedBy: "session/bored" })],
  ["that is none", "null"],
  ["that is no JSON", "{"],
])("a kept seat %s is given up without a fuss", async (_what, text) => {
  const { warn } = console;
  const warnings: unknown[] = [];
  console.warn = (message) => void warnings.push(message);
  try {
    const tab = openTab();
    tab.store.setItem("tagalong.seat", text);
    expect(await tab.connection.resume()).toBe(false);
    expect(tab.store.getItem("tagalong.seat")).toBeNull();
    expect(warnings).toEqual(["the kept seat is unreadable and is given up"]);
  } finally {
    console.warn = warn;
  }
});
