import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { BOTS_MAX, BOTS_PATH, type BotsAnswer, type BotsRequest } from "../src/debug/botsClient.ts";
import { type BotCalls, createBotsHandler } from "./botsPlugin.ts";

/** Bots that are only counted. */
class CountedBots implements BotCalls {
  readonly calls: BotsRequest[] = [];
  count = 0;
  trouble: string | undefined;

  async start(request: BotsRequest): Promise<BotsAnswer> {
    this.calls.push(request);
    if (this.trouble !== undefined) return { ok: false, why: this.trouble };
    this.count += request.count;
    return { ok: true, playing: request.count, wanted: request.count, total: this.count };
  }

  async stop(): Promise<void> {
    this.count = 0;
  }
}

let server: Server;
let bots: CountedBots;
let base: string;
beforeEach(async () => {
  bots = new CountedBots();
  server = createServer(createBotsHandler(bots)).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

interface Call {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

async function call({ method = "POST", body, headers }: Call): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${base}${BOTS_PATH}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, answer: await response.json() };
}
const callFor = (request: object, headers: Record<string, string> = {}) =>
  call({ body: JSON.stringify(request), headers });

describe("a call for bots", () => {
  test("starts them in the room it names, and is answered with how many there are", async () => {
    expect(await callFor({ room: "abcde", count: 5 })).toEqual({
      status: 200,
      answer: { ok: true, playing: 5, wanted: 5, total: 5 },
    });
    expect(await callFor({ room: "ABCDE", count: 3, password: "pw" })).toEqual({
      status: 200,
      answer: { ok: true, playing: 3, wanted: 3, total: 8 },
    });
    expect(bots.calls).toEqual([
      { room: "ABCDE", count: 5 },
      { room: "ABCDE", count: 3, password: "pw" },
    ]);
  });

  test("that no bot could follow is answered with why", async () => {
    bots.trouble = "That room is full.";
    expect(await callFor({ room: "ABCDE", count: 5 })).toEqual({
      status: 200,
      answer: { ok: false, why: "That room is full." },
    });
  });

  test("DELETE sends them away", async () => {
    await callFor({ room: "ABCDE", count: 5 });
    expect(await call({ method: "DELETE" })).toEqual({
      status: 200,
      answer: { ok: true, playing: 0, wanted: 0, total: 0 },
    });
    expect(bots.count).toBe(0);
  });

  test.each([
    ["no JSON", "count=5"],
    ["nothing", ""],
    ["null", "null"],
    ["no room", JSON.stringify({ count: 5 })],
    ["no code", JSON.stringify({ room: "../..", count: 5 })],
    ["an option instead of a room", JSON.stringify({ room: "--url", count: 5 })],
    ["no count", JSON.stringify({ room: "ABCDE" })],
    ["none", JSON.stringify({ room: "ABCDE", count: 0 })],
    ["too many", JSON.stringify({ room: "ABCDE", count: BOTS_MAX + 1 })],
    ["half a bot", JSON.stringify({ room: "ABCDE", count: 1.5 })],
    ["a count in words", JSON.stringify({ room: "ABCDE", count: "5" })],
    ["a password that is none", JSON.stringify({ room: "ABCDE", count: 5, password: 1 })],
    ["too much", JSON.stringify({ room: "ABCDE", count: 5, more: "x".repeat(2_000) })],
  ])("with %s starts nothing", async (_what, body) => {
    expect(await call({ body })).toEqual({ status: 400, answer: { ok: false, why: expect.any(String) } });
    expect(bots.calls).toEqual([]);
  });

  test("is taken from pages of this server only", async () => {
    const request = { room: "ABCDE", count: 1 };
    expect((await callFor(request, { origin: base })).status).toBe(200);
    for (const origin of ["https://evil.example", "http://127.0.0.1:1", "null"]) {
      expect((await callFor(request, { origin })).status).toBe(403);
      expect((await call({ method: "DELETE", headers: { origin } })).status).toBe(403);
    }
    expect(bots.count).toBe(1);
  });

  test("is JSON: a form of another page can send anything else without asking", async () => {
    const { status } = await callFor({ room: "ABCDE", count: 1 }, { "content-type": "text/plain" });
    expect(status).toBe(415);
    expect((await call({ method: "GET" })).status).toBe(405);
    expect(bots.calls).toEqual([]);
  });
});
