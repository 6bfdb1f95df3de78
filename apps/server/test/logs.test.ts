import { debugConnection, debugError, debugMatchMaking, debugMessage, debugPresence } from "@colyseus/core";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { type GuestResponse, PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { eventually } from "./support/eventually.ts";
import { join, reconnect, refusalOf } from "./support/Player.ts";
import { RawSocket } from "./support/RawSocket.ts";
import { TEST_SECRET, TestServer } from "./support/server.ts";
import { visit } from "./support/Visitor.ts";

/** pino's level of what is written only by those who look for something. */
const DEBUG = 20;
const CHANNELS = { debugConnection, debugError, debugMatchMaking, debugMessage, debugPresence };

let server: TestServer;
/** What the framework wrote past our log: all of its channels are open, as with `DEBUG=colyseus:*`. */
let debugged = "";

beforeAll(async () => {
  for (const channel of Object.values(CHANNELS)) {
    channel.enabled = true;
    channel.log = (...args: unknown[]) => {
      debugged += `${args.map(String).join(" ")}\n`;
    };
  }
  server = await TestServer.start({
    NODE_ENV: "production",
    LOG_LEVEL: "trace",
    TRUST_PROXY: "loopback",
    DRAIN_SECONDS: "0",
  });
});
afterAll(() => server.stop());

const linesOf = (requestId: string) => server.logs.filter((line) => line.requestId === requestId);

describe("what is secret", () => {
  test("is in no line of the log, whatever happens to a session, at any level", async () => {
    const PASSWORD = "sesame opens for friends";
    const WRONG = "open says somebody else";
    const WORDS = "whispered between two of us";
    const secrets = new Map<string, string>([
      ["the server's secret", TEST_SECRET],
      ["the password", PASSWORD],
      ["a wrong password", WRONG],
      ["what was said", WORDS],
    ]);
    const keep = (what: string, secret: string | undefined) => {
      if (!secret || secret.length < 8) throw new Error(`${what} is no secret: ${secret}`);
      secrets.set(what, secret);
    };

    // A guest opens a room, and others come in, or do not.
    const { answer } = await server.call("/api/guest", { body: {} });
    const { token } = answer as GuestResponse;
    keep("a token", token);
    keep("half a token", token.split(".")[1]);
    const room = await server.openRoom({ password: PASSWORD, creator: token });
    const ann = await join(server, room.roomId, { token });
    keep("a ticket", ann.welcome?.roomTicket);
    const tickets: string[] = [];
    ann.room.onMessage("session:ticket", (renewed: { ticket: string }) => void tickets.push(renewed.ticket));
    await refusalOf(join(server, room.roomId, { password: WRONG }));
    await refusalOf(join(server, room.roomId, { ticket: ann.welcome?.roomTicket ?? "" }));
    await refusalOf(join(server, room.roomId, { token: `${token}x`, password: PASSWORD }));
    const bob = await join(server, room.roomId, { password: PASSWORD });
    keep("another token", bob.token);
    keep("another ticket", bob.welcome?.roomTicket);
    await ann.say(WORDS);
    await ann.room.request("chat:whisper", { name: bob.name, text: WORDS });
    await ann.room.request("lobby:configure", { title: "Another title" });

    // A connection is lost and comes back; the seat is taken over; somebody tries with a token that is none.
    keep("a token to come back with", bob.room.reconnectionToken.split(":")[1]);
    await bob.drop();
    const back = await reconnect(server, bob);
    keep("the next token to come back with", back.room.reconnectionToken.split(":")[1]);
    const taken = await reconnect(server, back);
    keep("the one after that", taken.room.reconnectionToken.split(":")[1]);
    await server.call(`/matchmake/reconnect/${room.roomId}`, {
      body: { reconnectionToken: bob.room.reconnectionToken.split(":")[1] },
      token: bob.token,
    });
    const address = `/process/${room.roomId}?sessionId=nobody&_authToken=${token}&reconnectionToken=${
      back.room.reconnectionToken.split(":")[1]
    }`;
    for (const lines of [[], ["Origin: https://evil.example"], ["Host: a b"], ["Host: ["]]) {
      const socket = (await RawSocket.open(server)).upgrade(address, ...lines);
      await eventually(() => socket.status > 0 || socket.isClosed);
      socket.destroy();
    }

    // What does not arrive as it should.
    for (const [path, body] of [
      ["/api/guest", `{"token":"${token}"`],
      ["/api/rooms", `{"title":"x","password":"${PASSWORD}"`],
      [`/matchmake/joinById/${room.roomId}`, `{"protocol":1,"password":"${PASSWORD}"`],
      [
        `/matchmake/joinById/${room.roomId}`,
        JSON.stringify({ protocol: "x", password: PASSWORD, ticket: [token] }),
      ],
      [`/api/quick-play?token=${token}&password=${encodeURIComponent(PASSWORD)}`, "{}"],
    ] as const) {
      await server.call(path, { body, token });
    }
    const nonsense = await RawSocket.open(server);
    nonsense.write(
      `GET /api/lobby HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nBad header\r\n\r\n`,
    );
    await nonsense.closed;

    // Kicked, gone, opened again by its ticket; and the lobby.
    await ann.room.request("lobby:kick", { sessionId: taken.sessionId });
    await taken.closed;
    await eventually(() => tickets.length > 0);
    for (const ticket of tickets) keep("a renewed ticket", ticket);
    await ann.leave();
    await eventually(() => !server.hasRoom(room.roomId));
    const opened = await server.call("/api/rooms/open", {
      body: { ticket: tickets.at(-1), protocol: PROTOCOL_VERSION },
      token,
    });
    const again = await join(server, (opened.answer as RoomResponse).roomId, {
      token,
      ticket: tickets.at(-1) ?? "",
    });
    await again.leave();
    const visitor = await visit(server, "Carla", token);
    await visitor.leave();
    await eventually(() => server.eventsOf(again.sessionId).includes("leave"));

    const written = `${server.logs.map((line) => JSON.stringify(line)).join("\n")}\n${debugged}`;
    expect(written.length).toBeGreaterThan(10_000);
    expect(debugged).toContain(room.roomId);
    const told = [...secrets].filter(([, secret]) =>
      [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)].some((form) =>
        written.includes(form),
      ),
    );
    expect(told.map(([what]) => what)).toEqual([]);
  });
});

describe("a request", () => {
  test("has an id, in its answer and in one line of its own", async () => {
    const { headers } = await server.call("/api/rooms/ABCDE?secret=1", { token: server.guest() });
    const requestId = headers.get("x-request-id") ?? "";
    expect(requestId).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
    await eventually(() => linesOf(requestId).length > 0);
    expect(linesOf(requestId)).toEqual([
      expect.objectContaining({
        event: "request",
        method: "GET",
        path: "/api/rooms/ABCDE",
        status: 404,
        ms: expect.any(Number),
        address: "127.0.0.1",
        reason: "lobby/room_not_found",
      }),
    ]);
  });

  test("keeps the id that our proxy gave it, and no other", async () => {
    const idOf = async (given: string) =>
      (await server.call("/api/lobby", { headers: { "x-request-id": given } })).headers.get("x-request-id");
    expect(await idOf("3b2e9cfa-0001")).toBe("3b2e9cfa-0001");
    for (const bad of ["short", "x".repeat(65), 'a"b"c"d"e"f', "a b c d e f g", "../../../etc/passwd"]) {
      expect(await idOf(bad)).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
    }
  });

  test("can be followed: from the join's answer to the session, and from a refusal to its line", async () => {
    const { roomId } = await server.openRoom({ password: "a password" });
    const ids: string[] = [];
    const { fetch } = globalThis;
    globalThis.fetch = async (...args) => {
      const response = await fetch(...args);
      ids.push(response.headers.get("x-request-id") ?? "none");
      return response;
    };
    const ann = await join(server, roomId, { password: "a password" });
    await refusalOf(join(server, roomId, { password: "not it" }));
    globalThis.fetch = fetch;
    const [joined = "", refused = ""] = ids;
    await eventually(() => linesOf(joined).some(({ event }) => event === "request"));
    expect(linesOf(joined)).toContainEqual(
      expect.objectContaining({ event: "connect", sessionId: ann.sessionId, roomId }),
    );
    expect(linesOf(refused)).toContainEqual(
      expect.objectContaining({ event: "refused", reason: "lobby/password_wrong" }),
    );
    await ann.leave();
    await eventually(() => server.eventsOf(ann.sessionId).includes("leave"));
    // What the session does later is not of the request any more.
    expect(linesOf(joined).map(({ event }) => event)).not.toContain("leave");
  });

  test("that opened a room is named in its lines until it is answered, and not for as long as the room lives", async () => {
    const body = { title: "A room", maxPlayers: 4, private: false };
    const { answer, headers } = await server.call("/api/rooms", { body, token: server.guest() });
    const { roomId } = answer as RoomResponse;
    const requestId = headers.get("x-request-id") ?? "";
    await eventually(() => linesOf(requestId).some(({ event }) => event === "request"));
    expect(linesOf(requestId)).toContainEqual(expect.objectContaining({ event: "room_opened", roomId }));
    const timed = new Promise<void>((resolve) =>
      server.plaza(roomId).clock.setTimeout(() => {
        server.plaza(roomId).log.info({ event: "later" }, "later");
        resolve();
      }, 1),
    );
    await timed;
    const [later] = server.logs.filter(({ event }) => event === "later");
    expect(later).toMatchObject({ roomId });
    expect(later?.requestId).toBeUndefined();
  });

  test("that is refused before it could be counted fills no log", async () => {
    const answers = [
      await server.call("/api/guest", { body: "{" }),
      await server.call("/api/guest", { body: `"${"x".repeat(9_000)}"` }),
      await server.call("/matchmake/nothing"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 413, 404]);
    for (const { headers } of answers) {
      const requestId = headers.get("x-request-id") ?? "";
      const own = () => linesOf(requestId).filter(({ event }) => event === "request");
      await eventually(() => own().length > 0);
      expect(own()).toMatchObject([{ level: DEBUG }]);
    }
  });

  test("is one of so many that an address has under way at once, through a proxy too", async () => {
    const back = server.configure({ MAX_CONNECTIONS_PER_ADDRESS: 1 });
    const ask = async (address: string) => {
      const socket = await RawSocket.open(server);
      // Its body is still to come.
      const head = [
        "POST /api/guest HTTP/1.1",
        "Host: localhost",
        "Content-Length: 9",
        `X-Forwarded-For: ${address}`,
      ];
      return socket.head(...head);
    };
    const held = await Promise.all(Array.from({ length: 8 }, () => ask("203.0.113.7")));
    await eventually(() => server.services.connections.hasAllRequests("203.0.113.7"));
    const late = await ask("203.0.113.7");
    await late.closed;
    expect([late.status, late.reason]).toEqual([429, "session/too_many_connections"]);
    const other = (await ask("203.0.113.8")).write('{"a":"b"}');
    await eventually(() => other.status === 200);
    held[0]?.write('{"a":"b"}');
    await eventually(() => held[0]?.status === 200);
    const next = (await ask("203.0.113.7")).write('{"a":"b"}');
    await eventually(() => next.status === 200);
    for (const socket of [...held, other, next]) socket.destroy();
    back();
  });

  test("for a file has no line", async () => {
    const { headers } = await server.call("/nothing.js");
    expect(headers.get("x-request-id")).toBeNull();
    expect(server.logs.filter(({ path }) => path === "/nothing.js")).toEqual([]);
  });
});
