import { matchMaker } from "@colyseus/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { createRoomCode } from "@tagalong/shared/lobby/codes.ts";
import type { RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import { Limits } from "../src/session/Limits.ts";
import { eventually } from "./support/eventually.ts";
import { type JoinAs, join, type Player, refusalOf } from "./support/Player.ts";
import { produced } from "./support/produced.ts";
import { APPROVAL_MS, HOLD_MS, TestServer } from "./support/server.ts";
import { skip } from "./support/skip.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ ROOM_MAX_PLAYERS: "20" });
});
afterAll(() => server.stop());

const PASSWORD = "open sesame, please";

function byCode(code: string, token = server.guest()) {
  return server.call(`/api/rooms/${code}`, { token });
}
function quickPlay(token = server.guest()): Promise<RoomResponse> {
  return server.call("/api/quick-play", { body: {}, token }).then(({ answer }) => answer as RoomResponse);
}
/** Fresh limits, as if from a new address. */
function freshLimits(
  limits: Partial<Record<"JOINS_PER_MINUTE" | "GUESTS_PER_MINUTE" | "ROOMS_PER_MINUTE", number>> = {},
) {
  const many = { JOINS_PER_MINUTE: 100_000, GUESTS_PER_MINUTE: 100_000, ROOMS_PER_MINUTE: 10_000 };
  Object.assign(server.services.limits, new Limits({ ...many, ...limits }));
}
beforeEach(async () => {
  freshLimits();
  await server.endRooms();
});

describe("a full room", () => {
  test("refuses with its counts, and takes somebody again when a place is free", async () => {
    const { roomId } = await server.openRoom({ maxPlayers: 2 });
    const ann = await join(server, roomId);
    await join(server, roomId);
    const refusal = await refusalOf(join(server, roomId));
    expect(refusal).toEqual({ reason: "lobby/room_full", detail: { players: "2", max: "2" } });
    await produced(server, "lobby/room_full");
    await ann.leave();
    await eventually(() => join(server, roomId).catch(() => undefined));
  });

  test("is no quick play", async () => {
    const { roomId } = await server.openRoom({ maxPlayers: 2 });
    await Promise.all([join(server, roomId), join(server, roomId)]);
    expect((await quickPlay()).roomId).not.toBe(roomId);
  });
});

describe("quick play", () => {
  test("opens one room for ten players at once, and finds it again", async () => {
    const rooms = await Promise.all(Array.from({ length: 10 }, () => quickPlay()));
    expect(new Set(rooms.map(({ roomId }) => roomId)).size).toBe(1);
  });

  test("never lands in a private, a locked or a password room", async () => {
    const closed: RoomResponse[] = [];
    for (let i = 0; i < 5; i++) {
      closed.push(await server.openRoom({ private: true }), await server.openRoom({ password: PASSWORD }));
    }
    const locked = await server.openRoom();
    const leader = await join(server, locked.roomId);
    for (let i = 0; i < 4; i++) await join(server, locked.roomId);
    await leader.room.request("lobby:configure", { locked: true });
    // Fullest first: without the lock it would be this one.
    const found = await quickPlay();
    expect([...closed, locked].map(({ roomId }) => roomId)).not.toContain(found.roomId);
    expect(found.password).toBe(false);
  });
});

describe("a private room", () => {
  test("is found by its code, however it is typed, and by nothing else", async () => {
    const room = await server.openRoom({ private: true });
    const typed = ` ${room.code.slice(0, 2).toLowerCase()}-${room.code.slice(2)} `;
    expect((await byCode(encodeURIComponent(typed))).answer).toMatchObject({ roomId: room.roomId });
    await join(server, room.roomId);
    expect((await quickPlay()).roomId).not.toBe(room.roomId);
  });

  test("codes that cannot be, and codes of no room, are told apart", async () => {
    const token = server.guest();
    for (const code of ["ABC", "ABCDEF", "A1B2C", "%20"]) {
      expect((await server.refusalOfCall(`/api/rooms/${code}`, { token }))?.reason).toBe("lobby/bad_code");
    }
    expect((await server.refusalOfCall("/api/rooms/ZZZZZ", { token }))?.reason).toBe("lobby/room_not_found");
    await produced(server, "lobby/bad_code");
    await produced(server, "lobby/room_not_found");
    expect((await refusalOf(join(server, "nosuchroom"))).reason).toBe("lobby/room_not_found");
  });

  test("two open rooms never have the same code; a closed room's code is free again", async () => {
    const rooms = await Promise.all(Array.from({ length: 30 }, () => server.openRoom()));
    expect(new Set(rooms.map(({ code }) => code)).size).toBe(30);
    const [first] = rooms;
    const player = await join(server, first?.roomId ?? "");
    const { cluster } = server.services;
    expect(await cluster.homeOf(first?.code ?? "")).toMatchObject({ roomId: first?.roomId });
    await player.leave();
    await eventually(async () => (await cluster.homeOf(first?.code ?? "")) === undefined);
  });
});

describe("a password room", () => {
  let room: RoomResponse;
  let creator: string;
  let ann: Player;
  beforeEach(async () => {
    creator = server.guest();
    room = await server.openRoom({ password: PASSWORD, creator });
    ann = await join(server, room.roomId, { token: creator });
  });
  afterEach(() => ann.leave());

  test("lets its creator in without asking, and says up front that it asks", async () => {
    expect(ann.room.state.leader).toBe(ann.sessionId);
    expect(room.password).toBe(true);
    expect((await byCode(room.code)).answer).toMatchObject({ password: true });
  });

  test("asks for the password, refuses a wrong one and takes the right one", async () => {
    expect((await refusalOf(join(server, room.roomId))).reason).toBe("lobby/password_needed");
    expect((await refusalOf(join(server, room.roomId, { password: "" }))).reason).toBe(
      "lobby/password_needed",
    );
    for (const password of ["wrong", PASSWORD.toUpperCase(), `${PASSWORD} `]) {
      expect((await refusalOf(join(server, room.roomId, { password }))).reason).toBe("lobby/password_wrong");
    }
    await produced(server, "lobby/password_needed");
    await produced(server, "lobby/password_wrong");
    await join(server, room.roomId, { password: PASSWORD });
    // Composed or not, it is the same text on the screen.
    const accents = await server.openRoom({ password: "caf\u00e9" });
    await join(server, accents.roomId, { password: "cafe\u0301" });
  });

  test("stays for its creator when others are refused first, but not for ever", async () => {
    const { roomId } = await server.openRoom({ password: PASSWORD, creator });
    for (const password of ["wrong", "worse"]) {
      expect((await refusalOf(join(server, roomId, { password }))).reason).toBe("lobby/password_wrong");
    }
    const late = await join(server, roomId, { token: creator });
    await late.leave();
    await eventually(() => !server.hasRoom(roomId));

    const forgotten = await server.openRoom({ password: PASSWORD, creator });
    await refusalOf(join(server, forgotten.roomId, { password: "wrong" }));
    skip(server.plaza(forgotten.roomId), APPROVAL_MS);
    await eventually(() => !server.hasRoom(forgotten.roomId));
  });

  test("asks no one again who was in before, but takes nobody else's ticket", async () => {
    const bob = await join(server, room.roomId, { password: PASSWORD });
    const ticket = bob.welcome?.roomTicket ?? "";
    await bob.leave();
    expect((await refusalOf(join(server, room.roomId, { ticket }))).reason).toBe("lobby/password_needed");
    const other = await server.openRoom({ password: "another one" });
    expect((await refusalOf(join(server, other.roomId, { ticket, token: bob.token }))).reason).toBe(
      "lobby/password_needed",
    );
    const bent = `${ticket.slice(0, -2)}${ticket.endsWith("A") ? "BB" : "AA"}`;
    for (const bad of [bent, "x", `${ticket}${ticket}`]) {
      expect((await refusalOf(join(server, room.roomId, { ticket: bad, token: bob.token }))).reason).toBe(
        "lobby/password_needed",
      );
    }
    await join(server, room.roomId, { ticket, token: bob.token });
  });

  test("stops guessing before the password is even looked at, also when all guesses come at once", async () => {
    const wrong = await server.count("lobby/password_wrong");
    const guesses = await Promise.all(
      Array.from({ length: 10 }, (_, i) => refusalOf(join(server, room.roomId, { password: `guess ${i}` }))),
    );
    const refused = guesses.filter(({ reason }) => reason === "lobby/too_many_attempts");
    expect((await server.count("lobby/password_wrong")) - wrong).toBe(5);
    expect(refused).toHaveLength(5);
    expect(Number(refused[0]?.detail?.retryMs)).toBeGreaterThan(0);
    await produced(server, "lobby/too_many_attempts");
    // Now even the right one: it is not looked at.
    expect((await refusalOf(join(server, room.roomId, { password: PASSWORD }))).reason).toBe(
      "lobby/too_many_attempts",
    );
    // Another room does not suffer.
    const other = await server.openRoom({ password: PASSWORD });
    await join(server, other.roomId, { password: PASSWORD });
  });

  test("right passwords are no attempts: a family behind one address can all come in", async () => {
    for (let i = 0; i < 8; i++) await join(server, room.roomId, { password: PASSWORD });
  });

  test("is never kept, listed or logged in plain", async () => {
    await refusalOf(join(server, room.roomId, { password: "a wrong guess" }));
    await join(server, room.roomId, { password: PASSWORD });
    const [row] = await matchMaker.query({ roomId: room.roomId });
    const kept = JSON.stringify([row, server.plaza(room.roomId).settings, server.logs]);
    expect(kept).not.toContain(PASSWORD);
    expect(kept).not.toContain("a wrong guess");
    expect(JSON.stringify([row, server.logs])).not.toContain(
      server.plaza(room.roomId).settings.passwordHash ?? "no hash",
    );
  });

  test("whoever has the wrong password never receives anything of the room", async () => {
    await ann.say("a secret of this room");
    const body = { protocol: 1, name: "Mallory", password: "wrong" };
    const { answer } = await server.call(`/matchmake/joinById/${room.roomId}`, {
      body,
      token: server.guest(),
    });
    const { sessionId, processId } = answer as { sessionId: string; processId: string };
    const socket = new WebSocket(
      `${server.endpoint.replace("http", "ws")}/${processId}/${room.roomId}?sessionId=${sessionId}`,
    );
    socket.binaryType = "arraybuffer";
    const frames: Uint8Array[] = [];
    socket.addEventListener("open", () => socket.send(new Uint8Array([10])));
    socket.addEventListener("message", ({ data }) => frames.push(new Uint8Array(data)));
    await new Promise((resolve) => socket.addEventListener("close", resolve));
    // One error frame, and not even the shape of the state.
    expect(frames.map(([kind]) => kind)).toEqual([11]);
    expect(Buffer.concat(frames).toString("latin1")).not.toMatch(/secret|Ann|players/);
  });
});

describe("opening rooms", () => {
  const room = { title: "A room", maxPlayers: 4, private: false };
  const open = (body: unknown) => server.refusalOfCall("/api/rooms", { body, token: server.guest() });

  test("takes a title that shows, a size that fits, and nothing else", async () => {
    expect((await open({ ...room, title: " \u200b " }))?.reason).toBe("lobby/bad_title");
    for (const bad of [
      { ...room, maxPlayers: 1 },
      { ...room, maxPlayers: 21 },
      { ...room, maxPlayers: 2.5 },
      { ...room, maxPlayers: "4" },
      { ...room, password: "x".repeat(65) },
      { title: "A room" },
      [],
      "A room",
    ]) {
      expect((await open(bad))?.reason).toBe("lobby/bad_options");
    }
    await produced(server, "lobby/bad_title");
    await produced(server, "lobby/bad_options");
  });

  test("what a request smuggles in is not believed", async () => {
    const token = server.guest();
    const body = { ...room, creator: "someone", code: "AAAAA", passwordHash: "x.y", locked: true };
    const { answer } = await server.call("/api/rooms", { body, token });
    const { settings } = server.plaza((answer as RoomResponse).roomId);
    expect(settings).toMatchObject({ creator: server.guestId(token), locked: false });
    expect(settings.passwordHash).toBeUndefined();
    expect(settings.code).not.toBe("AAAAA");
  });

  test("ends at the most rooms there may be", async () => {
    await server.openRoom();
    const back = server.configure({ MAX_ROOMS: 1 });
    expect((await server.refusalOfCall("/api/rooms", { body: room, token: server.guest() }))?.reason).toBe(
      "lobby/too_many_rooms",
    );
    await produced(server, "lobby/too_many_rooms");
    back();
    await server.openRoom();
  });

  test("needs a guest", async () => {
    for (const path of ["/api/rooms", "/api/quick-play", "/api/rooms/open"]) {
      const { status, answer } = await server.call(path, { body: room, token: "none" });
      expect({ path, status, answer }).toEqual({
        path,
        status: 401,
        answer: { error: "session/token_invalid" },
      });
    }
  });

  test("a ticket opens its room again as it was, for its bearer only", async () => {
    const creator = server.guest();
    const first = await server.openRoom({ title: "Mine", password: PASSWORD, maxPlayers: 7, creator });
    const ann = await join(server, first.roomId, { token: creator });
    const ticket = ann.welcome?.roomTicket ?? "";
    const standing = await server.call("/api/rooms/open", {
      body: { ticket, protocol: PROTOCOL_VERSION },
      token: creator,
    });
    expect(standing.answer).toMatchObject({ roomId: first.roomId });
    const stolen = { body: { ticket, protocol: PROTOCOL_VERSION }, token: server.guest() };
    expect((await server.refusalOfCall("/api/rooms/open", stolen))?.reason).toBe("lobby/room_closed");
    // A page that could not join it must not open it either: what was kept for the others would be lost.
    for (const body of [{ ticket }, { ticket, protocol: PROTOCOL_VERSION - 1 }]) {
      const refusal = await server.refusalOfCall("/api/rooms/open", { body, token: creator });
      expect(refusal?.reason).toBe("session/version_mismatch");
    }
    await produced(server, "lobby/room_closed");
    await ann.leave();
    await eventually(() => !server.hasRoom(first.roomId));
    const again = await server.call("/api/rooms/open", {
      body: { ticket, protocol: PROTOCOL_VERSION },
      token: creator,
    });
    expect(again.answer).toMatchObject({ code: first.code, title: "Mine", password: true });
    const { roomId } = again.answer as RoomResponse;
    skip(server.plaza(roomId), -HOLD_MS);
    expect(server.plaza(roomId).maxClients).toBe(7);
    await join(server, roomId, { token: creator, ticket });
    expect((await refusalOf(join(server, roomId, { password: "wrong" }))).reason).toBe(
      "lobby/password_wrong",
    );
    // The right one: whoever has a ticket comes first, for a moment.
    expect((await refusalOf(join(server, roomId, { password: PASSWORD }))).reason).toBe("server/unavailable");
  });
});

describe("limits", () => {
  test("joins and look-ups per address", async () => {
    const { roomId, code } = await server.openRoom();
    freshLimits({ JOINS_PER_MINUTE: 2 });
    await join(server, roomId);
    await join(server, roomId);
    const refusal = await refusalOf(join(server, roomId));
    expect(refusal.reason).toBe("session/too_many_requests");
    await produced(server, "session/too_many_requests");
    const { status, headers } = await byCode(code);
    expect(status).toBe(429);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("those who ask for rooms or seats that are not there, with one line for many", async () => {
    const { roomId } = await server.openRoom();
    freshLimits({ JOINS_PER_MINUTE: 1 });
    const ask = async (path: string) =>
      (await server.refusalOfCall(`/matchmake/${path}`, { body: { reconnectionToken: "made:up" } }))?.reason;
    const reasons: (Reason | undefined)[] = [];
    for (let left = 10; left > 0; left -= 2) {
      reasons.push(await ask("joinById/nosuchroom"), await ask(`reconnect/${roomId}`));
    }
    expect(new Set(reasons)).toEqual(new Set(["lobby/room_not_found", "session/seat_expired"]));
    const before = server.logs.length;
    for (const path of ["joinById/nosuchroom", `reconnect/${roomId}`, `joinById/${roomId}`]) {
      for (let left = 5; left > 0; left--) expect(await ask(path)).toBe("session/too_many_requests");
    }
    for (const path of ["/api/lobby", "/api/nothing"]) {
      expect((await server.refusalOfCall(path))?.reason).toBe("session/too_many_requests");
    }
    // Whoever has a seat is kept from it by nobody at their address.
    const body = { reconnectionToken: "made:up" };
    const own = await server.refusalOfCall(`/matchmake/reconnect/${roomId}`, { body, token: server.guest() });
    expect(own?.reason).toBe("session/seat_expired");
    // But for whoever collects tokens.
    const collected = Array.from({ length: 100 }, () => server.guest());
    const refusals = await Promise.all(
      collected.map((token) => server.refusalOfCall(`/matchmake/reconnect/${roomId}`, { body, token })),
    );
    expect(refusals.filter((one) => one?.reason === "session/too_many_requests")).toHaveLength(1);

    const told = server.logs.slice(before).filter(({ level }) => Number(level) >= 30);
    // One in ten seconds.
    expect(told.length).toBeLessThan(15);
    expect(told.map(({ what }) => what)).toContain("arrivals of one address");
  });

  test("rooms that are opened again, of a whole address", async () => {
    const { settings } = server.plaza((await server.openRoom()).roomId);
    freshLimits({ ROOMS_PER_MINUTE: 1 });
    const random = createRandom(7);
    const reopen = () => {
      const token = server.guest();
      const ticket = server.services.tickets.seal(
        { ...settings, code: createRoomCode(random) },
        server.guestId(token),
        "a room that was",
      );
      return server.call("/api/rooms/open", { body: { ticket, protocol: PROTOCOL_VERSION }, token });
    };
    for (let left = 10; left > 0; left--) expect((await reopen()).status).toBe(200);
    expect((await reopen()).status).toBe(429);
  });

  test("guests and rooms per address", async () => {
    freshLimits({ GUESTS_PER_MINUTE: 1, ROOMS_PER_MINUTE: 1 });
    const guest = () => server.call("/api/guest", { body: {} });
    expect([(await guest()).status, (await guest()).status]).toEqual([200, 429]);
    const open = () =>
      server.call("/api/rooms", {
        body: { title: "x", maxPlayers: 2, private: true },
        token: server.guest(),
      });
    expect([(await open()).status, (await open()).status]).toEqual([200, 429]);
  });

  test("an address that a client claims does not count", async () => {
    freshLimits({ GUESTS_PER_MINUTE: 1 });
    const guest = (ip: string) =>
      server.call("/api/guest", { body: {}, headers: { "x-forwarded-for": ip, "x-real-ip": ip } });
    expect([(await guest("1.1.1.1")).status, (await guest("2.2.2.2")).status]).toEqual([200, 429]);
  });

  test("players on this server: the next one is told how many there are", async () => {
    const { roomId } = await server.openRoom();
    await join(server, roomId);
    const ccu = 1;
    await eventually(() => matchMaker.stats.local.ccu === ccu);
    const back = server.configure({ MAX_CONNECTIONS: ccu });
    const refusal = await refusalOf(join(server, roomId));
    expect(refusal).toEqual({
      reason: "session/server_full",
      detail: { players: String(ccu), max: String(ccu) },
    });
    await produced(server, "session/server_full");
    back();
    await join(server, roomId);
  });

  test("players on this server: whoever was in the room before is one of a quarter more", async () => {
    const [ours, other] = [await server.openRoom(), await server.openRoom()];
    for (const { roomId } of [ours, ours, other, other]) await join(server, roomId);
    const ann = await join(server, ours.roomId);
    const bearer = { token: ann.token, ticket: ann.welcome?.roomTicket ?? "" };
    await ann.leave();
    const ccu = 4;
    await eventually(() => matchMaker.stats.local.ccu === ccu);
    const full = async (roomId: string, options?: JoinAs) =>
      expect((await refusalOf(join(server, roomId, options))).reason).toBe("session/server_full");

    const back = server.configure({ MAX_CONNECTIONS: ccu });
    await full(ours.roomId);
    // Their ticket is for another room, or somebody else's.
    await full(other.roomId, bearer);
    await full(ours.roomId, { ...bearer, token: server.guest() });
    server.configure({ MAX_CONNECTIONS: Math.floor(ccu / 1.25) });
    await full(ours.roomId, bearer);
    server.configure({ MAX_CONNECTIONS: ccu });
    await join(server, ours.roomId, bearer);
    back();
  });
});

describe("a guest", () => {
  test("who shows a token stays the same guest; who shows a bad one is a new one, not locked out", async () => {
    const token = server.guest();
    const again = await server.call("/api/guest", { body: { token } });
    expect(server.guestId((again.answer as { token: string }).token)).toBe(server.guestId(token));
    const fresh = await server.call("/api/guest", { body: { token: "made up" } });
    expect(server.guestId((fresh.answer as { token: string }).token)).not.toBe(server.guestId(token));
  });

  test("is shown to others by a short id that is not the identity", async () => {
    const { roomId } = await server.openRoom();
    const token = server.guest();
    const ann = await join(server, roomId, { token });
    expect(ann.self?.guest).toMatch(/^[\w-]{8}$/);
    const bob = await join(server, roomId);
    const heard = JSON.stringify([bob.room.state.toJSON(), bob.history, bob.lines]);
    expect(heard).not.toContain(server.guestId(token));
  });

  test("a ticket is renewed with every change: it opens the room as it was last, kicks included", async () => {
    const creator = server.guest();
    const { roomId } = await server.openRoom({ title: "Old", creator });
    const ann = await join(server, roomId, { token: creator });
    const bob = await join(server, roomId);
    const tickets: string[] = [];
    ann.room.onMessage("session:ticket", (renewed: { ticket: string }) => void tickets.push(renewed.ticket));
    await ann.room.request("lobby:configure", { title: "New", locked: true });
    await ann.room.request("lobby:kick", { sessionId: bob.sessionId });
    await eventually(() => tickets.length === 2);
    await ann.leave();
    await eventually(() => !server.hasRoom(roomId));
    const body = { ticket: tickets.at(-1), protocol: PROTOCOL_VERSION };
    const { answer } = await server.call("/api/rooms/open", { body, token: creator });
    const opened = answer as RoomResponse;
    expect(opened.title).toBe("New");
    await join(server, opened.roomId, { token: creator });
    const refusal = await refusalOf(join(server, opened.roomId, { token: bob.token }));
    expect(refusal.reason).toBe("lobby/banned");
    expect((await refusalOf(join(server, opened.roomId))).reason).toBe("lobby/room_locked");
  });
});
