import { globSync, readFileSync } from "node:fs";
import { normalize } from "node:path";
import { expect, test } from "@jest/globals";
import { SETTING_NAMES } from "../apps/server/src/config.ts";
import { SECURITY_HEADERS, TRANSPORT_SECURITY } from "../apps/server/src/http/securityHeaders.ts";

const ROOT = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");
const compose = read("docker-compose.yml");
const documented = new Set(
  [...read(".env.example").matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name),
);

/** Of a machine without containers, or the images' own. */
const NOT_FOR_CONTAINERS = ["BUILD_ID", "CLIENT_DIST", "HOST", "NODE_ENV", "PORT", "PROCESS_NAME"];

test("every setting of the server is set in compose, or can be in .env", () => {
  const server = compose.slice(compose.indexOf("\n  server:"), compose.indexOf("\n  website:"));
  const names = [...server.matchAll(/^ {6}([A-Z][A-Z0-9_]*):/gm)].map(([, name = ""]) => name);
  expect([...names, ...NOT_FOR_CONTAINERS].sort()).toEqual([...SETTING_NAMES].sort());
});

test("everything that compose reads is documented", () => {
  const files = [compose, ...globSync("deploy/**/*.yml", { cwd: ROOT }).map(read)].join("\n");
  const names = [...files.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = ""]) => name);
  expect(names).toContain("WEB_PORT");
  expect(names.filter((name) => !documented.has(name))).toEqual([]);
});

test("with a domain the proxy's ports are 80 and 443, and otherwise there is one", () => {
  const [, path = ""] = /extends: \{ file: "(.+?)"/.exec(compose) ?? [];
  const portsWith = (domain: string) => {
    const file = normalize(path.replace(/\$\{DOMAIN:-(.+?)\}/, (_, none: string) => domain || none));
    return [...read(file).matchAll(/-(\d+)\}/g)].map(([, port]) => port);
  };
  expect(portsWith("play.example.com")).toEqual(["80", "443"]);
  expect(portsWith("")).toEqual(["8080"]);
});

test("the proxy's pages have the same headers as the server's", () => {
  const lines = read("deploy/Caddyfile").split("\n");
  const value = (name: string) =>
    lines.flatMap((line) => {
      const [, written] = new RegExp(`^\\s*(?:header @tls )?${name} (.+)$`).exec(line) ?? [];
      return written === undefined ? [] : [written.replace(/^"(.*)"$/, "$1")];
    });
  for (const [name, expected] of Object.entries({ ...SECURITY_HEADERS, ...TRANSPORT_SECURITY })) {
    expect([name, value(name)]).toEqual([name, [expected]]);
  }
});
