import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { ok, problem, warning } from "./findings.mjs";
import { isWorkspaceNode } from "./node.mjs";

const SECRETS = ["SESSION_SECRET", "OPS_SECRET", "MONITOR_PASSWORD", "REDIS_URL"];
const READABLE_BY_ALL = 0o004;
/** So many letters may be wrong in a name that is meant to be another; fewer in a short one. */
const SLIPS_MAX = 2;
const SHORT = 6;

/**
 * The settings as the server gets them: the shell's win over those in `.env`.
 *
 * @param env of the process
 */
export function readSettings(root, env) {
  const file = join(root, ".env");
  if (!existsSync(file)) return { file, text: undefined, values: { ...env }, inFile: {} };
  try {
    accessSync(file, constants.R_OK);
  } catch {
    // Told as a finding; the rest goes on with what the shell has.
    return { file, text: undefined, isUnreadable: true, values: { ...env }, inFile: {} };
  }
  const text = readFileSync(file, "utf8");
  const inFile = parseEnv(text);
  return { file, text, values: { ...inFile, ...env }, inFile };
}

export function* examineEnvironment(root, { file, text, isUnreadable, inFile, values }) {
  if (isUnreadable) {
    yield problem(
      "env/unreadable",
      ".env is there and cannot be read by this user",
      `chown it to who runs the server: ls -l ${file}`,
    );
    return;
  }
  if (text === undefined)
    yield ok("env/none", "there is no .env: every setting has its default, or the shell's");
  else {
    yield ok("env/read", `.env sets ${Object.keys(inFile).join(", ") || "nothing"}`);
    const secrets = SECRETS.filter((name) => inFile[name]);
    if (secrets.length > 0 && process.platform !== "win32" && statSync(file).mode & READABLE_BY_ALL) {
      const what = `.env holds ${secrets.join(" and ")}, and every user of this machine can read it`;
      yield warning("env/readable_by_all", what, "chmod 600 .env");
    }
    yield* findSlips(root, inFile);
  }
  yield* checkDomain(values);
  yield* checkSettings(root, values);
}

/** Compose and the proxy take it as it is: with more than a name they fail in words of their own. */
function* checkDomain({ DOMAIN = "" }) {
  const names = DOMAIN.split(",").map((name) => name.trim());
  if (DOMAIN === "" || names.every((name) => /^[\p{L}\p{N}.-]+$/u.test(name))) return;
  yield problem(
    "env/domain",
    `DOMAIN is "${DOMAIN}", and only a name can be one`,
    "leave https:// out, and port and path: DOMAIN=play.example.com",
  );
}

/** Names in `.env` that nobody reads, and that look like one somebody does. */
function* findSlips(root, inFile) {
  const example = readFileSync(join(root, ".env.example"), "utf8");
  const known = [...example.matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);
  for (const name of Object.keys(inFile).filter((one) => !known.includes(one))) {
    const meant = known.find(
      (one) => slips(name.toUpperCase().replaceAll("-", "_"), one) <= (one.length < SHORT ? 1 : SLIPS_MAX),
    );
    if (meant) {
      yield warning(
        "env/unknown",
        `${name} in .env is no setting; ${meant} is one`,
        `call it ${meant}, or leave it out`,
      );
    }
  }
}

/** How many letters must be put in, taken out or changed to make one word of the other. */
function slips(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The server itself is asked: nobody else knows what it takes. Ports that are taken are looked at on their own. */
function* checkSettings(root, values) {
  if (!isWorkspaceNode(root)) return;
  const { status, stderr } = spawnSync(process.execPath, ["src/main.ts", "--check"], {
    cwd: join(root, "apps/server"),
    env: { NODE_ENV: "development", ...values },
    encoding: "utf8",
  });
  const sentences = stderr.split("\n").filter((line) => line !== "" && !/^Port \d+ /.test(line));
  for (const sentence of sentences) {
    yield problem(
      "env/wrong",
      sentence,
      "correct it in .env or in the shell; .env.example has what each may be",
    );
  }
  if (sentences.length === 0 && (status === 0 || stderr !== ""))
    yield ok("env/valid", "the server takes all settings as they are");
}
