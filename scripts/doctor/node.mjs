import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ok, problem } from "./findings.mjs";

/** As in `scripts/doctor.mjs`, which must not import this. */
const LEAST = "20.12";

const programOf = (root) =>
  join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");

/** Whether what runs here is the Node of the workspace, which runs its sources as they are. */
export function isWorkspaceNode(root) {
  return process.versions.node === wantedOf(root) && Boolean(process.features.typescript);
}

function wantedOf(root) {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies?.node;
}

/**
 * @param running version of the Node that this was started with
 * @param env of the process: npm runs its scripts on the workspace's Node where there is one, and says here what it runs on
 */
export function* examineNode(root, running, env) {
  const system = (env.npm_node_execpath && versionOf(env.npm_node_execpath).version) || running;
  if (system.localeCompare(LEAST, "en", { numeric: true }) >= 0)
    yield ok("node/system", `this machine's Node is ${system}`);
  else {
    const what = `this machine has Node ${system}, and npm and the scripts need ${LEAST} or newer`;
    yield problem("node/old", what, "install a current Node from https://nodejs.org");
  }
  const wanted = wantedOf(root);
  const program = programOf(root);
  if (!existsSync(program)) {
    const what = `the workspace's own Node ${wanted} is not there, and nothing runs without`;
    const remedy = existsSync(join(root, "node_modules"))
      ? "npm left out its install scripts: npm ci --ignore-scripts=false"
      : "npm ci, or any npm run command, which does that first";
    yield problem("node/missing", what, remedy);
    return;
  }
  const { version, error } = versionOf(program);
  if (error) yield problem("node/broken", `the workspace's own Node does not run: ${error}`, "npm ci");
  else if (version !== wanted) {
    yield problem(
      "node/other",
      `the workspace's own Node is ${version}, and package.json names ${wanted}`,
      "npm ci",
    );
  } else yield ok("node/workspace", `the workspace's own Node is ${version}, as package.json names it`);
}

function versionOf(program) {
  try {
    return { version: execFileSync(program, ["--version"], { encoding: "utf8" }).trim().replace(/^v/, "") };
  } catch (error) {
    // Built for another system, such as that of a container which shares the folder.
    return { error: error.message.split("\n", 1)[0] };
  }
}
