import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { BOTS_MAX, type BotsRequest } from "../src/debug/botsClient.ts";

const BOTS = [fileURLToPath(new URL("../../../tools/bots/main.ts", import.meta.url))];
/** A forgotten crowd goes home by itself. */
const STAY_SECONDS = 600;
/** How long the first bot may take to get in, and all of them to leave (ms). */
const ARRIVAL_MS = 20_000;
const FAREWELL_MS = 5_000;

/** The bots that this development server has called, each call a process of its own. None outlives it. */
export class BotProcesses {
  readonly #server: string;
  readonly #program: readonly string[];
  readonly #children = new Map<ChildProcess, number>();

  /**
   * @param server base address of the game server
   * @param program what Node runs, before the options
   */
  constructor(server: string, program: readonly string[] = BOTS) {
    this.#server = server;
    this.#program = program;
  }

  /** How many are called. */
  get count(): number {
    return [...this.#children.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Resolves when the first is in the room, or to why none is. */
  async start({ room, count, password }: BotsRequest): Promise<string | undefined> {
    if (this.count + count > BOTS_MAX) {
      return `${this.count} bots are called already, and more than ${BOTS_MAX} cannot be.`;
    }
    const child = spawn(
      process.execPath,
      [
        ...this.#program,
        String(count),
        `--room=${room}`,
        `--url=${this.#server}`,
        `--seconds=${STAY_SECONDS}`,
        ...(password === undefined ? [] : [`--password=${password}`]),
      ],
      // Over the channel they tell of their arrival; and when it breaks, for whatever reason, they leave.
      { stdio: ["ignore", "ignore", "pipe", "ipc"] },
    );
    this.#children.set(child, count);
    for (const over of ["exit", "error"]) child.once(over, () => this.#children.delete(child));
    const trouble = await outcome(child);
    if (trouble !== undefined) await end(child);
    return trouble;
  }

  /** Resolves when all are gone. */
  async stop(): Promise<void> {
    await Promise.all([...this.#children.keys()].map(end));
  }
}

/** Resolves with the first arrival, or to why there was none. */
async function outcome(child: ChildProcess): Promise<string | undefined> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve("The bots took too long to get in."), ARRIVAL_MS);
    const settle = (trouble?: string) => {
      clearTimeout(late);
      resolve(trouble);
    };
    child.once("message", () => settle());
    child.once("error", (error) => settle(`The bots could not be started: ${error.message}`));
    child.once("close", () => settle(said.trim() || "The bots ended without a word."));
  });
}

/** Ask to leave, and insist after a while. Resolves when the process is gone. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  // Node emits no "close" for a child whose channel was closed on this side.
  const gone = once(child, "exit");
  if (child.connected) child.disconnect();
  const insist = setTimeout(() => child.kill("SIGKILL"), FAREWELL_MS);
  await gone;
  clearTimeout(insist);
}
