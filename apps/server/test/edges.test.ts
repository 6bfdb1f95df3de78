import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import { eventually } from "./support/eventually.ts";
import { join, newName, type Player, reconnect, refusalOf } from "./support/Player.ts";
import { produced } from "./support/produced.ts";
import { RawSocket } from "./support/RawSocket.ts";
import { TestServer } from "./support/server.ts";

const BODY_MAX = 8 * 1024;

let server: TestServer;
const sockets: RawSocket[] = [];
const players: Player[] = [];

beforeAll(async () => {
  server = await TestServer.start({ NODE_ENV: "production", DRAIN_SECONDS: "0" });
});
afterAll(() => server.stop());
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(players.splice(0).map((player) => (player.isClosed ? undefined : player.leave())));
  // The next test counts sockets: none of these is among them.
  const back = server.configure({ MAX_CONNECTIONS_PER_ADDRESS: 1 });
  await eventually(() => !server.services.connections.isFull("127.0.0.1"));
  back();
});

async function open(): Promise<RawSocket> {
  const socket = await RawSocket.open(server);
  sockets.push(socket);
  return socket;
}
async function arrive(roomId: string, options: Parameters<typeof join>[2] = {}): Promise<Player> {
  const player = await join(server, roomId, options);
  players.push(player);
  return player;
}
/** Whatever went before, the server plays on. */
async function expectAlive(): Promise<void> {
  const { roomId } = await server.openRoom();
  await (await join(server, roomId)).leave();
}
/** The lines that tell of a refusal at the edge. */
function told(what: string): unknown[] {
  return server.logs.filter((line) => line.event === "refused" && line.what === what);
}
async function expectRefused(socket: RawSocket, status: number, reason: Reason): Promise<void> {
  await socket.closed;
  expect({ status: socket.status, reason: socket.reason }).toEqual({ status, reason });
}

describe("large requests", () => {
  test("a head that is too large is refused with the reason", async () => {
    const large = await open();
    large.head("GET /healthz HTTP/1.1", "Host: localhost", `X-Large: ${"x".repeat(9_000)}`);
    await expectRefused(large, 431, "session/message_too_big");
    expect(told("head of a request")).toHaveLength(1);
  });

  test("so is an address that is too long, and one head after the other without an end", async () => {
    const long = await open();
    long.head(`GET /${"x".repeat(9_000)} HTTP/1.1`, "Host: localhost");
    await expectRefused(long, 431, "session/message_too_big");
    const many = await open();
    many.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n");
    for (let i = 0; i < 3_000; i++) many.write(`X-${i}: y\r\n`);
    await expectRefused(many, 431, "session/message_too_big");
  });

  test("more headers than anybody has are refused, and none of them is left out", async () => {
    const headers = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: y`);
    const many = await open();
    many.head("GET /healthz HTTP/1.1", "Host: localhost", ...headers(101));
    await expectRefused(many, 431, "session/message_too_big");
    const enough = await open();
    enough.head("GET /healthz HTTP/1.1", "Host: localhost", ...headers(90), "Connection: close");
    await enough.closed;
    expect(enough.status).toBe(200);
  });

  test.each(["/matchmake/joinById/x", "/api/guest", "/healthz", "/", "/nothing", "//matchmake/joinById/x"])(
    "a body that is too large is refused before it is there, at %s",
    async (path) => {
      const before = await server.count("session/message_too_big");
      const announced = await open();
      announced.head(`POST ${path} HTTP/1.1`, "Host: localhost", `Content-Length: ${BODY_MAX + 1}`);
      await expectRefused(announced, 413, "session/message_too_big");
      const chunked = await open();
      chunked.head(`POST ${path} HTTP/1.1`, "Host: localhost", "Transfer-Encoding: chunked");
      chunked.write(`2001\r\n${"x".repeat(BODY_MAX + 1)}\r\n`);
      await expectRefused(chunked, 413, "session/message_too_big");
      expect((await server.count("session/message_too_big")) - before).toBe(2);
    },
  );

  test("a body that fits is taken in chunks too", async () => {
    const socket = await open();
    socket.head(
      "POST /api/guest HTTP/1.1",
      "Host: localhost",
      "Content-Type: application/json",
      "Transfer-Encoding: chunked",
      "Connection: close",
    );
    socket.write("1\r\n{\r\n1\r\n}\r\n0\r\n\r\n");
    await socket.closed;
    expect(socket.status).toBe(200);
  });
});

describe("what is no request", () => {
  test.each([
    ["nonsense", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
    [
      "two lengths",
      "POST /api/guest HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    ],
    [
      "a length and chunks",
      "POST /api/guest HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a zero byte", "GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a header with a zero byte", "GET / HTTP/1.1\r\nHost: a\r\nX-A: \x00\r\n\r\n"],
    ["a method of its own", "HACK / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a host that is none", "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n"],
    [
      "a host with two ports",
      "POST /matchmake/joinById/x HTTP/1.1\r\nHost: a:b:c\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ["a host with a user", "POST /matchmake/joinById/x HTTP/1.1\r\nHost: a@b\r\nContent-Length: 2\r\n\r\n{}"],
    ["a host with a path", "POST /matchmake/joinById/x HTTP/1.1\r\nHost: a/b\r\nContent-Length: 2\r\n\r\n{}"],
    ["an empty host", "POST /matchmake/joinById/x HTTP/1.1\r\nHost: \r\nContent-Length: 2\r\n\r\n{}"],
    ["another server's address", "GET http://evil.example:99999999/ HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["an address of everything", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"],
  ])("%s is answered at once", async (_what, bytes) => {
    const socket = await open();
    socket.write(bytes);
    await expectRefused(socket, 400, "session/bad_message");
    await expectAlive();
  });

  test.each(["TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"])("%s is no method here", async (method) => {
    const socket = await open();
    socket.head(`${method} /api/lobby HTTP/1.1`, "Host: localhost", "Cookie: a=b");
    await expectRefused(socket, 405, "session/bad_message");
    expect(socket.heard).not.toContain("a=b");
  });

  test("nobody is connected through", async () => {
    const socket = await open();
    socket.head("CONNECT example.com:443 HTTP/1.1", "Host: example.com:443");
    await socket.closed;
    expect(socket.heard).toBe("");
  });
});

describe("sockets of one address", () => {
  test("are as many as the settings say; then the join tells why not", async () => {
    const { roomId } = await server.openRoom();
    const back = server.configure({ MAX_CONNECTIONS_PER_ADDRESS: 2 });
    await arrive(roomId);
    const bob = await arrive(roomId);
    expect(await refusalOf(join(server, roomId))).toEqual({ reason: "session/too_many_connections" });
    // Before a seat is kept for whoever will not come.
    const body = { protocol: PROTOCOL_VERSION, name: newName() };
    const options = { body, token: server.guest() };
    expect(await server.refusalOfCall(`/matchmake/joinById/${roomId}`, options)).toEqual({
      reason: "session/too_many_connections",
    });
    await produced(server, "session/too_many_connections");
    await bob.leave();
    await eventually(() => arrive(roomId).catch(() => undefined));
    back();
  });

  test("a socket past the limit, of a join that was granted, is told why it is closed", async () => {
    const { roomId } = await server.openRoom();
    const seats = [];
    for (let i = 0; i < 2; i++) {
      const body = { protocol: PROTOCOL_VERSION, name: newName() };
      const { answer } = await server.call(`/matchmake/joinById/${roomId}`, { body, token: server.guest() });
      seats.push((answer as { sessionId: string }).sessionId);
    }
    const back = server.configure({ MAX_CONNECTIONS_PER_ADDRESS: 1 });
    const address = `${server.endpoint.replace("http", "ws")}/process/${roomId}?sessionId=`;
    const first = new WebSocket(`${address}${seats[0]}`);
    await new Promise((resolve) => first.addEventListener("open", resolve));
    const second = new WebSocket(`${address}${seats[1]}`);
    const closed = await new Promise<CloseEvent>((resolve) => second.addEventListener("close", resolve));
    expect([closed.code, closed.reason]).toEqual([4117, "session/too_many_connections"]);
    first.close();
    back();
  });

  test("past twice the limit there is no socket to be told on", async () => {
    const { roomId } = await server.openRoom();
    const back = server.configure({ MAX_CONNECTIONS_PER_ADDRESS: 1 });
    const upgrades: RawSocket[] = [];
    for (let i = 0; i < 3; i++) {
      const socket = await open();
      upgrades.push(socket.upgrade(`/process/${roomId}?sessionId=x&reconnectionToken=y`));
      await eventually(() => socket.status !== 0);
    }
    expect(upgrades.map(({ status }) => status)).toEqual([101, 101, 429]);
    expect(upgrades[2]?.reason).toBe("session/too_many_connections");
    back();
  });

  test("a player whose connection was lost comes back to their seat, the limit notwithstanding", async () => {
    const { roomId } = await server.openRoom();
    const back = server.configure({ MAX_CONNECTIONS_PER_ADDRESS: 2 });
    const ann = await arrive(roomId);
    const bob = await arrive(roomId);
    const { room } = bob;
    // The old socket is not known to be lost yet.
    const again = await reconnect(server, bob);
    players.push(again);
    expect(again.sessionId).toBe(room.sessionId);
    expect(ann.isClosed).toBe(false);
    back();
  });

  test("whoever was in the room before comes back, and strangers do not, past the limit", async () => {
    const { roomId } = await server.openRoom();
    await arrive(roomId);
    const ann = await arrive(roomId);
    const bearer = { token: ann.token, name: ann.name, ticket: ann.welcome?.roomTicket ?? "" };
    // A seat that was promised by another process, which counts no sockets of this one.
    const promise = async ({ token, ...options }: { token: string; name: string; ticket?: string }) => {
      const body = { protocol: PROTOCOL_VERSION, ...options };
      const { answer } = await server.call(`/matchmake/joinById/${roomId}`, { body, token });
      return (answer as { sessionId: string }).sessionId;
    };
    const [theirs, strange] = [
      await promise(bearer),
      await promise({ token: server.guest(), name: newName() }),
    ];
    const back = server.configure({ MAX_CONNECTIONS_PER_ADDRESS: 2 });
    const socket = (sessionId: string) => {
      const target = `${server.endpoint.replace("http", "ws")}/process/${roomId}?sessionId=${sessionId}`;
      const opened = new WebSocket(target);
      return new Promise<CloseEvent | WebSocket>((resolve) => {
        opened.addEventListener("message", () => resolve(opened));
        opened.addEventListener("close", resolve);
      });
    };
    expect(await socket(strange)).toMatchObject({ reason: "session/too_many_connections" });
    const opened = await socket(theirs);
    expect(opened).toBeInstanceOf(WebSocket);
    if (opened instanceof WebSocket) opened.close();
    // And this process, asked for the seat itself, promises it to them alone.
    expect(await refusalOf(join(server, roomId))).toEqual({ reason: "session/too_many_connections" });
    await arrive(roomId, bearer);
    back();
  });

  test("idle ones by the hundred are closed as they come, and leave room for everybody else", async () => {
    const back = server.configure({ MAX_CONNECTIONS_PER_ADDRESS: 4 });
    const before = await server.count("session/too_many_connections");
    const many = await Promise.all(Array.from({ length: 300 }, () => open()));
    await eventually(() => many.filter(({ isClosed }) => isClosed).length >= 300 - 32);
    await eventually(async () => (await server.count("session/too_many_connections")) - before >= 300 - 32);
    // So many in a moment, and one line of them.
    expect(told("connections of one address")).toHaveLength(1);
    for (const socket of many) socket.destroy();
    back();
    await eventually(async () => (await server.call("/healthz")).status === 200);
    await expectAlive();
  });

  test("an address that is free has any number", async () => {
    const { roomId } = await server.openRoom();
    const back = server.configure({ MAX_CONNECTIONS_PER_ADDRESS: 1, NODE_ENV: "development" });
    for (let i = 0; i < 3; i++) await arrive(roomId);
    back();
  });
});

describe("sockets without a seat", () => {
  test.each([
    "/",
    "/?sessionId=x",
    "/process/room",
    "/process/room?sessionId=",
    "/process/room/?sessionId=x",
    "/process/..%2froom?sessionId=x",
    "/one?sessionId=x",
  ])("%s is no place for a socket", async (target) => {
    const socket = await open();
    socket.upgrade(target);
    await expectRefused(socket, 400, "session/bad_message");
  });

  test("nor is an upgrade by another method, or to something else", async () => {
    const { roomId } = await server.openRoom();
    const posted = await open();
    posted.head(
      `POST /process/${roomId}?sessionId=x HTTP/1.1`,
      "Host: localhost",
      "Connection: Upgrade",
      "Upgrade: websocket",
    );
    await expectRefused(posted, 400, "session/bad_message");
    const other = await open();
    other.head(
      `GET /process/${roomId}?sessionId=x HTTP/1.1`,
      "Host: localhost",
      "Connection: Upgrade",
      "Upgrade: h2c",
    );
    await other.closed;
    expect(other.status).toBe(400);
  });

  test("who is refused and does not hang up is hung up on", async () => {
    const { roomId } = await server.openRoom();
    const back = server.configure({ APPROVAL_TIMEOUT_MS: 100 });
    for (const origin of ["https://evil.example.com", undefined]) {
      const socket = await open();
      socket.upgrade(`/process/${roomId}?sessionId=x`, ...(origin ? [`Origin: ${origin}`] : []));
      await eventually(() => socket.status !== 0);
      expect(socket.status).toBe(origin ? 403 : 101);
      // A sign of life, as often as one is asked for: it is not for silence that it is cut off.
      const living = setInterval(() => socket.write("\x8a\x80\0\0\0\0"), 200);
      await socket.closed;
      clearInterval(living);
    }
    back();
  });

  test("for a room that is gone, it is told so", async () => {
    const socket = new WebSocket(`${server.endpoint.replace("http", "ws")}/process/gone?sessionId=x`);
    const { code, reason } = await new Promise<CloseEvent>((resolve) =>
      socket.addEventListener("close", resolve),
    );
    expect([code, reason]).toEqual([4143, "lobby/room_closed"]);
  });

  test("those on their way into a room are bounded, too", async () => {
    const { roomId } = await server.openRoom();
    const back = server.configure({ MAX_CONNECTIONS: 2 });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) {
      const socket = await open();
      socket.upgrade(`/process/${roomId}?sessionId=x`);
      await eventually(() => socket.status !== 0);
      statuses.push(socket.status);
    }
    expect(statuses).toEqual([101, 101, 503]);
    back();
  });
});

describe("requests behind each other on one connection", () => {
  test("are answered in order, each by itself", async () => {
    const socket = await open();
    for (const path of ["/healthz", "/api/nothing", "/readyz"]) {
      socket.head(`GET ${path} HTTP/1.1`, "Host: localhost");
    }
    await eventually(() => (socket.heard.match(/HTTP\/1\.1 /g) ?? []).length === 3);
    expect([...socket.heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      "200",
      "400",
      "200",
    ]);
  });
});
