import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { ok, problem, warning } from "./findings.mjs";

/** Two copies of one of these do not know each other's classes, connections or components. */
const SINGLE = ["@colyseus/core", "@colyseus/schema", "ioredis", "phaser", "preact"];
const OTHER_MANAGERS = {
  "yarn.lock": "Yarn",
  "pnpm-lock.yaml": "pnpm",
  "bun.lock": "Bun",
  "bun.lockb": "Bun",
};
const NAMED_MAX = 5;

/** Whether what is installed is what the lockfile lists, by what lies there: npm's own record may be of another time. */
export function* examinePackages(root) {
  for (const [file, manager] of Object.entries(OTHER_MANAGERS)) {
    if (!existsSync(join(root, file))) continue;
    const what = `there is a ${file}, and ${manager} would install other versions than package-lock.json lists`;
    yield warning("packages/other_manager", what, `install with npm ci, and remove ${file}`);
  }
  if (!existsSync(join(root, "node_modules"))) {
    yield problem(
      "packages/missing",
      "nothing is installed yet",
      "npm ci, or any npm run command, which does that first",
    );
    return;
  }
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const wanted = Object.entries(packages).filter(([path]) => path.includes("node_modules/"));
  const faults = { missing: [], mixed: [], linked: [] };
  for (const [path, entry] of wanted) {
    const fault = faultOf(root, path, entry);
    if (fault) faults[fault.kind].push(fault.text);
  }
  if (faults.missing.length > 0) {
    yield problem(
      "packages/incomplete",
      `${some(faults.missing)} ${are(faults.missing)} not installed`,
      "npm ci",
    );
  }
  if (faults.mixed.length > 0) {
    const what = `installed in other versions than package-lock.json lists: ${some(faults.mixed)}`;
    yield problem("packages/mixed", what, "npm ci");
  }
  if (faults.linked.length > 0) {
    const what = `${some(faults.linked)} should lead to a folder of this checkout, and does not`;
    yield problem("packages/linked", what, "npm ci");
  }
  const copies = SINGLE.map((name) => [name, copiesOf(root, name)]).filter(([, found]) => found.length > 1);
  for (const [name, found] of copies) {
    const where = found.map(({ version, path }) => `${version} in ${path}`).join(", ");
    yield problem(
      "packages/duplicated",
      `there is more than one ${name}: ${where}`,
      "name one version of it in every package.json, then npm install and npm ci",
    );
  }
  if (copies.length === 0 && Object.values(faults).every(({ length }) => length === 0)) {
    yield ok(
      "packages/complete",
      `all ${wanted.length} packages are as package-lock.json lists them, none that matters twice`,
    );
  }
}

function faultOf(root, path, { link, optional, resolved, version }) {
  const folder = join(root, path);
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  if (link) {
    const leadsThere = existsSync(folder) && realpathSync(folder) === realpathSync(join(root, resolved));
    return leadsThere ? undefined : { kind: "linked", text: path };
  }
  const found = versionIn(folder);
  // Builds for other systems are left out.
  if (found === undefined) return optional ? undefined : { kind: "missing", text: name };
  return found === version ? undefined : { kind: "mixed", text: `${name} ${found} for ${version}` };
}

/** Every copy that lies below the root, wherever a package brought its own. */
function copiesOf(root, name) {
  const found = [];
  const visit = (folder) => {
    const modules = join(folder, "node_modules");
    if (!existsSync(modules)) return;
    const version = versionIn(join(modules, name));
    if (version) found.push({ version, path: relative(root, join(modules, name)) });
    for (const one of packagesIn(modules)) visit(join(modules, one));
  };
  visit(root);
  const { workspaces = [] } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const pattern of workspaces) for (const folder of foldersOf(root, pattern)) visit(folder);
  return found;
}

function packagesIn(modules) {
  return readdirSync(modules, { withFileTypes: true })
    .filter((one) => one.isDirectory() && !one.name.startsWith("."))
    .flatMap(({ name }) =>
      name.startsWith("@") ? readdirSync(join(modules, name)).map((inner) => join(name, inner)) : [name],
    );
}

/** `apps/*` and `bench`: no other patterns are used. */
function foldersOf(root, pattern) {
  if (!pattern.endsWith("/*")) return [join(root, pattern)];
  const parent = join(root, pattern.slice(0, -2));
  return existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name)) : [];
}

function versionIn(folder) {
  const file = join(folder, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}

function some(names) {
  const more = names.length - NAMED_MAX;
  return more > 0 ? `${names.slice(0, NAMED_MAX).join(", ")} and ${more} more` : names.join(", ");
}

const are = ({ length }) => (length === 1 ? "is" : "are");
