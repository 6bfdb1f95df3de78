import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { BOTS_MAX, type BotsAnswer, type BotsMuster, type BotsRequest } from "../src/debug/botsClient.ts";

const BOTS = [fileURLToPath(new URL("../../../tools/bots/main.ts", import.meta.url))];
/** A forgotten crowd goes home by itself. */
const STAY_SECONDS = 600;
/** How long the bots of a call may take to get in, and all of them to leave (ms). */
const ARRIVAL_MS = 20_000;
const FAREWELL_MS = 5_000;

/** The bots that this development server has called, each call a process of its own. None outlives it. */
export class BotProcesses {
  readonly #server: string;
  readonly #program: readonly string[];
  readonly #children = new Map<ChildProcess, BotsMuster>();

  /**
   * @param server base address of the game server
   * @param program what Node runs, before the options
   */
  constructor(server: string, program: readonly string[] = BOTS) {
    this.#server = server;
    this.#program = program;
  }

  /** How many are called and have not given up. */
  get count(): number {
    return this.#sum(({ wanted, gone }) => wanted - gone);
  }

  /** Resolves when each is in the room or has given up. */
  async start({ room, count, password }: BotsRequest): Promise<BotsAnswer> {
    if (this.count + count > BOTS_MAX) {
      const why = `${this.count} bots are called already, and more than ${BOTS_MAX} cannot be.`;
      return { ok: false, why };
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
    this.#children.set(child, { wanted: count, playing: 0, gone: 0 });
    for (const over of ["exit", "error"]) child.once(over, () => this.#children.delete(child));
    const trouble = await outcome(child, this.#children);
    const { playing, why = trouble } = this.#children.get(child) ?? { playing: 0 };
    if (playing === 0) {
      await end(child);
      return { ok: false, why: `No bot got in. ${why ?? ""}`.trimEnd() };
    }
    const total = this.#sum((muster) => muster.playing);
    return { ok: true, playing, wanted: count, total, ...(why !== undefined && { why }) };
  }

  #sum(of: (muster: BotsMuster) => number): number {
    return [...this.#children.values()].reduce((sum, muster) => sum + of(muster), 0);
  }

  /** Resolves when all are gone. */
  async stop(): Promise<void> {
    await Promise.all([...this.#children.keys()].map(end));
  }
}

/** Resolves when each bot is in or has given up, or to what came in between. */
async function outcome(
  child: ChildProcess,
  musters: Map<ChildProcess, BotsMuster>,
): Promise<string | undefined> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve("The server took too long."), ARRIVAL_MS);
    const settle = (trouble?: string) => {
      clearTimeout(late);
      resolve(trouble);
    };
    let latest: BotsMuster | undefined;
    child.on("message", (muster: BotsMuster) => {
      latest = muster;
      if (musters.has(child)) musters.set(child, muster);
      if (muster.playing + muster.gone === muster.wanted) settle();
    });
    child.once("error", (error) => settle(`They could not be started: ${error.message}`));
    child.once("close", () => settle(latest?.why ?? (said.trim() || "They ended without a word.")));
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
