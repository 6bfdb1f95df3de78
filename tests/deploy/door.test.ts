import { ask, UPGRADE } from "./support/ask.ts";
import { expect, NEW_ROOM, test } from "./support/fixtures.ts";

const JSON_BODY = { "Content-Type": "application/json" };

test("the website comes with its headers, compressed, and its hashed files for good", async ({ stack }) => {
  const page = await ask(stack.url, "/");
  expect(page.status).toBe(200);
  expect(page.headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "SAMEORIGIN",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "public, max-age=0",
  });
  const [asset = ""] = /\/assets\/[^"]+\.js/.exec(page.text) ?? [];
  for (const encoding of ["br", "gzip"]) {
    const { status, headers } = await ask(stack.url, asset, { headers: { "Accept-Encoding": encoding } });
    expect(status).toBe(200);
    expect(headers["content-encoding"]).toBe(encoding);
    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  }
  const gone = await ask(stack.url, "/assets/gone.js");
  expect(gone.status).toBe(404);
  expect(gone.headers["cache-control"] ?? "").not.toContain("immutable");
});

test("no answer tells what gave it, and each has an id to ask after", async ({ stack }) => {
  for (const path of ["/", "/nothing", "/api/lobby", "/api/nothing", "/matchmake/nothing"]) {
    const { headers } = await ask(stack.url, path);
    expect(headers.server, path).toBeUndefined();
    expect(headers.via, path).toBeUndefined();
    expect(headers["x-powered-by"], path).toBeUndefined();
    expect(headers["x-request-id"], path).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test("what is for whoever runs it cannot be reached from outside", async ({ stack }) => {
  const [server = "", redis = "", web = ""] = (
    await Promise.all(["server", "redis", "web"].map((service) => stack.ids(service)))
  ).map(([id = ""]) => id.slice(0, 12));
  const inside = [
    "metrics",
    "healthz",
    "readyz",
    "ops",
    "monitor/",
    "colyseus",
    "__healthcheck",
    "playground",
  ];
  const paths = [
    ...inside.map((name) => `/${name}`),
    ...inside.map((name) => `/api/../${name}`),
    ...inside.map((name) => `/api/%2e%2e/${name}`),
    ...inside.map((name) => `/matchmake/..%2f${name}`),
    ...inside.map((name) => `//${name}`),
    ...inside.map((name) => `/p/${server}/${name}`),
    ...[redis, web, "localhost", "redis", "server", "127.0.0.1", `${server}:2568`, "000000000000"].flatMap(
      (name) => [`/p/${name}/`, `/p/${name}/abcdefghi/abcdefghi`, `/p/${name}/abcdefghi/../metrics`],
    ),
    `/p/${server}/abcdefghi/..%2fmetrics`,
    `/p/${server}%3A2568/abcdefghi/abcdefghi`,
    `/p/%2e%2e/${server}/abcdefghi/abcdefghi`,
    `/p/${server}/../../metrics`,
    `/${server}/abcdefghi/abcdefghi`,
    "/.env",
    "/website/site/index.html",
    "/..%2f..%2fetc/passwd",
    "/../etc/caddy/Caddyfile",
  ];
  // The door's own word; a server's for a path of its API that it does not have.
  const refused = (path: string) => (/^\/(api|matchmake)\//.test(path) ? [400, 404] : [404]);
  for (const path of paths) {
    const { status, text } = await ask(stack.url, path);
    expect(refused(path), `${path} is answered with ${status}`).toContain(status);
    expect(text, path).not.toMatch(/tagalong_|"ok"|DOCTYPE|root:/i);
  }
  // What looks like a server's name may be tried: nobody there listens.
  const isTried = (path: string) =>
    [redis, web, "000000000000"].some((name) => path === `/p/${name}/abcdefghi/abcdefghi`);
  for (const path of paths) {
    const { status } = await ask(stack.url, path, { headers: UPGRADE });
    expect(isTried(path) ? [502] : refused(path), `${path} is upgraded with ${status}`).toContain(status);
  }
});

test("a room's address is for sockets only", async ({ stack }) => {
  const [id = ""] = await stack.ids("server");
  const path = `/p/${id.slice(0, 12)}/abcdefghi/abcdefghi`;
  expect((await ask(stack.url, path)).status).toBe(404);
  expect((await ask(stack.url, path, { headers: UPGRADE, method: "POST" })).status).toBe(404);
  expect((await ask(stack.url, path, { headers: { ...UPGRADE, Upgrade: "h2c" } })).status).toBe(404);
  // It is the server that answers: there is no such room.
  expect((await ask(stack.url, path, { headers: UPGRADE })).status).toBe(400);
});

test("what is too big is refused with its reason", async ({ stack }) => {
  const body = JSON.stringify({ token: "x".repeat(20_000) });
  for (const headers of [
    { ...JSON_BODY, "Content-Length": String(body.length) },
    { ...JSON_BODY, "Transfer-Encoding": "chunked" },
  ]) {
    const { status, text } = await ask(stack.url, "/api/guest", { body, headers });
    expect(status).toBe(413);
    expect(JSON.parse(text)).toEqual({ error: "session/message_too_big" });
  }
  const header = await ask(stack.url, "/", { headers: { "X-Much": "x".repeat(64_000) } });
  expect(header.status).toBe(431);
});

test("nobody gets around a limit by claiming another address", async ({ stack }) => {
  // From an address of its own: what it uses up, it uses up for nobody else.
  const script = `
    for (let number = 1; number <= 2_000; number++) {
      const headers = { "x-real-ip": "203.0.113." + (number % 250), "x-forwarded-for": "198.51." + (number % 250) + ".1" };
      const { status } = await fetch("http://web:8080/api/guest", { method: "POST", headers });
      if (status !== 200) {
        console.log("answered with " + status);
        break;
      }
    }`;
  const { Id: id } = await stack.image("server");
  const output = await stack.docker(
    ...["run", "--rm", "--network", `${stack.place.project}_outside`],
    ...[id, "node", "--input-type=module", "-e", script],
  );
  expect(output.trim()).toBe("answered with 429");
});

test("neither the door's log nor a server's has tokens, tickets or queries", async ({ stack, enter }) => {
  const ann = await enter("Ann", NEW_ROOM);
  const { sessionId } = ann.room;
  await ask(stack.url, "/?room=SECRETCODE#password=x");
  const door = await stack.logs("web");
  const servers = await stack.logs("server");
  expect(door).toContain('"uri":"/p/');
  for (const log of [door, servers]) {
    expect(log).not.toMatch(/_authToken|reconnectionToken|[?&]sessionId=|SECRETCODE|Bearer/);
  }
  expect(door).not.toContain(sessionId);
  for (const line of door.split("\n")) if (line !== "") JSON.parse(line);
});

test("whoever comes before the website is there is told to wait, and looks again by themselves", async ({
  stack,
}) => {
  const { Id } = await stack.image("web");
  const name = `${stack.place.project}-early`;
  await stack.docker("run", "-d", "--name", name, "-p", "127.0.0.1::8080", Id);
  try {
    const published = await stack.docker("port", name, "8080/tcp");
    const early = `http://${published.trim()}`;
    await expect.poll(() => ask(early, "/").then(({ status }) => status, String)).toBe(503);
    const page = await ask(early, "/?room=ABCDE");
    expect(page.text).toBe("The game is being started.");
    expect(page.headers.refresh).toBe("1");
  } finally {
    await stack.docker("rm", "--force", "--volumes", name);
  }
});
