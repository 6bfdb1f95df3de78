// How the server is started, by its own package scripts and by those of the root.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./lib/process.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const development = { NODE_ENV: "development" };

const modes = {
  watch: { env: development, node: ["--watch", "--watch-preserve-output"], args: [] },
  /** Say what is wrong with the settings, or nothing. */
  check: { env: development, node: [], args: ["--check"] },
  start: { env: { NODE_ENV: "production" }, node: [], args: [] },
};

/** The shell's settings win over those in the root's .env. */
export function server(mode, env = process.env) {
  const { node, args, env: defaults } = modes[mode];
  const file = join(root, ".env");
  const settings = existsSync(file) ? [`--env-file=${file}`] : [];
  return run(process.execPath, [...settings, ...node, "src/main.ts", ...args], {
    cwd: join(root, "apps/server"),
    env: { ...defaults, ...env },
  });
}

if (import.meta.main) process.exitCode = await server(process.argv[2]);
