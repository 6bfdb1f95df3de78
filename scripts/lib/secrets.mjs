import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** What production does not start without, and what `npm run ops` has no way in without. */
const SECRETS = ["SESSION_SECRET", "OPS_SECRET"];

/**
 * Write each secret that a file of settings lacks into it, for its owner's eyes only. What is there stays: guests and
 * rooms of yesterday are known by it.
 *
 * @param env what else is set: a secret that is there is not written
 * @returns the names that were written
 */
export function writeSecrets(file, env = {}) {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const kept = parseEnv(text);
  const missing = SECRETS.filter((name) => !env[name]?.trim() && !kept[name]?.trim());
  if (missing.length === 0) return missing;
  const newline = text === "" || text.endsWith("\n") ? "" : "\n";
  const lines = missing.map((name) => `${name}=${createSecret()}\n`);
  appendFileSync(file, newline + lines.join(""), { mode: 0o600 });
  // The file may have been there before, for everybody to read.
  chmodSync(file, 0o600);
  return missing;
}

/**
 * Take each secret that nobody set from a folder, and make it up where it is not there yet. Several processes may do so
 * at once: all get the same.
 */
export function shareSecrets(folder) {
  for (const name of SECRETS) {
    if (!process.env[name]?.trim()) process.env[name] = readFileSync(keepSecret(join(folder, name)), "utf8");
  }
}

/** A file is there with all that is in it, or not at all; whoever links it first was first. */
function keepSecret(file) {
  if (existsSync(file)) return file;
  const draft = `${file}.${process.pid}-${createSecret()}`;
  writeFileSync(draft, createSecret(), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (error.code !== "EEXIST") throw error; // EEXIST: another was first, and has the secret of all.
  } finally {
    rmSync(draft);
  }
  return file;
}

function createSecret() {
  return randomBytes(32).toString("hex");
}
