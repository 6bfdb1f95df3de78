import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { eventually } from "../../../apps/server/test/support/eventually.ts";

const SERVER = fileURLToPath(new URL("../../../apps/server/", import.meta.url));

/** Faults on demand: "reject" leaves a rejection unhandled, "throw" throws where nobody catches. */
const FAULTS = `
  process.on("message", (fault) => {
    if (fault === "reject") Promise.reject(new Error("rejected on purpose"));
    else setImmediate(() => { throw new Error("thrown on purpose"); });
  });
`;

/** The server as it runs in production: a process of its own. */
export class ServerProcess {
  readonly endpoint: string;
  readonly logs: Readonly<Record<string, unknown>>[] = [];
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  stderr = "";

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
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

  static async start(port: number, settings: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const faults = `data:text/javascript,${encodeURIComponent(FAULTS)}`;
    const child = spawn(process.execPath, ["--import", faults, "src/main.ts"], {
      cwd: SERVER,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: "production",
        HOST: "127.0.0.1",
        PORT: String(port),
        SESSION_SECRET: "a secret that outlives restarts",
        CLIENT_DIST: "/nowhere",
        ...settings,
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const server = new ServerProcess(child, port);
    const isListening = () => server.logs.some(({ event }) => event === "listening");
    await eventually(() => isListening() || child.exitCode !== null, 15_000);
    if (!isListening()) throw new Error(`the server ended with ${child.exitCode}: ${server.stderr}`);
    return server;
  }

  events(): unknown[] {
    return this.logs.map(({ event }) => event);
  }

  cause(fault: "reject" | "throw"): void {
    this.#child.send(fault);
  }

  /** Ask it to end, as an operator does. Resolves with its exit code. */
  async terminate(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (this.#child.exitCode === null) this.#child.kill(signal);
    return this.#exit;
  }

  /** Exit code once it ended by itself. */
  ended(): Promise<number | null> {
    return this.#exit;
  }
}

/** A port that nobody has right now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
