import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../system/support/freePort.ts";

const ROOT = new URL("../../../", import.meta.url);
/** The built client. */
export const CLIENT = fileURLToPath(new URL("apps/client/dist", ROOT));
const START_MS = 20_000;
const STOP_MS = 20_000;
const POLL_MS = 50;
const SESSION_SECRET = "a secret of the end-to-end tests";

/** A production server in a process of its own, as `npm start` runs it. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Everything it has printed so far, over restarts. */
  logs(): string;
  /** Stop it as an operator would, then start it again on the same port. */
  restart(): Promise<void>;
  /** Throws when it does not end by itself with exit code 0. */
  stop(): Promise<void>;
}

/** @param env added to the environment of the tests; `undefined` takes a variable away */
export async function startServer(env: Record<string, string | undefined> = {}): Promise<TestServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let output = "";
  let child: ChildProcess;

  async function start(): Promise<void> {
    child = spawn(process.execPath, ["apps/server/src/main.ts"], {
      cwd: ROOT,
      env: {
        ...process.env,
        NODE_ENV: "production",
        DRAIN_SECONDS: "0",
        PORT: String(port),
        SESSION_SECRET,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const deadline = Date.now() + START_MS;
    while (!(await isReady(url))) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output}`);
      if (Date.now() > deadline) {
        child.kill("SIGKILL");
        throw new Error(`the server was not ready after ${START_MS} ms:\n${output}`);
      }
      await wait(POLL_MS);
    }
  }

  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      const impatience = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      child.kill("SIGTERM");
      await ended;
      clearTimeout(impatience);
    }
    if (child.exitCode !== 0) {
      throw new Error(`the server ended with ${child.exitCode ?? child.signalCode} instead of 0:\n${output}`);
    }
  }

  await start();
  return {
    url,
    port,
    logs: () => output,
    stop,
    restart: async () => {
      await stop();
      await start();
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (response) => response.status === 200,
    () => false,
  );
}
