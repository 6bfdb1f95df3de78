import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { SECURITY_HEADERS } from "../src/http/securityHeaders.ts";
import { RawSocket } from "./support/RawSocket.ts";
import { TestServer } from "./support/server.ts";

const SECRET = "not for anybody's eyes";

let server: TestServer;
let folder: string;
const sockets: RawSocket[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tagalong-site-"));
  const dist = join(folder, "dist");
  mkdirSync(join(dist, "assets"), { recursive: true });
  mkdirSync(join(dist, ".git"));
  mkdirSync(join(folder, "distant"));
  writeFileSync(join(dist, "index.html"), "<!doctype html><title>Tagalong</title>");
  writeFileSync(join(dist, "assets", "index-abc.js"), "1;");
  for (const path of [".env", "secret.txt", "dist/.env", "dist/.git/config", "distant/secret.txt"]) {
    writeFileSync(join(folder, path), SECRET);
  }
  // Express says what went wrong, stack and all, unless it is in production itself.
  server = await TestServer.start({ CLIENT_DIST: dist, TRUST_PROXY: "loopback" });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** The path as it stands, which `fetch` would tidy up. */
async function get(path: string, method = "GET", ...lines: string[]): Promise<RawSocket> {
  const socket = await RawSocket.open(server);
  sockets.push(socket);
  socket.head(`${method} ${path} HTTP/1.1`, "Host: localhost", "Connection: close", ...lines);
  await socket.closed;
  return socket;
}

describe("files", () => {
  test.each([
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/assets/../../distant/secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/%252e%252e%252fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/assets/..%00/secret.txt",
    "/secret.txt%00.html",
    "/%c0%ae%c0%ae/secret.txt",
    "/%",
    "/%E0%A4%A",
    "//localhost/../secret.txt",
    "///../../secret.txt",
    "/.env",
    "/%2eenv",
    "/.git/config",
    "/assets/../.env",
    "/./.env",
    "/assets",
    "/assets/",
    "/index.html/",
    "/index.html/../../secret.txt",
    "/__healthcheck/../../secret.txt",
    `/${"a/".repeat(30)}`,
  ])("%s is nothing that is served", async (path) => {
    const { status, heard } = await get(path);
    expect({ status, isRefused: [400, 403, 404].includes(status) }).toEqual({ status, isRefused: true });
    expect(heard).not.toContain(SECRET);
    // Neither where files are here, nor what serves them.
    expect(heard).not.toMatch(/node_modules|tagalong-site|\bat .*\.(?:js|ts)|<pre>/);
  });

  test("that are there are served, as what they are and no other", async () => {
    const page = await get("/");
    expect(page.status).toBe(200);
    expect(page.heard).toMatch(/content-type: text\/html/i);
    const script = await get("/assets/index-abc.js?x=1");
    expect(script.heard).toMatch(/content-type: text\/javascript/i);
    expect(script.heard).toMatch(/cache-control: public, max-age=31536000, immutable/i);
    expect((await get("/", "HEAD")).heard).toMatch(/content-length: \d+\r\n[\s\S]*\r\n\r\n$/i);
  });

  test("are given in parts only as far as they go", async () => {
    for (const range of [
      "bytes=0-0",
      "bytes=5-1",
      "bytes=999999-",
      "bytes=-999999",
      "lines=1",
      "bytes=0-0,0-0,0-0",
    ]) {
      const { status } = await get("/", "GET", `Range: ${range}`);
      expect([200, 206, 416]).toContain(status);
    }
  });
});

describe("headers", () => {
  test("of pages, files and what is not there are the same, and all of them", async () => {
    for (const path of ["/", "/assets/index-abc.js", "/nothing", "/%"]) {
      const { headers } = await server.call(path);
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        expect([path, name, headers.get(name)]).toEqual([path, name, value]);
      }
      expect(headers.get("strict-transport-security")).toBeNull();
    }
  });

  test("say that there is TLS where there is, which our proxy knows", async () => {
    const secure = await server.call("/", { headers: { "x-forwarded-proto": "https" } });
    expect(secure.headers.get("strict-transport-security")).toBe("max-age=31536000");
  });

  test("forbid what is written into a page, and everybody else's", () => {
    const policy = SECURITY_HEADERS["Content-Security-Policy"] ?? "";
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).not.toMatch(/unsafe|\*|https?:|wss?:/);
    for (const strict of [
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
    ]) {
      expect(policy).toContain(strict);
    }
  });
});
