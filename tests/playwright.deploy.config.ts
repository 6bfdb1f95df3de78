import { defineConfig } from "@playwright/test";
import config from "./playwright.config.ts";

/** Against containers that `npm run test:deploy` puts up: one after the other, because there is one of everything. */
export default defineConfig({
  ...config,
  testDir: "deploy",
  outputDir: "../test-results/deploy",
  reporter: [
    ["list"],
    ["json", { outputFile: `../test-results/${process.env.DEPLOY_RESULTS ?? "deploy"}.json` }],
  ],
  workers: 1,
  fullyParallel: false,
  projects: [{ name: "deploy", use: { viewport: { width: 900, height: 520 }, deviceScaleFactor: 0.25 } }],
});
