// Runs before anything is installed, so it must work on whatever Node the machine has.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";

/**
 * Install what the lockfile lists, once; afterwards only say when the two no longer agree.
 * @returns the Node that the lockfile names, newer than the one a machine may come with
 */
export function ensurePackages(root) {
  if (!existsSync(join(root, "node_modules"))) install(root);
  if (!isInstalled(root))
    stop("node_modules does not match package-lock.json: run `npm ci`, then try again.");
  const node = join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(node))
    stop("npm left out its install scripts: run `npm ci --ignore-scripts=false`, then try again.");
  return node;
}

function install(root) {
  console.log("Installing packages, once …");
  // The toolchain, with the Node that runs everything, is a set of devDependencies: they are needed in production too.
  const args = ["ci", "--include=dev", "--no-fund", "--no-audit", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (result.status !== 0) stop("npm ci failed, so nothing was started.");
}

/**
 * npm keeps its own record of what it put into node_modules, in the lockfile's format. Reading both is cheap, needs no
 * stamp of ours and stays right whoever ran npm, with whatever arguments.
 */
function isInstalled(root) {
  const wanted = readPackages(join(root, "package-lock.json"));
  const present = readPackages(join(root, "node_modules/.package-lock.json"));
  return (
    present !== undefined &&
    Object.entries(wanted).every(([path, entry]) => {
      if (!path.includes("node_modules/")) return true; // The workspaces themselves: nothing to install.
      const found = present[path];
      if (!found) return Boolean(entry.optional); // Builds for other platforms.
      if (entry.link) return leadsTo(join(root, path), join(root, entry.resolved));
      return found.version === entry.version && existsSync(join(root, path));
    })
  );
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : undefined;
}

function leadsTo(link, folder) {
  return existsSync(link) && existsSync(folder) && realpathSync(link) === realpathSync(folder);
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
