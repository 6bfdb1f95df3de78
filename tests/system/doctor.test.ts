import { execFile, execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { matchMaker } from "@colyseus/core";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { PLAZA_ROOM } from "@tagalong/shared/world/protocol.ts";
import { KEYS } from "../../apps/server/src/cluster/scripts.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { TestServer } from "../../apps/server/test/support/server.ts";

interface Finding {
  readonly id: string;
  readonly level: "ok" | "warning" | "problem";
  readonly what: string;
  readonly remedy?: string;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SITE = new URL("../../scripts/doctor/site.mjs", import.meta.url).href;
/** All addresses at once, in one process: what it says of each. */
const EXAMINE = `
  import { examineSite } from ${JSON.stringify(SITE)};
  const [root, ...urls] = process.argv.slice(1);
  const all = urls.map(async (url) => {
    const findings = [];
    for await (const finding of examineSite(root, new URL(url), true)) findings.push(finding);
    return findings;
  });
  console.log(JSON.stringify(await Promise.all(all)));
  process.exit();
`;
const PAGE =
  '<!doctype html><title>Tagalong</title><script type="module" src="/assets/game-1a2b.js"></script>';

const servers: { close(): unknown; closeAllConnections?(): void }[] = [];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tagalong-doctor-"));
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections?.();
    server.close();
  }
  await rm(folder, { recursive: true, force: true });
});

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const options = { env: { PATH: process.env.PATH ?? "", ...env }, maxBuffer: 1 << 24 };
    execFile(process.execPath, [...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

const ids = (findings: readonly Finding[], level?: Finding["level"]) =>
  findings.filter((one) => level === undefined || one.level === level).map(({ id }) => id);

/** Listens on a port that nobody has, until the tests are over. */
async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return (server.address() as AddressInfo).port;
}

/** Each fault is waited for as a person would: so many of them take a while where others compute as well. */
const EXAMINE_MS = 120_000;

describe("the way to a server", () => {
  let server: TestServer;
  let restore: () => void;
  let found: Readonly<Record<string, readonly Finding[]>>;

  interface Fault {
    /** What becomes of the path that was asked for. */
    path?(path: string): string;
    /** Answered by the proxy itself: status and body. */
    answer?(path: string): [number, string, Record<string, string>?] | undefined;
    /** Made of what the server answered. */
    edit?(path: string, body: string): string;
    readonly host?: string;
    readonly upgrades?: "passed" | "plain" | "mute" | "closed";
  }

  /** A proxy with one fault. */
  function proxy({ path = (same) => same, answer, edit, host, upgrades = "passed" }: Fault) {
    const target = Number(new URL(server.endpoint).port);
    const optionsOf = ({ method = "GET", url = "/", headers }: IncomingMessage) => ({
      host: "127.0.0.1",
      port: target,
      method,
      path: path(url),
      headers: { ...headers, ...(host && { host }) },
    });
    const pass = (incoming: IncomingMessage, response: ServerResponse) => {
      const own = answer?.(incoming.url ?? "/");
      if (own) {
        const [status, body, headers = { "content-type": "text/html" }] = own;
        return void response.writeHead(status, headers).end(body);
      }
      const outgoing = request(optionsOf(incoming), (answered) => {
        const chunks: Buffer[] = [];
        answered.on("data", (chunk: Buffer) => void chunks.push(chunk));
        answered.on("end", () => {
          const { "content-length": _length, "transfer-encoding": _encoding, ...headers } = answered.headers;
          const body = Buffer.concat(chunks);
          response.writeHead(answered.statusCode ?? 502, headers);
          response.end(edit ? edit(incoming.url ?? "/", body.toString()) : body);
        });
      });
      outgoing.on("error", () => response.destroy());
      return void incoming.pipe(outgoing);
    };
    const tunnel: (...args: [IncomingMessage, import("node:stream").Duplex, Buffer]) => void = (
      incoming,
      client,
    ) => {
      client.on("error", () => client.destroy());
      const answerUpgrade = () => answer?.(incoming.url ?? "/");
      const own = answerUpgrade();
      if (own)
        return void client.end(`HTTP/1.1 ${own[0]} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      const { headers, ...options } = optionsOf(incoming);
      if (upgrades === "plain") {
        const { connection: _connection, upgrade: _upgrade, ...plain } = headers;
        const outgoing = request({ ...options, headers: plain }, (answered) => {
          const { "cross-origin-opener-policy": policy } = answered.headers;
          client.write(`HTTP/1.1 ${answered.statusCode} No\r\nCross-Origin-Opener-Policy: ${policy}\r\n\r\n`);
          answered.pipe(client);
        });
        return void outgoing.end();
      }
      const outgoing = request({ ...options, headers });
      outgoing.on("response", (answered) => {
        client.end(`HTTP/1.1 ${answered.statusCode} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      });
      outgoing.on("upgrade", (answered, socket, head) => {
        const lines = Object.entries(answered.headers).map(([name, value]) => `${name}: ${value}`);
        client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
        socket.on("error", () => client.destroy());
        client.on("close", () => socket.destroy());
        if (upgrades === "closed") {
          const words = Buffer.from("session/server_full");
          return void client.end(Buffer.concat([Buffer.from([0x88, words.length + 2, 0x10, 0x0c]), words]));
        }
        if (upgrades === "mute") return void client.end();
        client.write(head);
        socket.pipe(client);
        client.pipe(socket);
      });
      outgoing.on("error", () => client.destroy());
      outgoing.end();
    };
    return { pass, tunnel };
  }

  async function behind(fault: Fault): Promise<string> {
    const { pass, tunnel } = proxy(fault);
    const port = await listen(createServer(pass).on("upgrade", tunnel));
    return `http://127.0.0.1:${port}`;
  }

  async function behindTls(): Promise<string> {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        ...curve,
        "-nodes",
        "-days",
        "30",
        "-subj",
        "/CN=localhost",
        "-keyout",
        key,
        "-out",
        cert,
      ],
      {
        stdio: "ignore",
      },
    );
    const { pass, tunnel } = proxy({});
    const secure = createTlsServer({ key: await readFile(key), cert: await readFile(cert) }, pass);
    return `https://localhost:${await listen(secure.on("upgrade", tunnel) as unknown as Server)}`;
  }

  beforeAll(async () => {
    const dist = join(folder, "dist");
    await mkdir(join(dist, "assets"), { recursive: true });
    await writeFile(join(dist, "index.html"), PAGE);
    await writeFile(join(dist, "assets/game-1a2b.js"), "export {};\n");
    server = await TestServer.start({ CLIENT_DIST: dist });
    // As the server judges pages where it is for real; while developing every page from this machine may talk to it.
    restore = server.configure({ isProduction: true });
    const isApi = (path: string) => /^\/(api|matchmake)\//.test(path);
    const addresses: Record<string, string> = {
      healthy: server.endpoint,
      proxied: await behind({}),
      "no name": "http://nowhere.invalid",
      "no listener": "http://127.0.0.1:1",
      "self-signed": await behindTls(),
      "no tls": server.endpoint.replace("http", "https"),
      "gateway error": await behind({ answer: () => [502, "Bad Gateway"] }),
      "gateway error for the API": await behind({
        answer: (path) => (isApi(path) ? [502, "Bad Gateway"] : undefined),
      }),
      "another website": await behind({ answer: () => [200, "<title>Shop</title>"] }),
      "a redirect": await behind({ answer: () => [308, "", { location: "https://play.example.com/" }] }),
      "a stripped path": await behind({ path: (path) => path.replace(/^\/api/, "") }),
      "the page for every path": await behind({ answer: (path) => (isApi(path) ? [200, PAGE] : undefined) }),
      "no upgrade": await behind({ upgrades: "plain" }),
      "a mute socket": await behind({ upgrades: "mute" }),
      "a closed socket": await behind({ upgrades: "closed" }),
      "another host": await behind({ host: "game.internal" }),
      "no way to the process": await behind({
        edit: (path, body) =>
          path.startsWith("/matchmake/")
            ? JSON.stringify({ ...JSON.parse(body), publicAddress: "p/abc" })
            : body,
        answer: (path) => (path.startsWith("/p/") ? [404, ""] : undefined),
      }),
      "another version": await behind({
        answer: (path) =>
          path.startsWith("/matchmake/")
            ? [
                403,
                JSON.stringify({ code: 403, error: "session/version_mismatch?server=99&client=4" }),
                { "content-type": "application/json" },
              ]
            : undefined,
      }),
      "open doors": await behind({
        answer: (path) => {
          if (path === "/metrics") return [200, "# HELP tagalong_rooms Rooms\ntagalong_rooms 1\n"];
          if (path === "/ops/rooms") return [401, '{"error":"unauthorized","sentence":"no"}'];
          return undefined;
        },
      }),
    };
    const { out, err } = await run(["--input-type=module", "-e", EXAMINE, ROOT, ...Object.values(addresses)]);
    expect(err).toBe("");
    const all: Finding[][] = JSON.parse(out);
    found = Object.fromEntries(Object.keys(addresses).map((name, index) => [name, all[index] ?? []]));
  }, EXAMINE_MS);
  afterAll(async () => {
    restore();
    await server.stop();
  });

  const of = (name: string): readonly Finding[] => found[name] ?? [];

  test("that is in order has no problem, and ends with a visit", () => {
    for (const name of ["healthy", "proxied"]) {
      expect(of(name).filter(({ level }) => level !== "ok")).toEqual([]);
      expect(ids(of(name), "ok")).toEqual(
        expect.arrayContaining([
          "tcp/open",
          "website/page",
          "website/assets",
          "api/answers",
          "private/closed",
          "seat/promised",
          "socket/open",
          "visit/done",
          "version/build",
        ]),
      );
    }
    const visit = of("healthy").find(({ id }) => id === "visit/done");
    expect(visit?.what).toMatch(
      /join a private room \d+ ms, .*walk a step .* \d+ ms, .*leave \d+ ms; a ping takes \d+ ms/,
    );
  });

  const FAULTS: readonly (readonly [name: string, id: string, what: RegExp])[] = [
    ["no name", "dns/unknown", /nowhere\.invalid leads nowhere/],
    ["no listener", "tcp/closed", /127\.0\.0\.1 port 1 \(ECONNREFUSED\)/],
    ["self-signed", "tls/untrusted", /it signed itself/],
    ["no tls", "tls/failed", /no TLS to be had/],
    ["gateway error", "website/gateway", /reaches no server behind it \(502\)/],
    ["gateway error", "api/gateway", /502/],
    ["gateway error for the API", "api/gateway", /\/api\/lobby.*\(502\)/],
    ["another website", "website/foreign", /not Tagalong's page/],
    ["another website", "api/foreign", /answered by something else \(200\)/],
    ["a redirect", "website/elsewhere", /https:\/\/play\.example\.com\//],
    ["a stripped path", "api/path_changed", /asked for something else than \/api\/lobby/],
    ["the page for every path", "api/foreign", /answered by something else \(200\)/],
    ["no upgrade", "socket/headers", /drops its headers/],
    ["a mute socket", "socket/mute", /nothing comes through/],
    ["a closed socket", "socket/closed", /4108 session\/server_full/],
    ["another host", "socket/origin", /foreign/],
    ["no way to the process", "socket/process_path", /\/p\/abc\/… answers 404/],
    ["another version", "version/protocol", /version 99 .* this checkout \d/],
    ["open doors", "private/open", /\/metrics/],
    ["open doors", "private/open", /\/ops\/rooms/],
  ];
  test.each(FAULTS)("%s is a problem: %s", (name, id, what) => {
    const fitting = of(name).filter((one) => one.id === id && what.test(one.what));
    expect([fitting.length, ids(of(name))]).toEqual([1, expect.arrayContaining([id])]);
    expect(fitting[0]).toMatchObject({ level: "problem", remedy: expect.stringMatching(/\w/) });
    expect(ids(of(name))).not.toContain("visit/done");
  });

  test("what lies behind a bad certificate is looked at all the same, without a visit", () => {
    expect(ids(of("self-signed"), "problem")).toEqual(["tls/untrusted"]);
    expect(ids(of("self-signed"))).toEqual(expect.arrayContaining(["socket/open", "visit/skipped"]));
  });

  test("the visits leave nobody behind, and nothing went wrong in the server", async () => {
    const rooms = await matchMaker.query({ name: PLAZA_ROOM });
    await eventually(() =>
      rooms.every(({ roomId }) => !server.hasRoom(roomId) || server.plaza(roomId).seats.size === 0),
    );
    expect(server.logs.filter(({ event }) => event === "exception")).toEqual([]);
  });
});

describe("a checkout", () => {
  async function examine(root: string, env: Readonly<Record<string, string>> = {}) {
    const { code, out } = await run([join(ROOT, "scripts/doctor.mjs"), "--json", `--root=${root}`], env);
    const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: Finding[] };
    expect(code).toBe(ok ? 0 : 1);
    return findings;
  }
  async function checkout(name: string, files: Readonly<Record<string, string | object>>): Promise<string> {
    const root = join(folder, name);
    const common = {
      "package.json": { devDependencies: { node: "24.0.0" }, workspaces: ["apps/*"] },
      "package-lock.json": { packages: {} },
      ".env.example": "# PORT=2567\n# SESSION_SECRET=\n",
    };
    for (const [path, content] of Object.entries({ ...common, ...files })) {
      await mkdir(join(root, path, ".."), { recursive: true });
      await writeFile(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
    }
    return root;
  }

  /** This one, without the settings of whoever runs the tests. */
  async function thisOne(): Promise<string> {
    const root = await mkdtemp(join(folder, "this-"));
    const names = [
      "apps",
      "bench",
      "node_modules",
      "packages",
      "tests",
      "tools",
      ".env.example",
      "package.json",
      "package-lock.json",
    ];
    await Promise.all(names.map((name) => symlink(join(ROOT, name), join(root, name))));
    return root;
  }

  test("that is in order has no problem, and the command says so", async () => {
    const args = [join(ROOT, "scripts/doctor.mjs"), `--root=${await thisOne()}`];
    const { code, out } = await run(args, { PORT: "0", CLIENT_PORT: "0" });
    expect([code, out]).toEqual([0, expect.stringMatching(/All is well: \d+ things looked at\.\n$/)]);
  });

  test("before the first install says what to run", async () => {
    const findings = await examine(await checkout("fresh", {}));
    expect(ids(findings, "problem")).toEqual(["node/missing", "packages/missing"]);
  });

  test("with packages missing, mixed, twice or leading elsewhere names them", async () => {
    const root = await checkout("mixed", {
      "package-lock.json": {
        packages: {
          "node_modules/a": { version: "1.0.0" },
          "node_modules/b": { version: "1.0.0" },
          "node_modules/c": { version: "1.0.0", optional: true },
          "node_modules/app": { link: true, resolved: "apps/app" },
          "node_modules/@colyseus/schema": { version: "5.0.34" },
        },
      },
      "node_modules/b/package.json": { version: "2.0.0" },
      "node_modules/@colyseus/schema/package.json": { version: "5.0.34" },
      "node_modules/b/node_modules/@colyseus/schema/package.json": { version: "4.0.0" },
      "apps/app/package.json": {},
      "yarn.lock": "",
    });
    await symlink("/", join(root, "node_modules/app"));
    const findings = await examine(root);
    const told = Object.fromEntries(findings.map(({ id, what }) => [id, what]));
    expect(told).toMatchObject({
      "packages/incomplete": "a is not installed",
      "packages/mixed": expect.stringContaining("b 2.0.0 for 1.0.0"),
      "packages/linked": expect.stringContaining("node_modules/app"),
      "packages/duplicated": expect.stringMatching(
        /@colyseus\/schema: 5\.0\.34 .*, 4\.0\.0 in node_modules\/b/,
      ),
      "packages/other_manager": expect.stringContaining("yarn.lock"),
    });
  });

  test("with a slip in .env, and secrets that everybody can read, says which", async () => {
    const root = await checkout("slips", {
      ".env": `SESION_SECRET=x\nSESSION_SECRET=${"x".repeat(24)}\nDOMAIN=a.example\n`,
    });
    await chmod(join(root, ".env"), 0o644);
    const warnings = (await examine(root)).filter(({ level }) => level === "warning");
    expect(warnings.map(({ id, what }) => [id, what])).toEqual([
      ["env/readable_by_all", expect.stringMatching(/SESSION_SECRET, and every user/)],
      ["env/unknown", "SESION_SECRET in .env is no setting; SESSION_SECRET is one"],
    ]);
    expect(JSON.stringify(warnings)).not.toContain("xxx");
  });

  test("with an address where a name must be says so", async () => {
    const root = await checkout("domain", { ".env": "DOMAIN=https://play.example.com\n" });
    const findings = await examine(root);
    expect(findings.find(({ id }) => id === "env/domain")?.what).toContain('"https://play.example.com"');
    for (const DOMAIN of ["", "play.example.com", "a.example, b.example"]) {
      expect(ids(await examine(root, { DOMAIN }))).not.toContain("env/domain");
    }
  });

  test("with a setting that the server does not take repeats the server's own sentence", async () => {
    const findings = await examine(await thisOne(), { TRUST_PROXY: "maybe", PORT: "0", CLIENT_PORT: "0" });
    expect(findings.filter(({ level }) => level === "problem")).toEqual([
      expect.objectContaining({ id: "env/wrong", what: expect.stringMatching(/^TRUST_PROXY is not right/) }),
    ]);
  });

  test("tells a port that something else has from one that Tagalong itself has", async () => {
    const foreign = await listen(createServer((_request, response) => void response.end("hello")));
    const own = await listen(createServer((_request, response) => void response.end(PAGE)));
    const findings = await examine(await checkout("ports", {}), {
      PORT: String(own),
      CLIENT_PORT: String(foreign),
      OPS_PORT: "off",
    });
    expect(findings.filter(({ id }) => id.startsWith("port/"))).toEqual([
      expect.objectContaining({ id: "port/ours", level: "ok" }),
      expect.objectContaining({ id: "port/taken", what: expect.stringContaining(`CLIENT_PORT ${foreign}`) }),
    ]);
  });

  test("on a Node that is too old says that and nothing else", async () => {
    const old =
      'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"12.1.0"}})';
    const { code, out } = await run(["--import", old, join(ROOT, "scripts/doctor.mjs"), "--json"]);
    expect([code, JSON.parse(out).findings]).toEqual([1, [expect.objectContaining({ id: "node/old" })]]);
  });

  test("what is not understood ends with 2", async () => {
    for (const args of [["play.example.com"], ["http://a", "http://b"], ["--jsn"]]) {
      expect((await run([join(ROOT, "scripts/doctor.mjs"), ...args])).code).toBe(2);
    }
  });
});

describe("the Redis of the settings", () => {
  /** Understands what is asked of it here, and has these keys. */
  async function fakeRedis(keys: readonly string[], policy: string): Promise<string> {
    const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
    const answers: Record<string, string> = {
      PING: "+PONG\r\n",
      INFO: bulk(`redis_version:8.0.0\r\nloading:0\r\nmaxmemory_policy:${policy}\r\n`),
      SCAN: `*2\r\n${bulk("0")}*${keys.length}\r\n${keys.map(bulk).join("")}`,
    };
    const server = createTcpServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.on("data", (chunk) => {
        for (const [, count = "1", name = ""] of String(chunk).matchAll(/\*(\d+)\r\n\$\d+\r\n(\w+)\r\n/g)) {
          expect(Number(count)).toBeGreaterThan(0);
          socket.write(answers[name.toUpperCase()] ?? "+OK\r\n");
        }
      });
    });
    return `redis://:hunter2@127.0.0.1:${await listen(server as unknown as Server)}`;
  }
  const EXAMINE_REDIS = `
    import { examineRedis } from ${JSON.stringify(new URL("../../scripts/doctor/redis.mjs", import.meta.url).href)};
    const [root, REDIS_URL] = process.argv.slice(1);
    const findings = [];
    for await (const finding of examineRedis(root, { REDIS_URL })) findings.push(finding);
    console.log(JSON.stringify(findings));
  `;
  async function examine(url: string): Promise<Finding[]> {
    const { out } = await run(["--input-type=module", "-e", EXAMINE_REDIS, ROOT, url]);
    expect(out).not.toContain("hunter2");
    return JSON.parse(out);
  }
  /** All that the framework and the server keep there. */
  const OURS = [
    ...Object.values(KEYS).map((key) => (typeof key === "string" ? key : key("some"))),
    "roomcaches",
    "roomcount",
    "ch:plaza",
    "swept:some",
  ];

  test("that answers and holds nothing else is in order", async () => {
    expect(ids(await examine(await fakeRedis(OURS, "noeviction")))).toEqual([
      "redis/answers",
      "redis/keeps",
      "redis/own",
    ]);
  });

  test("that throws keys away, or is shared with another program, is warned of", async () => {
    const findings = await examine(await fakeRedis([...OURS, "session:1", "cart:2"], "allkeys-lru"));
    expect(ids(findings, "warning")).toEqual(["redis/evicts", "redis/shared"]);
    expect(findings.at(-1)?.what).toContain('2 keys that are not Tagalong\'s, such as "session:1", "cart:2"');
  });

  test("that does not answer is a problem", async () => {
    expect(await examine("redis://:hunter2@127.0.0.1:1")).toEqual([
      expect.objectContaining({
        id: "redis/unreachable",
        level: "problem",
        what: expect.stringContaining("ECONNREFUSED"),
      }),
    ]);
  });
});
