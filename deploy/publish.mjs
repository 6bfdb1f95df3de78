// Puts a built website where the proxy serves it from, under its visitors: files with new names first, the page that names
// them last. Files of older builds stay for a while: whoever has such a page open may still load the rest of it.
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

const KEPT_MS = 7 * 86_400_000;

const [from, to] = process.argv.slice(2);
const site = join(to, "site");
/** When each file left the website (ms since the epoch). */
const goneFile = join(to, "gone.json");
const gone = existsSync(goneFile) ? JSON.parse(readFileSync(goneFile, "utf8")) : {};

const filesOf = (folder) =>
  globSync("**/*", { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
const isPage = (name) => name.includes(".html");
const files = filesOf(from).sort((a, b) => Number(isPage(a)) - Number(isPage(b)));
for (const name of files) {
  const target = join(site, name);
  mkdirSync(dirname(target), { recursive: true });
  // Nobody gets half a file.
  copyFileSync(join(from, name), `${target}.new`);
  renameSync(`${target}.new`, target);
}

const present = new Set(files);
const now = Date.now();
for (const name of filesOf(site)) {
  if (present.has(name)) delete gone[name];
  // A compressed form would win over the file that it was made from, which is another one now.
  else if (present.has(name.replace(/\.(?:br|gz)$/, ""))) rmSync(join(site, name));
  else gone[name] ??= now;
}
for (const [name, at] of Object.entries(gone)) {
  if (now - at < KEPT_MS) continue;
  rmSync(join(site, name), { force: true });
  delete gone[name];
}
writeFileSync(goneFile, JSON.stringify(gone));
console.log(
  `published ${files.length} files; ${Object.keys(gone).length} of older builds stay for their visitors`,
);
