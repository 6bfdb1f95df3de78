import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "./support/eventually.ts";
import { RawSocket } from "./support/RawSocket.ts";
import { TestServer } from "./support/server.ts";

/** Much more than fits into the sockets' buffers on the way. */
const LARGE_FILE_BYTES = 32 * 1024 * 1024;
const DRIP_MS = 20;

let server: TestServer;
let site: string;
const sockets: RawSocket[] = [];

// A file by itself: so impatient, the server would turn away honest requests on a busy machine.
beforeAll(async () => {
  site = mkdtempSync(join(tmpdir(), "tagalong-site-"));
  writeFileSync(join(site, "index.html"), "<!doctype html><title>Tagalong</title>");
  writeFileSync(join(site, "large.bin"), Buffer.alloc(LARGE_FILE_BYTES));
  server = await TestServer.start({ CLIENT_DIST: site, REQUEST_TIMEOUT_MS: "150" });
});
afterAll(async () => {
  await server.stop();
  rmSync(site, { recursive: true });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function open(): Promise<RawSocket> {
  const socket = await RawSocket.open(server);
  sockets.push(socket);
  return socket;
}
/**
 * A connection on which something was asked for, and the answer began. A busy machine may be slower than this server is
 * patient: it is asked again.
 */
async function openAnswered(path: string): Promise<RawSocket> {
  return eventually(async () => {
    const socket = await open();
    socket.head(`GET ${path} HTTP/1.1`, "Host: localhost");
    await eventually(() => socket.status !== 0 || socket.isClosed);
    return socket.status === 200 && socket;
  });
}
/** Send this piece again and again, each time well before anybody would call it silence, until we are cut off. */
async function expectCutOff(socket: RawSocket, piece: string): Promise<void> {
  const before = await server.count("session/approval_timeout");
  const dripping = setInterval(() => socket.write(piece), DRIP_MS);
  await socket.closed;
  clearInterval(dripping);
  expect([socket.status, socket.reason]).toEqual([408, "session/approval_timeout"]);
  expect((await server.count("session/approval_timeout")) - before).toBe(1);
}

test("a head that comes byte by byte is cut off, with the reason", async () => {
  const slow = await open();
  slow.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
  await expectCutOff(slow, "x");
  expect(server.logs.filter(({ what }) => what === "slow request")).toHaveLength(1);
});

test.each(["/matchmake/joinById/x", "/api/guest", "/healthz"])(
  "a body that comes byte by byte is cut off, at %s",
  async (path) => {
    const slow = await open();
    slow.head(
      `POST ${path} HTTP/1.1`,
      "Host: localhost",
      "Content-Type: application/json",
      "Content-Length: 900",
    );
    await expectCutOff(slow, " ");
  },
);

test("so is one in chunks, of which each is in time", async () => {
  const slow = await open();
  slow.head("POST /api/guest HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked");
  await expectCutOff(slow, "1\r\n \r\n");
});

test("a second request on a connection has no more time than the first", async () => {
  const slow = await openAnswered("/healthz");
  slow.heard = "";
  slow.write("GET /healthz HTTP/1.1\r\nX-Slow: ");
  await expectCutOff(slow, "x");
});

test("a connection that asks nothing is closed without a word, and is nobody's refusal", async () => {
  const before = await server.count("session/approval_timeout");
  const idle = await open();
  await idle.closed;
  expect(idle.heard).toBe("");
  expect(await server.count("session/approval_timeout")).toBe(before);
});

test("an answer that nobody reads is not kept for ever", async () => {
  const deaf = await openAnswered("/large.bin");
  deaf.stopReading();
  const { server: listener } = server.app.server.transport;
  const connections = () =>
    new Promise<number>((resolve) => listener?.getConnections((_error, count) => resolve(count)));
  await eventually(async () => (await connections()) === 1);
  await eventually(async () => (await connections()) === 0);
});
