import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Config, readConfig, SETTING_NAMES } from "./config.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
type Env = Record<string, string | undefined>;

function configOf(env: Env): Config {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.mistakes.join("\n"));
  return read.config;
}
function mistakesOf(env: Env): string[] {
  const read = readConfig(env);
  return read.ok ? [] : read.mistakes;
}

describe("reading the settings", () => {
  test("nothing set is a working development server", () => {
    expect(configOf({})).toMatchObject({
      NODE_ENV: "development",
      PORT: 2567,
      OPS_HOST: "127.0.0.1",
      OPS_PORT: "off",
      ORIGINS: [],
      TRUST_PROXY: [],
      isProduction: false,
      hasDevelopmentSecret: true,
    });
  });

  test("an empty or blank setting is one that is not set", () => {
    const empty = Object.fromEntries(SETTING_NAMES.map((name) => [name, ""]));
    const blank = Object.fromEntries(SETTING_NAMES.map((name) => [name, " \t"]));
    expect(configOf(empty)).toEqual(configOf({}));
    expect(configOf(blank)).toEqual(configOf({}));
  });

  test("values are read as what they are", () => {
    const config = configOf({
      PORT: "8080",
      OPS_PORT: "2568",
      TRUST_PROXY: "loopback, 10.1.0.0/16,2001:db8::1",
      ORIGINS: " https://a.example , http://b.example:8080,",
      ALLOW_GUESTS: "one, two,,",
      LOG_LEVEL: "silent",
    });
    expect(config).toMatchObject({
      PORT: 8080,
      OPS_PORT: 2568,
      TRUST_PROXY: ["loopback", "10.1.0.0/16", "2001:db8::1"],
      ORIGINS: ["https://a.example", "http://b.example:8080"],
      ALLOW_GUESTS: new Set(["one", "two"]),
      LOG_LEVEL: "silent",
    });
  });

  test("settings of other programs are no concern", () => {
    expect(configOf({ PATH: "/bin", HOME: undefined, PORTAL: "x" })).toEqual(configOf({}));
  });

  test("the client's folder is a real path, also where folders have spaces", () => {
    expect(isAbsolute(configOf({}).CLIENT_DIST)).toBe(true);
    expect(configOf({}).CLIENT_DIST).not.toContain("%20");
  });
});

describe("mistakes", () => {
  test("are all told at once, one plain sentence each", () => {
    expect(
      mistakesOf({
        NODE_ENV: "prod",
        PORT: "70000",
        OPS_PORT: "on",
        ORIGINS: "play.example.com",
        TRUST_PROXY: "yes",
        SESSION_SECRET: "short",
        CHAT_HISTORY: "ten",
        ROOM_MAX_PLAYERS: "2.5",
        LOG_LEVEL: "loud",
        BUILD_ID: "x".repeat(41),
      }),
    ).toEqual([
      'NODE_ENV is not right (it is "prod"): must be one of: development, test, production',
      'PORT is not right (it is "70000"): must be a whole number from 0 to 65535',
      'OPS_PORT is not right (it is "on"): must be off, or a whole number from 0 to 65535',
      'ORIGINS is not right (it is "play.example.com"): must be origins such as https://play.example.com, separated by commas',
      'TRUST_PROXY is not right (it is "yes"): must be addresses, subnets such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, separated by commas',
      "SESSION_SECRET is not right: must be at least 24 characters",
      'ROOM_MAX_PLAYERS is not right (it is "2.5"): must be a whole number from 2 to 500',
      'CHAT_HISTORY is not right (it is "ten"): must be a whole number from 0 to 500',
      'LOG_LEVEL is not right (it is "loud"): must be one of: fatal, error, warn, info, debug, trace, silent',
      `BUILD_ID is not right (it is "${"x".repeat(41)}"): must be at most 40 characters`,
    ]);
  });

  test("the two ports are not the same one, but each may be any free one", () => {
    expect(mistakesOf({ OPS_PORT: "2567" })).toEqual(["OPS_PORT and PORT are both 2567: change one of them"]);
    expect(mistakesOf({ PORT: "0", OPS_PORT: "0" })).toEqual([]);
    for (const wrong of ["-1", "65536", "2.5", "OFF"])
      expect(mistakesOf({ OPS_PORT: wrong })).toHaveLength(1);
  });

  test("a Redis is named by its address, which is never repeated: it may carry a password", () => {
    for (const wrong of ["redis:6379", "http://redis:6379", "hunter2"]) {
      expect(mistakesOf({ REDIS_URL: wrong })).toEqual([
        "REDIS_URL is not right: must be an address such as redis://redis:6379",
      ]);
    }
    expect(mistakesOf({ REDIS_URL: "rediss://:hunter2@cache.example:6380" })).toEqual([]);
  });

  test("what opens the operations port is long enough, and never repeated", () => {
    expect(mistakesOf({ OPS_SECRET: "hunter2", MONITOR_PASSWORD: "hunter3" })).toEqual([
      "OPS_SECRET is not right: must be at least 24 characters",
      "MONITOR_PASSWORD is not right: must be at least 16 characters",
    ]);
    expect(mistakesOf({ OPS_SECRET: "", MONITOR_PASSWORD: " " })).toEqual([]);
  });

  test("a process's name fits into a path and a host name", () => {
    for (const wrong of ["a/b", "-a", "a.b", "a b", "x".repeat(64)]) {
      expect(mistakesOf({ PROCESS_NAME: wrong })).toHaveLength(1);
    }
    expect(configOf({}).PROCESS_NAME).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]*$/);
  });

  test("two of one kind in one setting are told once", () => {
    expect(mistakesOf({ ORIGINS: "a.example,b.example" })).toHaveLength(1);
  });

  test("an origin has no path, no wildcard and is not null", () => {
    for (const wrong of ["*", "null", "https://a.example/", "https://a.example/play", "//a.example"]) {
      expect(mistakesOf({ ORIGINS: wrong })).toHaveLength(1);
    }
  });

  test("a proxy is named, and never just everybody", () => {
    expect(configOf({ TRUST_PROXY: "0" }).TRUST_PROXY).toEqual([]);
    for (const wrong of [
      "1",
      "true",
      "*",
      "10.0.0.0/33",
      "::/129",
      "10.0.0.0/",
      "10.1",
      "localhost",
      "toString",
    ]) {
      expect(mistakesOf({ TRUST_PROXY: wrong })).toHaveLength(1);
    }
  });

  test("each setting that cannot be what it is told is a sentence with its name", () => {
    const values = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.constantFrom("NaN", "-1", "1e9", "0x", "true"),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...SETTING_NAMES), values), (env) => {
        for (const mistake of mistakesOf(env)) {
          expect(SETTING_NAMES).toContain(mistake.split(" ", 1)[0]);
          expect(mistake).not.toMatch(/NaN,|undefined|expected|Invalid/);
        }
      }),
    );
  });

  test("a secret is never repeated, wherever it is wrong", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]{4,23}$/), (secret) => {
        const mistakes = mistakesOf({ SESSION_SECRET: secret, PORT: "x", NODE_ENV: "production" });
        expect(mistakes).toHaveLength(2);
        expect(mistakes.find((mistake) => mistake.startsWith("SESSION_SECRET"))).toBe(
          "SESSION_SECRET is not right: must be at least 24 characters",
        );
      }),
    );
  });
});

describe("in production", () => {
  test("the secret that everybody knows stops the start, with all other mistakes", () => {
    const known = configOf({}).SESSION_SECRET;
    for (const SESSION_SECRET of [undefined, "", known]) {
      const mistakes = mistakesOf({ NODE_ENV: "production", SESSION_SECRET, PORT: "x" });
      expect(mistakes).toHaveLength(2);
      expect(mistakes[1]).toMatch(/^SESSION_SECRET must be set to a secret of your own/);
      expect(mistakes.join()).not.toContain(known);
    }
  });

  test("players are told of a stop for a while; elsewhere nobody waits for it", () => {
    expect(configOf({}).DRAIN_SECONDS).toBe(0);
    expect(configOf({ NODE_ENV: "production", SESSION_SECRET: SECRET }).DRAIN_SECONDS).toBe(10);
    expect(configOf({ DRAIN_SECONDS: "30" }).DRAIN_SECONDS).toBe(30);
    // Longer, and the process would be killed with its rooms.
    expect(mistakesOf({ DRAIN_SECONDS: "31" })).toEqual([expect.stringMatching(/^DRAIN_SECONDS /)]);
  });

  test("a secret of one's own is all that it takes", () => {
    expect(configOf({ NODE_ENV: "production", SESSION_SECRET: SECRET })).toMatchObject({
      SESSION_SECRET: SECRET,
      isProduction: true,
      hasDevelopmentSecret: false,
    });
  });
});

describe(".env.example", () => {
  const documented = new Map<string, string>();
  const example = readFileSync(new URL("../../../.env.example", import.meta.url), "utf8");
  for (const [, name = "", value = ""] of example.matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=(.*)$/gm)) {
    expect(documented.has(name)).toBe(false);
    documented.set(name, value);
  }

  test("documents every setting and no other", () => {
    // The client's development server has a port of its own, and containers have a place: neither is the server's to read.
    const others = ["CLIENT_PORT", "DOMAIN", "SERVERS", "SERVER_MEMORY", "TLS_PORT", "WEB_PORT"];
    const names = [...documented.keys()].filter((name) => !others.includes(name));
    expect(names.sort()).toEqual([...SETTING_NAMES].sort());
  });

  test("shows the default of each", () => {
    expect(configOf(Object.fromEntries(documented))).toEqual(configOf({}));
    const empty = [...documented].filter(([, value]) => value === "").map(([name]) => name);
    expect(empty.sort()).toEqual([
      "ALLOW_GUESTS",
      "CLIENT_DIST",
      "DENY_GUESTS",
      "DRAIN_SECONDS",
      "MONITOR_PASSWORD",
      "OPS_SECRET",
      "ORIGINS",
      "PROCESS_NAME",
      "REDIS_URL",
      "TRUST_PROXY",
    ]);
  });
});
