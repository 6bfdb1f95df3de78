import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { isThisMachine, overwriteAddresses } from "./addresses.ts";

const LOCAL = /^(::ffff:)?127\.0\.0\.1$/;
let server: Server | undefined;

afterEach(async () => {
  const closing = server;
  server = undefined;
  if (closing) await new Promise((resolve) => closing.close(resolve));
});

/** What a listener that was there first sees of a request with these headers. */
async function seen(
  trustProxy: boolean,
  headers: Record<string, string | string[]>,
  kind: "request" | "upgrade" = "request",
): Promise<IncomingHttpHeaders> {
  const listening = createServer();
  server = listening;
  const arrived = new Promise<IncomingHttpHeaders>((resolve) => {
    listening.on("request", ({ headers: found }, response) => {
      response.end();
      resolve(found);
    });
    listening.on("upgrade", ({ headers: found }, socket) => {
      socket.destroy();
      resolve(found);
    });
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  overwriteAddresses(listening, trustProxy);
  const upgrade = kind === "upgrade" ? { connection: "Upgrade", upgrade: "websocket" } : {};
  const { port } = listening.address() as AddressInfo;
  const asked = request({ port, host: "127.0.0.1", agent: false, headers: { ...headers, ...upgrade } });
  // An upgrade is ended without an answer.
  asked.on("error", () => undefined);
  asked.on("response", (response) => response.resume());
  asked.end();
  return arrived;
}

const SPOOFED = { "x-real-ip": "6.6.6.6", "x-forwarded-for": "7.7.7.7", "x-client-ip": "8.8.8.8" };

describe.each(["request", "upgrade"] as const)("the address of a %s", (kind) => {
  test("is the socket's, whatever the client claims", async () => {
    const headers = await seen(false, SPOOFED, kind);
    expect(headers["x-real-ip"]).toMatch(LOCAL);
    expect(headers["x-forwarded-for"]).toBeUndefined();
    expect(headers["x-client-ip"]).toBeUndefined();
  });

  test("is there when nothing is claimed", async () => {
    expect((await seen(false, {}, kind))["x-real-ip"]).toMatch(LOCAL);
  });

  test("behind a proxy is the last hop, which the proxy itself appended", async () => {
    const headers = await seen(
      true,
      { ...SPOOFED, "x-forwarded-for": "6.6.6.6, 9.9.9.9 ,203.0.113.7 " },
      kind,
    );
    expect(headers["x-real-ip"]).toBe("203.0.113.7");
    expect(headers["x-forwarded-for"]).toBeUndefined();
    expect(headers["x-client-ip"]).toBeUndefined();
  });

  test("behind a proxy that appends a header of its own is the last of all", async () => {
    const headers = await seen(true, { "x-forwarded-for": ["6.6.6.6", "203.0.113.7"] }, kind);
    expect(headers["x-real-ip"]).toBe("203.0.113.7");
  });

  test("behind a proxy that says nothing is the socket's, not the client's claim", async () => {
    expect((await seen(true, { "x-real-ip": "6.6.6.6" }, kind))["x-real-ip"]).toMatch(LOCAL);
    await new Promise((resolve) => server?.close(resolve));
    expect((await seen(true, { "x-forwarded-for": "6.6.6.6, " }, kind))["x-real-ip"]).toMatch(LOCAL);
  });
});

test("this machine is known by its loopback addresses", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) {
    expect(isThisMachine(address)).toBe(true);
  }
  for (const address of ["192.168.0.1", "::ffff:10.0.0.1", "fe80::1", "1127.0.0.1", "unknown", ""]) {
    expect(isThisMachine(address)).toBe(false);
  }
});
