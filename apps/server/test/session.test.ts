import { ColyseusSDK } from "@colyseus/sdk";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createRandom, pick } from "@tagalong/shared/lib/random.ts";
import { Presence } from "@tagalong/shared/session/presence.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { Guests } from "../src/session/Guests.ts";
import { eventually, steps } from "./support/eventually.ts";
import { join, newName, type Player, refusalOf } from "./support/Player.ts";
import { produced } from "./support/produced.ts";
import { APPROVAL_MS, HOLD_MS, LOADING_MS, TEST_SECRET, TestServer } from "./support/server.ts";
import { skip } from "./support/skip.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

async function openRoom(): Promise<string> {
  return (await server.openRoom()).roomId;
}

describe("the order of a session", () => {
  test("the server logs connect, join and leave, once each and in this order", async () => {
    const ann = await join(server, await openRoom(), { name: "Ann" });
    await ann.leave();
    await eventually(() => server.eventsOf(ann.sessionId).includes("leave"));
    expect(server.eventsOf(ann.sessionId)).toEqual(["connect", "join", "leave"]);
    for (const line of server.logs.filter(({ sessionId }) => sessionId === ann.sessionId)) {
      expect(line).toMatchObject({ player: "Ann", sessionId: ann.sessionId });
    }
  });

  test("the room opens before anybody connects, and closes after the last one left", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId);
    await ann.leave();
    await eventually(() => !server.hasRoom(roomId));
    const events = server.logs.filter((line) => line.roomId === roomId).map(({ event }) => event);
    expect(events.filter(Boolean)).toEqual(["room_opened", "connect", "join", "leave", "room_closed"]);
  });

  test("the welcome names the client, its room, the server's time and version", async () => {
    const room = await server.openRoom({ title: "Ann's place" });
    const before = Date.now();
    const ann = await join(server, room.roomId, { name: "  Ann   Lee " });
    expect(ann.welcome).toEqual({
      sessionId: ann.sessionId,
      name: "Ann Lee",
      room: { id: room.roomId, code: room.code, title: "Ann's place" },
      serverTime: expect.any(Number),
      protocol: PROTOCOL_VERSION,
      build: "dev",
      seatHoldSeconds: HOLD_MS / 1_000,
      roomTicket: expect.any(String),
    });
    expect(ann.welcome?.serverTime).toBeGreaterThanOrEqual(before);
    expect(ann.welcome?.serverTime).toBeLessThanOrEqual(Date.now());
  });

  test("a second greeting changes nothing: one player, no second history", async () => {
    const ann = await join(server, await openRoom());
    const joins = ann.lines.length + ann.history.length;
    await ann.hello();
    await ann.hello();
    expect(Object.keys(ann.seen)).toEqual([ann.sessionId]);
    expect(ann.lines.length + ann.history.length).toBe(joins);
  });

  test("over random joins, leaves and half joins no event is skipped, repeated or out of order", async () => {
    const seed = 4_711;
    const random = createRandom(seed);
    const { roomId } = await server.openRoom({ maxPlayers: 50 });
    const keeper = await join(server, roomId);
    const here: Player[] = [];
    const all: Player[] = [];
    for (let i = 0; i < 40; i++) {
      const what = random();
      const someone = here.length > 0 ? pick(here, random) : undefined;
      if (what < 0.5 || !someone) {
        const greets = random() < 0.8;
        const player = await join(server, roomId, { hello: greets, ready: greets && random() < 0.7 });
        here.push(player);
        all.push(player);
      } else {
        here.splice(here.indexOf(someone), 1);
        await someone.leave();
      }
    }
    for (const player of here) await player.leave();
    await eventually(() => server.plaza(roomId).seats.size === 1);
    const allowed = [
      ["connect", "join", "leave"],
      ["connect", "leave"],
    ];
    for (const player of all) {
      expect({ seed, allowed }).toEqual({
        seed,
        allowed: expect.arrayContaining([server.eventsOf(player.sessionId)]),
      });
    }
    // The feed tells the same story: one line for each who came, one for each of them who went.
    const feed = [...keeper.history, ...keeper.lines];
    for (const player of all) {
      const lines = feed.filter((line) => "name" in line && line.name === player.name);
      const greeted = player.welcome !== undefined;
      expect(lines.map(({ kind }) => kind)).toEqual(greeted ? ["joined", "leaving"] : []);
    }
    // Our own line comes twice, live and in the history, under one number.
    const numbers = [...new Set(feed.map(({ id }) => id))];
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    await eventually(() => Object.keys(keeper.seen).length === 1);
  });
});

describe("before approval", () => {
  test("there is no player in the state until the greeting", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId);
    const bob = await join(server, roomId, { hello: false });
    await bob.settled();
    await steps(server.plaza(roomId), 2);
    expect(Object.keys(ann.seen)).toEqual([ann.sessionId]);
    expect(server.plaza(roomId).state.players.has(bob.sessionId)).toBe(false);
    await bob.hello();
    await eventually(() => ann.seen[bob.sessionId] === bob.name);
  });

  test.each([
    ["chat:say", { text: "hi" }],
    ["session:ready", {}],
    ["session:away", { away: true }],
    ["session:rename", { name: "Someone" }],
    ["lobby:kick", { sessionId: "x" }],
    ["lobby:configure", { locked: true }],
  ] as const)("%s ends the session", async (type, message) => {
    const bob = await join(server, await openRoom(), { hello: false });
    bob.room.send(type, message);
    expect(await bob.closed).toMatchObject({ code: 4112, refusal: { reason: "session/bad_message" } });
    await produced(server, "session/bad_message");
  });

  test("an input ends the session", async () => {
    const bob = await join(server, await openRoom(), { hello: false });
    bob.move(1);
    expect((await bob.closed).refusal.reason).toBe("session/bad_message");
  });

  test("a greeting of another version ends the session, and is counted once", async () => {
    const bob = await join(server, await openRoom(), { hello: false });
    const before = await server.count("session/version_mismatch");
    bob.room.send("session:hello", { protocol: PROTOCOL_VERSION + 1, build: "later" });
    expect((await bob.closed).code).toBe(4100);
    expect(await server.count("session/version_mismatch")).toBe(before + 1);
  });

  test("a greeting before the join was acknowledged ends the session: its state would never be sent", async () => {
    const roomId = await openRoom();
    const socket = await openSocket(roomId, { acknowledges: false });
    // A request, number 1, of the name "session:hello", with { protocol, build }.
    socket.send(requestFrame("session:hello", { protocol: PROTOCOL_VERSION, build: "t" }));
    expect(await closeOf(socket)).toMatchObject({ code: 4112, reason: expect.stringMatching("bad_message") });
    skip(server.plaza(roomId), APPROVAL_MS);
    await eventually(() => !server.hasRoom(roomId));
  });
});

describe("silent clients", () => {
  test("who does not greet in time loses the seat", async () => {
    const roomId = await openRoom();
    const bob = await join(server, roomId, { hello: false });
    skip(server.plaza(roomId), APPROVAL_MS / 2);
    expect(server.plaza(roomId).seats.get(bob.sessionId)?.ending).toBeUndefined();
    skip(server.plaza(roomId), APPROVAL_MS / 2);
    expect(await bob.closed).toMatchObject({ code: 4104, refusal: { reason: "session/approval_timeout" } });
    await produced(server, "session/approval_timeout");
    await eventually(() => !server.hasRoom(roomId));
  });

  test("who does not even acknowledge the join loses the seat", async () => {
    const roomId = await openRoom();
    const socket = await openSocket(roomId, { acknowledges: false });
    const closed = closeOf(socket);
    skip(server.plaza(roomId), APPROVAL_MS);
    expect((await closed).code).toBe(4104);
    await eventually(() => !server.hasRoom(roomId));
  });

  test("in the lobby too, who does not acknowledge is not kept", async () => {
    const lobby = await server.lobby();
    const socket = await openSocket(lobby.roomId, { acknowledges: false });
    await eventually(() => lobby.clients.length === 1);
    const closed = closeOf(socket);
    // It counts from the first time that it looks.
    for (let looks = 0; looks < 2; looks++) skip(lobby, APPROVAL_MS);
    expect((await closed).code).toBe(4104);
    await eventually(() => lobby.clients.length === 0);
  });

  test("a seat that is reserved and never used is free again", async () => {
    const { roomId } = await server.openRoom({ maxPlayers: 2 });
    await join(server, roomId);
    const timers = jest.spyOn(globalThis, "setTimeout");
    const body = { protocol: PROTOCOL_VERSION, name: newName() };
    const reserved = await server.call(`/matchmake/joinById/${roomId}`, { body, token: server.guest() });
    expect(reserved.status).toBe(200);
    const expiries = timers.mock.calls.filter(([, ms]) => ms === APPROVAL_MS);
    timers.mockRestore();
    expect((await refusalOf(join(server, roomId))).reason).toBe("lobby/room_full");
    await produced(server, "lobby/room_full");
    // The framework counts by timers of its own: the time is over.
    for (const [expire] of expiries) expire();
    const late = await eventually(() => join(server, roomId).catch(() => undefined));
    expect(late.self).toBeDefined();
  });

  test("who does not finish loading loses the seat", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId, { ready: true });
    const bob = await join(server, roomId, { ready: false });
    skip(server.plaza(roomId), LOADING_MS / 2);
    expect(server.plaza(roomId).seats.get(bob.sessionId)?.ending).toBeUndefined();
    skip(server.plaza(roomId), LOADING_MS / 2);
    expect(await bob.closed).toMatchObject({ code: 4105, refusal: { reason: "session/loading_timeout" } });
    await produced(server, "session/loading_timeout");
    await eventually(() => ann.lines.some((line) => line.kind === "leaving" && line.cause === "removed"));
    expect(ann.isClosed).toBe(false);
  });
});

describe("presence", () => {
  test("loading until ready, away while the tab is hidden, leaving before gone", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId);
    const bob = await join(server, roomId, { ready: false });
    const seen: (number | undefined)[] = [];
    const look = () => {
      const presence = ann.room.state.players.get(bob.sessionId)?.presence;
      if (presence !== seen.at(-1)) seen.push(presence);
    };
    await eventually(() => ann.seen[bob.sessionId]);
    look();
    ann.room.onStateChange(look);
    await bob.room.request("session:away", { away: true });
    await bob.room.request("session:ready", {});
    await eventually(() => seen.at(-1) === Presence.ACTIVE);
    await bob.room.request("session:away", { away: true });
    await eventually(() => seen.at(-1) === Presence.AWAY);
    await bob.room.request("session:away", { away: false });
    await eventually(() => seen.at(-1) === Presence.ACTIVE);
    await bob.leave();
    await eventually(() => seen.at(-1) === undefined);
    expect(seen).toEqual([
      Presence.LOADING,
      Presence.ACTIVE,
      Presence.AWAY,
      Presence.ACTIVE,
      Presence.LEAVING,
      undefined,
    ]);
  });

  test("a player who is loading takes no input", async () => {
    const roomId = await openRoom();
    const bob = await join(server, roomId, { ready: false });
    const { x, y } = server.plaza(roomId).state.players.get(bob.sessionId) ?? { x: 0, y: 0 };
    for (let i = 0; i < 10; i++) bob.move(1, 1);
    await bob.settled();
    await eventually(() => server.plaza(roomId).inputCounts(bob.sessionId)?.refused === 10);
    await bob.room.request("session:ready", {});
    await steps(server.plaza(roomId), 5);
    expect(server.plaza(roomId).state.players.get(bob.sessionId)).toMatchObject({ x, y });
  });
});

describe("three clients", () => {
  test("all see each other and themselves, once", async () => {
    const roomId = await openRoom();
    const players = [await join(server, roomId), await join(server, roomId), await join(server, roomId)];
    const all = Object.fromEntries(players.map(({ sessionId, name }) => [sessionId, name]));
    for (const player of players) {
      await eventually(() => Object.keys(player.seen).length === 3);
      expect(player.seen).toEqual(all);
    }
    expect(new Set(players.map(({ self }) => self?.guest)).size).toBe(3);
  });

  test("whoever comes late sees everybody, the leader and what was said", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId, { name: "Ann" });
    const bob = await join(server, roomId, { name: "Bob" });
    await ann.say("hello all");
    await bob.room.request("chat:say", { text: "waves", me: true });
    const cleo = await join(server, roomId, { name: "Cleo" });
    expect(cleo.seen).toEqual({ [ann.sessionId]: "Ann", [bob.sessionId]: "Bob", [cleo.sessionId]: "Cleo" });
    expect(cleo.room.state.leader).toBe(ann.sessionId);
    await eventually(() => cleo.history.length > 0);
    expect(cleo.history).toMatchObject([
      { kind: "joined", name: "Ann" },
      { kind: "joined", name: "Bob" },
      { kind: "say", from: { name: "Ann", sessionId: ann.sessionId }, text: "hello all" },
      { kind: "me", from: { name: "Bob" }, text: "waves" },
      { kind: "joined", name: "Cleo" },
    ]);
  });

  test("a whisper reaches its two players, nobody else, and no history", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId, { name: "Ann" });
    const bob = await join(server, roomId, { name: "Bob Lee" });
    const cleo = await join(server, roomId, { name: "Cleo" });
    await ann.room.request("chat:whisper", { name: "bob lee", text: "only you" });
    await ann.say("the end");
    const whisper = { kind: "whisper", from: { name: "Ann" }, to: { name: "Bob Lee" }, text: "only you" };
    await eventually(() => cleo.lines.some((line) => line.kind === "say"));
    await eventually(() => bob.lines.some((line) => line.kind === "say"));
    expect(ann.lines.filter(({ kind }) => kind === "whisper")).toMatchObject([whisper]);
    expect(bob.lines.filter(({ kind }) => kind === "whisper")).toMatchObject([whisper]);
    const late = await join(server, roomId);
    await eventually(() => late.history.length > 0);
    expect(JSON.stringify([cleo.lines, cleo.history, late.lines, late.history])).not.toContain("only you");
    expect(JSON.stringify(server.logs)).not.toContain("only you");
  });
});

describe("chat", () => {
  test("what cannot be said is refused with its reason, and the session goes on", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId, { name: "Ann" });
    const whisper = (name: string, text = "psst") =>
      refusalOf(ann.room.request("chat:whisper", { name, text }));
    expect((await refusalOf(ann.say(" \u0000\u200b "))).reason).toBe("chat/empty");
    await produced(server, "chat/empty");
    expect((await refusalOf(ann.say("x".repeat(201)))).reason).toBe("chat/too_long");
    await produced(server, "chat/too_long");
    expect((await whisper("Nobody")).reason).toBe("chat/no_such_player");
    await produced(server, "chat/no_such_player");
    expect((await whisper("ANN")).reason).toBe("chat/whisper_self");
    await produced(server, "chat/whisper_self");
    await ann.say("x".repeat(200));
    expect(ann.isClosed).toBe(false);
  });

  test("a burst is how people talk; a stream is refused and told how long to wait", async () => {
    const ann = await join(server, await openRoom());
    const bob = await join(server, ann.room.roomId);
    const said = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => ann.say(`line ${i}`)));
    const refused = said.filter(({ status }) => status === "rejected");
    expect(said.slice(0, 5).every(({ status }) => status === "fulfilled")).toBe(true);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    // One more is allowed each second.
    const refusal = await eventually(() => refusalOf(ann.say("again")));
    expect(refusal.reason).toBe("chat/too_fast");
    expect(Number(refusal.detail?.retryMs)).toBeGreaterThan(0);
    await produced(server, "chat/too_fast");
    // Somebody else may talk meanwhile.
    await bob.say("I am here too");
  });

  test("text is cleaned, not markup, and never logged", async () => {
    const ann = await join(server, await openRoom());
    await ann.say("  <b>bold</b>\u202e\n&amp;  ");
    const line = await eventually(() => ann.lines.find(({ kind }) => kind === "say"));
    expect(line).toMatchObject({ text: "<b>bold</b> &amp;" });
    expect(JSON.stringify(server.logs)).not.toContain("bold");
  });
});

describe("names", () => {
  test("that cannot be are refused, at the door and later, and counted under their reason", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId);
    for (const [name, reason] of [
      ["A", "name/too_short"],
      ["A".repeat(17), "name/too_long"],
      ["An\u200bn", "name/bad_characters"],
    ] as const) {
      expect((await refusalOf(join(server, roomId, { name }))).reason).toBe(reason);
      expect((await refusalOf(ann.room.request("session:rename", { name }))).reason).toBe(reason);
    }
    await produced(server, "name/too_short");
    await produced(server, "name/too_long");
    await produced(server, "name/bad_characters");
  });

  test("a name that looks like one in the room is refused with a free suggestion that works", async () => {
    const roomId = await openRoom();
    await join(server, roomId, { name: "Anna Lee" });
    const refusal = await refusalOf(join(server, roomId, { name: "аnnа  1ee" }));
    expect(refusal).toMatchObject({ reason: "name/taken", detail: { suggestion: expect.any(String) } });
    await produced(server, "name/taken");
    const name = refusal.detail?.suggestion ?? "";
    expect((await join(server, roomId, { name })).welcome?.name).toBe(name);
  });

  test("a new name is seen by all and told in the feed; a taken one is refused", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId, { name: "Ann" });
    const bob = await join(server, roomId, { name: "Bob" });
    expect((await refusalOf(bob.room.request("session:rename", { name: "ANN" }))).reason).toBe("name/taken");
    expect(await bob.room.request("session:rename", { name: " Rob " })).toEqual({ name: "Rob" });
    await eventually(() => ann.seen[bob.sessionId] === "Rob");
    await eventually(() => ann.lines.some((line) => line.kind === "renamed" && line.newName === "Rob"));
    // The old name is free at once, also for somebody new.
    await join(server, roomId, { name: "Bob" });
  });
});

describe("the door", () => {
  test.each([
    ["another version", { protocol: PROTOCOL_VERSION + 1 }],
    ["no version", { protocol: undefined }],
    ["a later shape of the options", { protocol: 99, name: { first: "Ann" } }],
  ])("%s is refused before anything else is looked at", async (_case, raw) => {
    const roomId = await openRoom();
    const refusal = await refusalOf(join(server, roomId, { token: "none", raw }));
    expect(refusal.reason).toBe("session/version_mismatch");
    expect(refusal.detail?.server).toBe(String(PROTOCOL_VERSION));
    await produced(server, "session/version_mismatch");
  });

  test("a token that we did not sign is refused", async () => {
    const roomId = await openRoom();
    const [body, signature = ""] = server.guest().split(".");
    const flipped = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    for (const token of [
      "",
      "x",
      "a.b.c",
      `${body}.${flipped}`,
      `${body}.`,
      new Guests("x".repeat(24), 1).issue().token,
    ]) {
      expect((await refusalOf(join(server, roomId, { token }))).reason).toBe("session/token_invalid");
    }
    await produced(server, "session/token_invalid");
  });

  test("a token that ran out is refused, and renews as the same guest", async () => {
    const old = new Guests(TEST_SECRET, 1, () => Date.now() - 2 * 86_400_000).issue().token;
    expect((await refusalOf(join(server, await openRoom(), { token: old }))).reason).toBe(
      "session/token_expired",
    );
    await produced(server, "session/token_expired");
  });

  test("the guest list refuses whom it does not want", async () => {
    const token = server.guest();
    const { guestList } = server.services;
    const check = guestList.check.bind(guestList);
    guestList.check = async (id) => (id === server.guestId(token) ? "session/not_allowed" : check(id));
    const roomId = await openRoom();
    expect((await refusalOf(join(server, roomId, { token }))).reason).toBe("session/not_allowed");
    await produced(server, "session/not_allowed");
    await join(server, roomId);
    guestList.check = check;
  });

  test.each([
    ["a colour that does not exist", { colour: 8 }],
    ["a name that is no text", { name: ["Ann"] }],
    ["a password without end", { password: "x".repeat(201) }],
  ])("%s is a bad option", async (_case, raw) => {
    expect((await refusalOf(join(server, await openRoom(), { raw }))).reason).toBe("lobby/bad_options");
    await produced(server, "lobby/bad_options");
  });

  test("a room needs a name", async () => {
    const refusal = await refusalOf(join(server, await openRoom(), { raw: { name: undefined } }));
    expect(refusal.reason).toBe("name/too_short");
  });
});

/** A bare socket with a reserved seat, for what the SDK would not do. */
async function openSocket(roomId: string, { acknowledges }: { acknowledges: boolean }): Promise<WebSocket> {
  const token = server.guest();
  const body = { protocol: PROTOCOL_VERSION, name: newName() };
  const { answer } = await server.call(`/matchmake/joinById/${roomId}`, { body, token });
  const { sessionId, processId } = answer as { sessionId: string; processId: string };
  const address = `${server.endpoint.replace("http", "ws")}/${processId}/${roomId}?sessionId=${sessionId}`;
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  await new Promise((resolve) => socket.addEventListener("message", resolve, { once: true }));
  if (acknowledges) socket.send(new Uint8Array([10]));
  return socket;
}

function closeOf(socket: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) => {
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }), { once: true });
  });
}

/** What the SDK would put on the wire for a request, caught before it is sent. */
function requestFrame(type: string, message: object): Uint8Array {
  const frames: Uint8Array[] = [];
  const sdk = new ColyseusSDK(server.endpoint);
  // biome-ignore lint/complexity/useLiteralKeys: protected in the SDK's types
  const room = sdk["createRoom"]("frames");
  Object.assign(room, {
    connection: { isOpen: true, send: (data: Uint8Array) => frames.push(data.slice()) },
  });
  room.request(type, message, { timeout: 1 }).catch(() => undefined);
  const frame = frames[0];
  if (!frame) throw new Error("the SDK sent no frame");
  return frame;
}
