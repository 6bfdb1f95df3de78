/**
 * What one process carries, by how its players are spread over rooms: processor, memory, and how long a room's step
 * takes. The server is the production one, a process of its own, and so are the bots.
 *
 *     npm run rooms -w @tagalong/bench -- [players per room x players, …]
 *     npm run rooms -w @tagalong/bench -- 16x128 4x128
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const DEFAULT = ["16x0", "16x128", "4x128", "16x256", "4x256", "16x512"];
const MEASURED_S = 15;
const SETTLE_S = 3;
const ENTER_S = 120;

interface Plan {
  readonly size: number;
  readonly players: number;
}

/** Figures of Prometheus' text form: by name with labels, as written. */
type Figures = ReadonlyMap<string, number>;

class Server {
  readonly address: Promise<string>;
  readonly #child: ChildProcess;
  #operations = "";

  constructor(size: number) {
    this.#child = spawn(process.execPath, ["src/main.ts"], {
      cwd: fileURLToPath(new URL("../../apps/server/", import.meta.url)),
      env: {
        NODE_ENV: "production",
        HOST: "127.0.0.1",
        PORT: "0",
        OPS_PORT: "0",
        SESSION_SECRET: randomBytes(32).toString("hex"),
        CLIENT_DIST: "/nowhere",
        LOG_LEVEL: "info",
        ROOM_MAX_PLAYERS: String(size),
        MAX_ROOMS: "10000",
        MAX_CONNECTIONS: "10000",
        MAX_CONNECTIONS_PER_ADDRESS: "10000",
        JOINS_PER_MINUTE: "100000",
        GUESTS_PER_MINUTE: "100000",
        ROOMS_PER_MINUTE: "100000",
        DRAIN_SECONDS: "0",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.address = new Promise((resolve, reject) => {
      this.#child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
      let text = "";
      this.#child.stdout?.on("data", (chunk) => {
        text += chunk;
        const line = /^.*"event":"listening".*$/m.exec(text)?.[0];
        if (!line) return;
        const { port, operations } = JSON.parse(line) as { port: number; operations: { port: number } };
        this.#operations = `http://127.0.0.1:${operations.port}`;
        text = "";
        resolve(`http://127.0.0.1:${port}`);
      });
    });
  }

  async figures(): Promise<Figures> {
    const text = await (await fetch(`${this.#operations}/metrics`)).text();
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
    );
  }

  end(): Promise<void> {
    return end(this.#child);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
const sumOf = (figures: Figures, name: string) =>
  [...figures].filter(([key]) => key.startsWith(name)).reduce((total, [, value]) => total + value, 0);

/** The smallest bound (ms) of a tick that so many of the steps in between stay within. */
function tickMs(before: Figures, after: Figures, share: number): number {
  const name = "tagalong_tick_seconds_bucket";
  const steps = [...after]
    .filter(([key]) => key.startsWith(name))
    .map(([key, value]) => [Number(/le="([^"]+)"/.exec(key)?.[1]), value - (before.get(key) ?? 0)] as const);
  const all = Math.max(...steps.map(([, count]) => count));
  return (steps.find(([, count]) => count >= all * share)?.[0] ?? Number.NaN) * 1_000;
}

async function measure({ size, players }: Plan): Promise<string> {
  const server = new Server(size);
  const url = await server.address;
  const args = ["../tools/bots/main.ts", String(players), "--url", url, "--seed", "1"];
  const bots =
    players === 0
      ? undefined
      : spawn(process.execPath, args, {
          cwd: fileURLToPath(new URL("../", import.meta.url)),
          stdio: ["ignore", "ignore", "inherit"],
        });
  try {
    for (let left = ENTER_S; sumOf(await server.figures(), "tagalong_players{") < players; left--) {
      if (left === 0) throw new Error(`${players} bots did not get in within ${ENTER_S} s`);
      await pause(1);
    }
    await pause(SETTLE_S);
    const before = await server.figures();
    await pause(MEASURED_S);
    const after = await server.figures();
    const core =
      (sumOf(after, "process_cpu_seconds_total") - sumOf(before, "process_cpu_seconds_total")) / MEASURED_S;
    const megabytes = sumOf(after, "process_resident_memory_bytes") / 1e6;
    const rooms = after.get('tagalong_rooms{room="plaza"}') ?? 0;
    const p99 = players === 0 ? "–" : `≤ ${tickMs(before, after, 0.99)}`;
    return `| ${players} | ${rooms} | ${core.toFixed(2)} | ${megabytes.toFixed(0)} | ${p99} |`;
  } finally {
    if (bots) await end(bots);
    await server.end();
  }
}

const plans = (process.argv.length > 2 ? process.argv.slice(2) : DEFAULT).map((plan): Plan => {
  const [size, players] = plan.split("x").map(Number);
  if (!size || players === undefined || Number.isNaN(players))
    throw new Error(`"${plan}" is no plan such as 16x128`);
  return { size, players };
});
console.log("| Players | Rooms | Server, cores | Memory, MB | Step of a room, p99, ms |");
console.log("| --- | --- | --- | --- | --- |");
for (const plan of plans) console.log(await measure(plan));
