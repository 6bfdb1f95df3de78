// What each root script does, once the packages are there. Runs on the workspace's own Node, from the root.
import { check } from "./check.mjs";
import { deployTest } from "./deployTest.mjs";
import { dev } from "./dev.mjs";
import { e2e } from "./e2e.mjs";
import { failures, soak } from "./failures.mjs";
import { fuzz } from "./fuzz.mjs";
import { readPorts } from "./lib/ports.mjs";
import { run } from "./lib/process.mjs";
import { biome, turbo } from "./lib/tools.mjs";
import { ops } from "./ops.mjs";
import { start } from "./start.mjs";

const tasks = {
  dev,
  start,
  check,
  e2e,
  fuzz,
  failures,
  soak,
  deployTest,
  bots: (args) =>
    run(process.execPath, ["tools/bots/main.ts", `--url=http://localhost:${readPorts().port}`, ...args]),
  ops,
  bench: (args) => run(process.execPath, ["bench/main.ts", ...args]),
  build: (args) => turbo("build", args),
  test: (args) => turbo("test", args),
  typecheck: (args) => turbo("typecheck", args),
  lint: (args) => biome("check", args),
  format: (args) => biome("check", ["--write", ...args]),
};

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(tasks, name))
  throw new Error(`no task "${name}"; there are: ${Object.keys(tasks).join(", ")}`);
process.exitCode = await tasks[name](args);
