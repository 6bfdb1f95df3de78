import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { join } from "./support/Player.ts";
import { TestServer } from "./support/server.ts";

const MONITOR_PASSWORD = "a password to look with";

let server: TestServer;
let operations: string;
beforeAll(async () => {
  server = await TestServer.start({ OPS_PORT: "0", MONITOR_PASSWORD });
  operations = `http://127.0.0.1:${server.app.operations?.port}`;
});
afterAll(() => server.stop());

const basic = (password: string) => ({ authorization: `Basic ${btoa(`anybody:${password}`)}` });
const right = basic(MONITOR_PASSWORD);
const look = (path: string, headers: Record<string, string> = right) =>
  fetch(`${operations}${path}`, { headers, redirect: "manual" });

test("whoever has the password sees the monitor's page, its program and the rooms", async () => {
  expect((await look("/monitor")).headers.get("location")).toBe("/monitor/");
  const page = await look("/monitor/");
  expect([page.status, page.headers.get("content-type")]).toEqual([
    200,
    expect.stringContaining("text/html"),
  ]);
  expect(page.headers.get("content-security-policy")).toMatch(
    /^default-src 'self'; .*frame-ancestors 'none'$/,
  );
  const [, program = ""] = /src="\.\/(assets\/[^"]+\.js)"/.exec(await page.text()) ?? [];
  const script = await look(`/monitor/${program}`);
  expect([script.status, script.headers.get("content-type")]).toEqual([
    200,
    expect.stringContaining("javascript"),
  ]);
  await script.body?.cancel();

  const { roomId } = await server.openRoom({ title: "Rose Garden" });
  const ann = await join(server, roomId);
  expect(await (await look("/monitor/api")).json()).toMatchObject({
    rooms: expect.arrayContaining([expect.objectContaining({ roomId, clients: 1 })]),
  });
  expect(await (await look(`/monitor/api/room?roomId=${roomId}`)).json()).toMatchObject({
    clients: [{ sessionId: ann.sessionId }],
    state: { title: "Rose Garden" },
  });
  await ann.leave();
});

test("nobody else sees anything of it, and guesses in a row are not looked at", async () => {
  for (const path of ["/monitor/", "/monitor/api", "/monitor/assets/x.js", "/monitor/api/room/call"]) {
    const asked = await look(path, {});
    expect([asked.status, asked.headers.get("www-authenticate")]).toEqual([
      401,
      expect.stringMatching(/^Basic /),
    ]);
  }
  const wrong = await Promise.all(
    Array.from({ length: 12 }, (_, i) => look("/monitor/api", basic(`guess ${i}`))),
  );
  expect(wrong.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), 429, 429]);
  for (let i = 0; i < 10; i++) await server.services.limits.operators.giveBack("127.0.0.1");
  expect((await look("/monitor/api")).status).toBe(200);
  expect(JSON.stringify(server.logs)).not.toMatch(/guess \d|a password to look with/);
});

test("it looks and does not touch: no method of a room can be called with it", async () => {
  const { roomId } = await server.openRoom();
  const ann = await join(server, roomId);
  const call = new URLSearchParams({ roomId, method: "disconnect", args: "[]" });
  for (const path of [
    "/monitor/api/room/call",
    "/monitor/api/room/call/",
    "/monitor/API/room/call",
    "/monitor//api/room/call",
  ]) {
    const { status } = await look(`${path}?${call}`);
    expect([path, status >= 400]).toEqual([path, true]);
  }
  await ann.settled();
  expect(ann.isClosed).toBe(false);
  await ann.leave();
});

test("a page from elsewhere cannot ask it with the password that the browser keeps", async () => {
  const status = async (site: string) =>
    (await look("/monitor/api", { ...right, "sec-fetch-site": site })).status;
  expect([await status("cross-site"), await status("same-site")]).toEqual([403, 403]);
  expect([await status("same-origin"), await status("none")]).toEqual([200, 200]);
});

test("the log tells at the start whether it is there, and so are commands", () => {
  expect(server.app.operations?.exposed).toEqual(["/metrics", "/healthz", "/readyz", "/monitor"]);
});

test("it is not on the game's port", async () => {
  for (const path of ["/monitor", "/monitor/", "/monitor/api"]) {
    expect((await server.call(path, { headers: right })).status).toBe(404);
  }
});
