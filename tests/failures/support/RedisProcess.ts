import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually } from "../../../apps/server/test/support/eventually.ts";
import { freePort } from "../../system/support/freePort.ts";
import { endWithUs } from "../../system/support/process.ts";

const run = promisify(execFile);

/** A real Redis that keeps nothing on disk: whatever ends it loses all there was. */
export class RedisProcess {
  readonly port: number;
  readonly url: string;
  readonly #directory: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, directory: string) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#directory = directory;
  }

  static async start(): Promise<RedisProcess> {
    const redis = new RedisProcess(await freePort(), await mkdtemp(join(tmpdir(), "tagalong-redis-")));
    await redis.resume();
    return redis;
  }

  /** Start again after an end, on the same port. */
  async resume(): Promise<void> {
    if (this.#child) throw new Error("Redis runs already");
    const options = ["--port", String(this.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    const child = spawn("redis-server", options, {
      cwd: this.#directory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    endWithUs(child);
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    const failed = new Promise<never>((_, reject) => child.once("error", reject));
    failed.catch(() => undefined);
    const isReady = () => output.includes("Ready to accept connections") || child.exitCode !== null;
    await Promise.race([eventually(isReady), failed]);
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}: ${output}`);
    this.#child = child;
  }

  /** End it: its sockets close, its data is gone. */
  async end(signal: "SIGTERM" | "SIGKILL" = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    const exit = once(child, "exit");
    child.kill(signal);
    // A process that stands still hears no SIGTERM.
    child.kill("SIGCONT");
    await exit;
  }

  /** Let it stand still: its sockets stay open, and nothing answers. */
  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  /** For good. */
  async stop(): Promise<void> {
    await this.end();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** One command, answered as `redis-cli` writes it: one line for each item. */
  async ask(...command: readonly string[]): Promise<string[]> {
    const { stdout } = await run("redis-cli", ["-p", String(this.port), ...command]);
    return stdout.split("\n").filter((line) => line !== "");
  }

  /** All keys with their types and sizes, such as `roomcaches: hash of 3`. */
  async keys(): Promise<Map<string, string>> {
    const script = `
      local found = {}
      for _, key in ipairs(redis.call("KEYS", "*")) do
        local type = redis.call("TYPE", key).ok
        local sizes = { hash = "HLEN", set = "SCARD", list = "LLEN", zset = "ZCARD", string = "STRLEN" }
        table.insert(found, key .. "\\t" .. type .. " of " .. redis.call(sizes[type], key))
      end
      return found`;
    const lines = await this.ask("EVAL", script, "0");
    return new Map(lines.sort().map((line) => line.split("\t", 2) as [string, string]));
  }
}
