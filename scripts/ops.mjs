import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPorts } from "./lib/ports.mjs";
import { run } from "./lib/process.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));

/** A command of whoever runs the server, to its operations port. The shell's settings win over those in .env. */
export function ops(args) {
  const file = join(root, ".env");
  const settings = existsSync(file) ? [`--env-file=${file}`] : [];
  return run(process.execPath, [...settings, join(root, "apps/server/src/ops/cli.ts"), ...args], {
    env: { ...process.env, OPS_PORT: readPorts().opsPort },
  });
}
