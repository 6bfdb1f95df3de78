import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const SCRIPTS = fileURLToPath(new URL("../scripts/", import.meta.url));
const node = async (args: string[], env: Record<string, string> = {}) =>
  (await promisify(execFile)(process.execPath, args, { env: { PATH: process.env.PATH ?? "", ...env } }))
    .stdout;
const write = (file: string) => node([join(SCRIPTS, "secrets.mjs"), file]);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tagalong-secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("npm run secrets writes what is missing, for its owner only, and says what", async () => {
  const file = join(folder, ".env");
  writeFileSync(file, "PORT=80", { mode: 0o644 });
  expect(await write(file)).toMatch(/^Wrote SESSION_SECRET and OPS_SECRET /);
  expect(readFileSync(file, "utf8")).toMatch(
    /^PORT=80\nSESSION_SECRET=[0-9a-f]{64}\nOPS_SECRET=[0-9a-f]{64}\n$/,
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("npm run secrets never touches one that is there", async () => {
  const file = join(folder, ".env");
  writeFileSync(file, "SESSION_SECRET=mine\n");
  expect(await write(file)).toMatch(/^Wrote OPS_SECRET /);
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(/^SESSION_SECRET=mine\nOPS_SECRET=[0-9a-f]{64}\n$/);
  expect(await write(file)).toContain("nothing was changed");
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("servers that start at once share one secret; one that is set wins", async () => {
  const script = `import { shareSecrets } from ${JSON.stringify(join(SCRIPTS, "lib/secrets.mjs"))};
    shareSecrets(${JSON.stringify(folder)});
    process.stdout.write(process.env.SESSION_SECRET);`;
  const start = (env?: Record<string, string>) => node(["--input-type=module", "-e", script], env);
  const [mine, ...shared] = await Promise.all([
    start({ SESSION_SECRET: "mine" }),
    ...Array.from({ length: 5 }, () => start()),
  ]);
  expect(mine).toBe("mine");
  expect(new Set(shared).size).toBe(1);
  expect(shared[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(readdirSync(folder).sort()).toEqual(["OPS_SECRET", "SESSION_SECRET"]);
});
