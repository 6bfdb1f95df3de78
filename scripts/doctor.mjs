// `npm run doctor` starts here, on whatever Node the machine has: this file keeps to what very old ones understand. What
// it finds out needs a newer one: the workspace's, when it is there.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Node that npm and these scripts need before the workspace has brought its own. */
const LEAST = "20.12";

function isOlder(version, least) {
  const a = version.split(".").map(Number);
  const b = least.split(".").map(Number);
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const own = join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
const has = process.versions.node;

if (isOlder(has, LEAST)) {
  const what = `this machine has Node ${has}, and npm and the scripts need ${LEAST} or newer`;
  const remedy = "install a current Node from https://nodejs.org, or with the machine's package manager";
  if (process.argv.indexOf("--json") === -1) {
    console.log(`problem  ${what}`);
    console.log(`         ${remedy}`);
  } else {
    console.log(
      JSON.stringify({ ok: false, findings: [{ id: "node/old", level: "problem", what, remedy }] }),
    );
  }
  process.exitCode = 1;
} else {
  const args = [join(root, "scripts/doctor/main.mjs"), `--system-node=${has}`].concat(process.argv.slice(2));
  const child = spawn(existsSync(own) ? own : process.execPath, args, { stdio: "inherit" });
  child.on("exit", (code) => {
    process.exitCode = code === null ? 1 : code;
  });
}
