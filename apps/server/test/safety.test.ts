import { request } from "node:http";
import { matchMaker } from "@colyseus/core";
import { Encoder } from "@colyseus/schema";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { LOBBY_ROOM } from "@tagalong/shared/lobby/protocol.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { PLAZA_ROOM } from "@tagalong/shared/world/protocol.ts";
import { eventually } from "./support/eventually.ts";
import { join, newName } from "./support/Player.ts";
import { produced } from "./support/produced.ts";
import { TestServer } from "./support/server.ts";

const FRIEND = "https://play.example.com";
const STRANGER = "https://evil.example.com";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ NODE_ENV: "production", ORIGINS: FRIEND, DRAIN_SECONDS: "0" });
});
afterAll(() => server.stop());

/** What one HTTP request is answered with, headers under our control. */
function send(
  path: string,
  {
    method = "GET",
    headers = {},
    body = "",
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${server.endpoint}${path}`, { method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** How an upgrade to a WebSocket is answered. */
function upgrade(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${server.endpoint}${path}`, {
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ...headers,
      },
    });
    outgoing.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

describe("pages of other origins", () => {
  const allowed = (headers: Record<string, unknown>) => headers["access-control-allow-origin"];

  test.each(["/matchmake/joinById/x", "/api/guest", "/api/lobby"])(
    "%s may be read by friends only",
    async (path) => {
      for (const method of ["OPTIONS", "POST"]) {
        const asked = (origin: string) =>
          send(path, {
            method,
            headers: { origin, "content-type": "application/json", "access-control-request-method": "POST" },
            body: method === "POST" ? "{}" : "",
          });
        const friend = await asked(FRIEND);
        expect({ method, allowed: allowed(friend.headers) }).toEqual({ method, allowed: FRIEND });
        expect(String(friend.headers.vary)).toMatch(/origin/i);
        for (const origin of [
          STRANGER,
          "null",
          `${FRIEND}.evil.com`,
          "http://play.example.com",
          "http://localhost:5173",
        ]) {
          const answer = allowed((await asked(origin)).headers);
          expect(["https://invalid.invalid", undefined]).toContain(answer);
        }
      }
    },
  );

  test("sockets open for our own page, friends, and what is no browser; for nobody else", async () => {
    const own = new URL(server.endpoint).host;
    const path = "/process/room?sessionId=x";
    expect(await upgrade(path, {})).toBe(101);
    expect(await upgrade(path, { origin: FRIEND })).toBe(101);
    expect(await upgrade(path, { origin: `http://${own}` })).toBe(101);
    for (const origin of [
      STRANGER,
      "null",
      "http://localhost:5173",
      `http://${own}.evil.com`,
      "::nonsense::",
    ]) {
      expect({ origin, status: await upgrade(path, { origin }) }).toEqual({ origin, status: 403 });
    }
  });
});

describe("the matchmaker", () => {
  const ask = (
    method: string,
    name: string,
    body: object = { protocol: PROTOCOL_VERSION, name: newName() },
  ) => server.call(`/matchmake/${method}/${name}`, { body, token: server.guest() });

  test.each(["create", "join", "joinOrCreate", "query", "createRoom", "gracefullyShutdown", "__proto__"])(
    "nobody can %s from outside",
    async (method) => {
      const before = (await matchMaker.query({})).length;
      for (const name of [PLAZA_ROOM, LOBBY_ROOM]) {
        const { status } = await ask(method, name);
        expect(status).toBeGreaterThanOrEqual(400);
      }
      expect(await matchMaker.query({})).toHaveLength(before);
    },
  );

  test("answers malformed and huge bodies with an error, and goes on", async () => {
    const { roomId } = await server.openRoom();
    const post = (body: string, headers: Record<string, string> = {}) =>
      send(`/matchmake/joinById/${roomId}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
      });
    for (const body of [
      "{",
      "",
      "null",
      "[]",
      '"text"',
      "7",
      '{"protocol":',
      '{"__proto__":{"protocol":1}}',
    ]) {
      const { status, text } = await post(body);
      expect({ body, isRefused: status >= 400 && status < 500 }).toEqual({ body, isRefused: true });
      expect(text).not.toMatch(/node_modules|at .*\.ts/);
    }
    const huge = JSON.stringify({ protocol: PROTOCOL_VERSION, name: "x".repeat(2_000_000) });
    const refused = (await post(huge).catch(() => ({ status: 413 }))).status;
    expect(refused).toBe(413);
    const chunked = (await post(huge, { "transfer-encoding": "chunked" }).catch(() => ({ status: 413 })))
      .status;
    expect(chunked).toBe(413);
    await join(server, roomId);
  });

  test("a reconnection without a right token is refused, whatever stands there", async () => {
    const { roomId } = await server.openRoom();
    const ann = await join(server, roomId);
    for (const reconnectionToken of [undefined, "", "x", "__proto__", "constructor", { a: 1 }, ["x"], 7]) {
      const { status } = await ask("reconnect", roomId, { reconnectionToken });
      expect({ reconnectionToken, isRefused: status >= 400 }).toEqual({ reconnectionToken, isRefused: true });
    }
    expect(ann.isClosed).toBe(false);
  });

  test("a session id without its seat opens nothing, and is refused with a reason", async () => {
    const { roomId } = await server.openRoom();
    const ann = await join(server, roomId);
    const address = `${server.endpoint.replace("http", "ws")}/p/${roomId}`;
    for (const query of [ann.sessionId, "x", "__proto__", "constructor", "x&reconnectionToken=y"]) {
      const socket = new WebSocket(`${address}?sessionId=${query}`);
      socket.binaryType = "arraybuffer";
      let heard = "";
      socket.addEventListener("message", ({ data }) => {
        heard += Buffer.from(data).toString("latin1");
      });
      await new Promise((resolve) => socket.addEventListener("close", resolve));
      expect({ query, heard }).toEqual({ query, heard: expect.stringContaining("session/seat_expired") });
    }
    await produced(server, "session/seat_expired");
    expect(ann.isClosed).toBe(false);
    expect(server.plaza(roomId).seats.size).toBe(1);
  });
});

describe("what is exposed", () => {
  test.each([
    "/monitor",
    "/monitor/",
    "/playground",
    "/playground/",
    "/__apidocs",
    "/metrics",
    "/.env",
    "/api",
  ])("%s is not there", async (path) => {
    const { status } = await send(path);
    expect([400, 401, 404]).toContain(status);
  });

  test("no answer tells which software or version runs here", async () => {
    for (const path of ["/", "/healthz", "/api/lobby", "/nothing", "/matchmake/joinById/x"]) {
      const { headers, text } = await send(path);
      expect(headers["x-powered-by"]).toBeUndefined();
      expect(`${JSON.stringify(headers)} ${text}`).not.toMatch(/colyseus|express|0\.18/i);
    }
  });

  test("health and readiness answer", async () => {
    expect((await send("/healthz")).status).toBe(200);
    expect((await send("/readyz")).status).toBe(200);
  });
});

describe("the api", () => {
  test("answers malformed and huge bodies with a reason, and goes on", async () => {
    const post = (body: string, type = "application/json") =>
      send("/api/guest", { method: "POST", headers: { "content-type": type }, body });
    expect(await post("{").then(({ status, text }) => [status, text])).toEqual([
      400,
      '{"code":400,"error":"lobby/bad_options"}',
    ]);
    expect(
      await post(`{"token":"${"x".repeat(20_000)}"}`).then(({ status, text }) => [status, text]),
    ).toEqual([413, '{"code":413,"error":"session/message_too_big"}']);
    for (const body of ["null", "7", '"text"', '{"token":7}', '{"token":{}}']) {
      expect({ body, status: (await post(body)).status }).toEqual({ body, status: 400 });
    }
    expect((await post("token=x", "application/x-www-form-urlencoded")).status).toBe(200);
    expect((await post("{}", "application/json; charset=nonsense")).status).toBeLessThan(500);
    expect((await post("{}")).status).toBe(200);
  });

  test("a route that does not exist is refused with a reason", async () => {
    const { status, text } = await send("/api/nothing");
    expect([status, text]).toEqual([400, '{"error":"lobby/bad_options"}']);
  });

  test("nothing of it is kept by caches", async () => {
    expect((await send("/api/lobby")).headers["cache-control"]).toBe("no-store");
  });
});

test("the encoder's buffer holds the largest full state there can be", async () => {
  expect(Encoder.BUFFER_SIZE).toBeGreaterThanOrEqual(128 * 1024);
});

test("secrets are never in the log, at any level", async () => {
  const { roomId } = await server.openRoom({ password: "a very secret password" });
  const token = server.guest();
  const ann = await join(server, roomId, { token, password: "a very secret password" });
  await ann.leave();
  await eventually(() => server.eventsOf(ann.sessionId).includes("leave"));
  const log = JSON.stringify(server.logs);
  expect(log).not.toContain("a very secret password");
  expect(log).not.toContain(token);
  expect(log).not.toContain(ann.welcome?.roomTicket ?? "none");
  expect(log).not.toContain(ann.room.reconnectionToken.split(":")[1] ?? "none");
});
