import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { run } from "./lib/process.mjs";
import { biome } from "./lib/tools.mjs";

const FIGURES = "test-results/reliability";

/** Real processes and a real Redis, broken in every way that happens. The figures end up in docs/reliability.md. */
export const failures = (args) => measure("tests/failures", args);

/** Players come and go for SOAK_MINUTES. */
export const soak = (args) => measure("tests/soak", args);

async function measure(directory, args) {
  const missing = ["redis-server", "redis-cli"].filter((program) => spawnSync(program, ["-v"]).error);
  if (missing.length > 0) {
    console.error(`${missing.join(" and ")} cannot be found: on Debian, apt-get install redis-server`);
    return 1;
  }
  rmSync(FIGURES, { recursive: true, force: true });
  const code = await run(process.execPath, ["../../scripts/jest.mjs", ...args], { cwd: directory });
  // Also of a run that failed: what it measured is what there is to look at.
  const written = await run(process.execPath, ["tests/failures/report/main.ts", FIGURES]);
  const formatted = await biome("format", ["--write", "docs/reliability.json", "docs/reliability.md"]);
  return code || written || formatted;
}
