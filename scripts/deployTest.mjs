import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { findEngine } from "../tests/deploy/support/engine.ts";
import { Stack } from "../tests/deploy/support/Stack.ts";
import { findBrowser } from "../tests/e2e/support/browser.ts";
import { freePort } from "../tests/system/support/freePort.ts";
import { run } from "./lib/process.mjs";

/** So many that the rooms have somewhere to spread to. */
const SERVERS = 3;
const PATIENCE_MS = 60_000;
/** Every guest of the tests comes from one address. One of the limits is tried. */
const LIMITS = { JOINS_PER_MINUTE: "100000", GUESTS_PER_MINUTE: "200", ROOMS_PER_MINUTE: "100000" };

/** The containers as they are deployed: built, played in through the door, updated under the players, and gone again. */
export async function deployTest(args) {
  const browser = findBrowser();
  const engine = findEngine();
  const missing = [browser, engine].flatMap((found) => ("missing" in found ? [found.missing] : []));
  if (missing.length > 0) {
    console.error(missing.join("\n"));
    return 1;
  }
  const registry = execFileSync("npm", ["config", "get", "registry"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const folder = copyRepository();
  const stack = new Stack({
    folder,
    project: `tagalong-test-${randomBytes(4).toString("hex")}`,
    port: await freePort(),
    compose: engine.compose,
    env: {
      ...engine.env,
      ...LIMITS,
      SERVERS: String(SERVERS),
      BUILD_ID: "first",
      DRAIN_SECONDS: "2",
      // The tests read the page's own numbers, which a plain production build keeps to itself.
      DEBUG_OVERLAY: "1",
      NPM_CONFIG_REGISTRY: registry.trim(),
    },
  });
  const before = await stack.allImages();
  try {
    await timed(`build (${engine.compose.join(" ")})`, () => stack.compose("build"));
    await timed(`up with ${SERVERS} servers`, async () => {
      await stack.compose("up", "-d");
      await untilAnswered(`${stack.url}/api/lobby`);
    });
    return await run(
      process.execPath,
      ["../node_modules/@playwright/test/cli.js", "test", "--config=playwright.deploy.config.ts", ...args],
      { cwd: "tests", env: { ...process.env, DEPLOY_STACK: JSON.stringify(stack.place) } },
    );
  } finally {
    await timed("down", () => stack.remove(before));
    rmSync(folder, { recursive: true });
  }
}

/** What a clean clone would have, and changes that are not committed yet: no settings, no packages, nothing built. */
function copyRepository() {
  const folder = mkdtempSync(join(tmpdir(), "tagalong-deploy-"));
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
  });
  for (const name of list.split("\0").filter((name) => name !== "")) cpSync(name, join(folder, name));
  return folder;
}

async function untilAnswered(url) {
  const deadline = performance.now() + PATIENCE_MS;
  const ask = () => fetch(url).catch(() => undefined);
  for (let answer = await ask(); !answer?.ok; answer = await ask()) {
    if (performance.now() > deadline) throw new Error(`${url} did not answer within ${PATIENCE_MS} ms`);
    await wait(250);
  }
}

async function timed(what, task) {
  const start = performance.now();
  const result = await task();
  console.log(`${what}: ${((performance.now() - start) / 1_000).toFixed(1)} s`);
  return result;
}
