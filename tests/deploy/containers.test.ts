import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask } from "./support/ask.ts";
import { expect, NEW_ROOM, test } from "./support/fixtures.ts";

const SERVICES = ["web", "server", "redis"];
const MEGABYTE = 1024 * 1024;
const READY_MS = 3_000;
const SECRET = "a secret of the deployment tests";
/** Of every base image, by the names that do not lead to another one. */
const SHELLS = ["/usr/bin/bash", "/usr/bin/dash"];

/** By the clock of the container, which is the machine's (ms since the epoch). */
function readyAt(log: string): number {
  const line = log.split("\n").find((text) => text.includes('"event":"listening"')) ?? "{}";
  return JSON.parse(line).time;
}

test("only the door is open to this machine", async ({ stack }) => {
  for (const service of SERVICES) {
    for (const { NetworkSettings } of await stack.containers(service)) {
      const open = Object.values(NetworkSettings.Ports).flatMap((published) => published ?? []);
      const ports = [...new Set(open.map(({ HostPort }) => HostPort))];
      expect(ports, service).toEqual(service === "web" ? [String(stack.place.port)] : []);
    }
  }
});

test("nobody in a container is root, writes to its image, has rights or takes more than their share", async ({
  stack,
}) => {
  for (const service of SERVICES) {
    const containers = await stack.containers(service);
    expect(containers, service).toHaveLength(service === "server" ? 3 : 1);
    for (const { Id, HostConfig, Config } of containers) {
      expect(HostConfig.ReadonlyRootfs, service).toBe(true);
      expect(HostConfig.CapDrop, service).toEqual(["ALL"]);
      expect(HostConfig.SecurityOpt, service).toEqual(["no-new-privileges:true"]);
      expect(HostConfig.Memory, service).toBeGreaterThan(0);
      expect(HostConfig.PidsLimit, service).toBeGreaterThan(0);
      expect(HostConfig.RestartPolicy.Name, service).toBe("unless-stopped");
      expect(HostConfig.LogConfig, service).toEqual({
        Type: "json-file",
        Config: { "max-size": "10m", "max-file": "3" },
      });
      const users = (await stack.docker("top", Id, "-eo", "pid,uid,args")).trim().split("\n").slice(1);
      expect(users.length, service).toBeGreaterThan(0);
      for (const user of users) expect(user.trim(), service).not.toMatch(/^\d+ +0 /);
      // Longer than the longest banner, and what comes after it.
      if (service === "server") expect(Config.StopTimeout).toBeGreaterThanOrEqual(60);
    }
  }
  const [server = ""] = await stack.ids("server");
  const write = `try { fs.writeFileSync("/app/x", ""); } catch (error) { process.stdout.write(error.code); }`;
  expect(await stack.node(server, `import fs from "node:fs"; ${write}`)).toBe("EROFS");
});

test("the server's image is small, needs no shell, and has what production needs", async ({ stack }) => {
  const { Size, Config, Id: id } = await stack.image("server");
  const [base] = JSON.parse(await stack.docker("image", "inspect", "node:24-bookworm-slim"));
  const addedMegabytes = (Size - base.Size) / MEGABYTE;
  console.log(`the server's image adds ${addedMegabytes.toFixed(0)} MB to its base`);
  expect(addedMegabytes).toBeLessThan(250);
  expect(Config.User).toBe("node");
  expect(Config.Entrypoint ?? []).toEqual([]);
  expect(Config.Cmd[0]).toBe("node");
  expect(Config.Healthcheck?.Test.slice(0, 2)).toEqual(["CMD", "node"]);
  const list = `console.log(JSON.stringify(require("node:fs").readdirSync("/app/node_modules")))`;
  const packages = JSON.parse(await stack.docker("run", "--rm", id, "node", "-e", list));
  expect(packages).toContain("ioredis");
  for (const name of ["node", "typescript", "jest", "turbo", "@biomejs", "@swc", "@pm2", "phaser", "vite"]) {
    expect(packages).not.toContain(name);
  }
});

test("without its secret production does not start, and says which", async ({ stack }) => {
  const { Id: id } = await stack.image("server");
  const { code, output } = await stack.tryDocker("run", "--rm", id);
  expect(code).toBe(1);
  expect(output).toMatch(/^SESSION_SECRET must be set/m);
});

test("all servers have one secret, made up here, which nobody else can read", async ({ stack }) => {
  const read = `import { readFileSync, statSync } from "node:fs";
    const file = "/secrets/SESSION_SECRET";
    console.log(JSON.stringify([readFileSync(file, "utf8"), statSync(file).mode & 0o777]));`;
  const ids = await stack.ids("server");
  const found = await Promise.all(ids.map((id) => stack.node(id, read)));
  expect(new Set(found).size).toBe(1);
  const [secret, mode] = JSON.parse(found[0] ?? "");
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(mode).toBe(0o600);
  // Whom one of them knows, all of them know.
  const guest = await ask(stack.url, "/api/guest", { method: "POST" });
  const headers = { Authorization: `Bearer ${JSON.parse(guest.text).token}` };
  for (const _ of ids) expect((await ask(stack.url, "/api/rooms/ABCDE", { headers })).status).toBe(404);
  const stranger = { Authorization: "Bearer not.ours" };
  expect((await ask(stack.url, "/api/rooms/ABCDE", { headers: stranger })).status).toBe(401);
});

test("a server that is the first process of its container, where there is no shell, is ready soon, and ends when it is told to", async ({
  stack,
}) => {
  const { Id: id } = await stack.image("server");
  const name = `${stack.place.project}-alone`;
  const noShell = SHELLS.flatMap((path) => ["--volume", `/dev/null:${path}:ro`]);
  await stack.docker(
    ...["run", "-d", "--name", name, "-e", `SESSION_SECRET=${SECRET}`, "--read-only", ...noShell, id],
  );
  try {
    expect((await stack.tryDocker("exec", name, "sh", "-c", "true")).code).not.toBe(0);
    await expect.poll(() => stack.docker("logs", name)).toContain('"event":"listening"');
    const [{ State: started }] = JSON.parse(await stack.docker("inspect", name));
    const readyMs = readyAt(await stack.docker("logs", name)) - Date.parse(started.StartedAt);
    console.log(`a server was ready after ${readyMs} ms`);
    expect(readyMs).toBeLessThan(READY_MS);
    await stack.docker("stop", "-t", "30", name);
    const [{ State }] = JSON.parse(await stack.docker("inspect", name));
    expect(State.ExitCode).toBe(0);
    expect(await stack.docker("logs", name)).toContain('"event":"stopped"');
  } finally {
    await stack.docker("rm", "-f", name);
  }
});

test("the door reaches servers and nothing else, and servers reach nothing outside", async ({ stack }) => {
  const [web = ""] = await stack.ids("web");
  const [server = ""] = await stack.ids("server");
  const [redis] = await stack.containers("redis");
  const addresses = Object.values(redis?.NetworkSettings.Networks ?? {}).map(({ IPAddress }) => IPAddress);
  expect(addresses).toHaveLength(1);
  const { Id: id } = await stack.image("server");
  const knock = (host: string, port: number) => `
    import { connect } from "node:net";
    const socket = connect({ host: "${host}", port: ${port}, timeout: 3000 });
    socket.on("connect", () => { console.log("open"); socket.destroy(); });
    socket.on("timeout", () => { console.log("closed"); socket.destroy(); });
    socket.on("error", () => console.log("closed"));`;
  // In the door's place on the network: its own image has nothing to knock with.
  const fromWeb = async (host: string, port: number) => {
    const network = ["run", "--rm", "--network", `container:${web}`];
    return (
      await stack.docker(...network, id, "node", "--input-type=module", "-e", knock(host, port))
    ).trim();
  };
  const fromServer = async (host: string, port: number) =>
    (await stack.node(server, knock(host, port))).trim();
  expect(await fromServer("redis", 6379)).toBe("open");
  expect(await fromWeb("server", 2567)).toBe("open");
  expect(await fromWeb("server", 2568)).toBe("closed");
  expect(await fromWeb("redis", 6379)).toBe("closed");
  for (const address of addresses) expect(await fromWeb(address, 6379)).toBe("closed");
});

test("a changed source is built without installing a package again", async ({ stack }) => {
  const before = await stack.builtImage("server");
  const file = join(stack.place.folder, "apps/server/src/main.ts");
  writeFileSync(file, `${readFileSync(file, "utf8")}\n// changed\n`);
  const output = await stack.compose("build", "server");
  expect(output).not.toMatch(/added \d+ packages/);
  const after = await stack.builtImage("server");
  // All that changed are the sources and what was compiled of them, in the last layers.
  expect(after.RootFS.Layers.slice(0, -2)).toEqual(before.RootFS.Layers.slice(0, -2));
  expect(after.RootFS.Layers.at(-2)).not.toEqual(before.RootFS.Layers.at(-2));
});

test("whoever runs it has their commands in each server, and they reach all of them", async ({
  stack,
  enter,
}) => {
  const ann = await enter("Ann", NEW_ROOM);
  for (const id of await stack.ids("server")) {
    expect(await stack.docker("exec", id, "ops", "rooms")).toContain(ann.code);
  }
});
