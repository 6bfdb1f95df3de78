import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { eventually } from "../../../apps/server/test/support/eventually.ts";

const SERVER = fileURLToPath(new URL("../../../apps/server/", import.meta.url));
const INSIDE = new URL("inside.mjs", import.meta.url).href;
const SPEAK = new URL("speak.mjs", import.meta.url).href;
/** Of Linux on the machines that servers run on. */
const PAGE_BYTES = 4_096;
/** Of a machine that has much else to do. */
const START_TIMEOUT_MS = 30_000;
const READINGS_TIMEOUT_MS = 10_000;

/** What a server tells of its process. */
export interface Readings {
  /** After a collection of garbage (bytes). */
  readonly heapUsed: number;
  /** Outside the heap, buffers included (bytes). */
  readonly external: number;
  readonly arrayBuffers: number;
  readonly rss: number;
  /** What keeps the process alive, by kind: sockets, timers, requests. */
  readonly handles: Readonly<Record<string, number>>;
  /** How long its event loop was held up at the most since the readings before, by its own work and by the machine (ms). */
  readonly ownMs: number;
  readonly starvedMs: number;
}

/** Processes that a test run which breaks off must not leave behind. */
const running = new Set<ChildProcess>();
const endAll = () => {
  for (const child of running) child.kill("SIGKILL");
};
process.on("exit", endAll);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.once(signal, () => {
    endAll();
    process.kill(process.pid, signal);
  });
}

/** See to it that this process ends with ours, however that ends, and keeps nobody waiting for it. */
export function endWithUs(child: ChildProcess): void {
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.unref();
  for (const stream of [child.stdout, child.stderr, child.channel]) {
    if (stream && "unref" in stream && typeof stream.unref === "function") stream.unref();
  }
}

/** The server as it runs in production: a process of its own. */
export class ServerProcess {
  readonly endpoint: string;
  readonly port: number;
  /** As other processes and the way in know it. */
  readonly name: string;
  readonly logs: Readonly<Record<string, unknown>>[] = [];
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  #asked = 0;
  stderr = "";

  private constructor(child: ChildProcess, port: number, name: string) {
    this.#child = child;
    this.name = name;
    this.port = port;
    this.endpoint = `http://127.0.0.1:${port}`;
    this.#exit = once(child, "exit").then(([code]) => code as number | null);
    let rest = "";
    child.stdout?.on("data", (chunk) => {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.logs.push(JSON.parse(line));
    });
    child.stderr?.on("data", (chunk) => {
      this.stderr += chunk;
    });
  }

  /** @param protocol that it speaks, if not that of this code */
  static async start(
    port: number,
    settings: Readonly<Record<string, string>> = {},
    protocol?: number,
  ): Promise<ServerProcess> {
    const loaded = protocol === undefined ? [INSIDE] : [INSIDE, `${SPEAK}?protocol=${protocol}`];
    const imports = loaded.flatMap((url) => ["--import", url]);
    const child = spawn(process.execPath, [...imports, "src/main.ts"], {
      cwd: SERVER,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: "production",
        HOST: "127.0.0.1",
        PORT: String(port),
        SESSION_SECRET: "a secret that outlives restarts",
        CLIENT_DIST: "/nowhere",
        DRAIN_SECONDS: "0",
        ...settings,
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    endWithUs(child);
    const server = new ServerProcess(child, port, settings.PROCESS_NAME ?? "server");
    const isListening = () => server.logs.some(({ event }) => event === "listening");
    await eventually(() => isListening() || server.hasEnded, START_TIMEOUT_MS);
    if (!isListening()) throw new Error(`the server ended with ${child.exitCode}: ${server.stderr}`);
    return server;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  events(): unknown[] {
    return this.logs.map(({ event }) => event);
  }

  cause(fault: "reject" | "throw"): void {
    this.#child.send({ ask: fault });
  }

  /** Ask it to end, as an operator does. Resolves with its exit code. */
  async terminate(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.signal(signal);
    return this.#exit;
  }

  /** Without waiting for what comes of it. Whoever has ended gets none. */
  signal(signal: NodeJS.Signals): void {
    if (!this.hasEnded) this.#child.kill(signal);
  }

  /** End it at once, without a word to anybody: a crash. */
  async kill(): Promise<void> {
    await this.terminate("SIGKILL");
  }

  /** Let it stand still with all its sockets open, as a machine that swaps does. */
  pause(): void {
    this.signal("SIGSTOP");
  }

  continue(): void {
    this.signal("SIGCONT");
  }

  /** Exit code once it ended by itself. */
  ended(): Promise<number | null> {
    return this.#exit;
  }

  /** Memory that it has right now (bytes), seen from outside: asking costs it nothing. */
  get rss(): number {
    const [, resident] = readFileSync(`/proc/${this.pid}/statm`, "utf8").split(" ");
    return Number(resident) * PAGE_BYTES;
  }

  /** What the process tells of itself, after a collection of garbage. */
  async readings(): Promise<Readings> {
    const id = ++this.#asked;
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        child.off("message", hear);
        reject(new Error("the server does not tell its readings"));
      }, READINGS_TIMEOUT_MS);
      const hear = (answer: unknown) => {
        const { id: of, readings } = answer as { id: number; readings: Readings };
        if (of !== id) return;
        clearTimeout(timer);
        child.off("message", hear);
        resolve(readings);
      };
      child.on("message", hear);
      child.send({ ask: "readings", id });
    });
  }

  /** Whoever runs it looks here. Throws when it was started without `OPS_PORT`. */
  get operationsEndpoint(): string {
    const listening = this.logs.find(({ event }) => event === "listening");
    const { port } = (listening?.operations ?? {}) as { port?: number };
    if (!port) throw new Error("started without OPS_PORT");
    return `http://127.0.0.1:${port}`;
  }

  /** A figure of its metrics by its name, with or without labels: all of that name together. */
  async metric(name: string): Promise<number> {
    const text = await this.#metrics();
    const values = text
      .split("\n")
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .map((line) => Number(line.slice(line.lastIndexOf(" ") + 1)));
    if (values.length === 0 && !text.includes(`# TYPE ${name.replace(/\{.*/, "")} `)) {
      throw new Error(`no metric ${name}`);
    }
    return values.reduce((sum, value) => sum + value, 0);
  }

  /** A figure of its metrics by the values of one of its labels. */
  async metricBy(name: string, label: string): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    const pattern = new RegExp(`^${name}\\{.*\\b${label}="([^"]*)".*\\} (.+)$`, "gm");
    for (const [, value = "", count] of (await this.#metrics()).matchAll(pattern)) {
      found.set(value, (found.get(value) ?? 0) + Number(count));
    }
    return found;
  }

  async #metrics(): Promise<string> {
    return (await fetch(`${this.operationsEndpoint}/metrics`)).text();
  }
}
