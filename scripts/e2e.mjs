import { findBrowser } from "../tests/e2e/support/browser.ts";
import { run } from "./lib/process.mjs";
import { turbo } from "./lib/tools.mjs";

/** Real browsers against the production server and the built client. */
export async function e2e(args) {
  const browser = findBrowser();
  if ("missing" in browser) {
    console.error(browser.missing);
    return 1;
  }
  // The tests read the page's own numbers, which a plain production build keeps to itself.
  const built = await turbo("build", ["--filter=@tagalong/client", "--output-logs=errors-only"], {
    env: { ...process.env, DEBUG_OVERLAY: "1" },
  });
  if (built !== 0) return built;
  return run(process.execPath, ["../node_modules/@playwright/test/cli.js", "test", ...args], {
    cwd: "tests",
  });
}
