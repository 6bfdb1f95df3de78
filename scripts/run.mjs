// `npm run <task>` starts here. It must work straight after a clone, on whatever Node the machine has: it installs what is
// missing, then hands over to the Node that the lockfile names.
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensurePackages } from "./lib/packages.mjs";
import { run } from "./lib/process.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = ensurePackages(root);

process.exitCode = await run(node, [join(root, "scripts/tasks.mjs"), ...process.argv.slice(2)], {
  alone: true,
  cwd: root,
  env: {
    ...process.env,
    PATH: [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
    // Nothing here phones home or asks for updates.
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
    DO_NOT_TRACK: "1",
    // A Colyseus test dependency announces itself otherwise.
    DOTENV_CONFIG_QUIET: "true",
  },
});
