import { defineConfig } from "@playwright/test";
import { findBrowser } from "./e2e/support/browser.ts";

const browser = findBrowser();
if ("missing" in browser) throw new Error(browser.missing);

// A container has no user namespace to sandbox with, and no graphics card: WebGL is computed. Only WebGL, so that the
// page around it stays quick.
const contained = process.getuid?.() === 0 || Boolean(process.env.CI);
const args = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-angle=swiftshader-webgl",
  "--enable-unsafe-swiftshader",
];

const PHONE = /\.phone\.test\.ts$/;

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.test.ts",
  outputDir: "../test-results/playwright",
  reporter: [["list"], ["json", { outputFile: "../test-results/playwright.json" }]],
  forbidOnly: Boolean(process.env.CI),
  // As scripts/jest.mjs has it: told at the end of the run.
  retries: process.env.CI ? 1 : 0,
  // Every worker has a server and browsers of its own; a machine with two cores carries two, slowly at times.
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    launchOptions: { executablePath: browser.path, args: contained ? args : [] },
    screenshot: "only-on-failure",
    trace: { mode: "retain-on-failure", screenshots: false },
  },
  projects: [
    // What is computed costs by the pixel, and most tests have two or three such windows.
    {
      name: "desktop",
      testIgnore: PHONE,
      use: { viewport: { width: 900, height: 520 }, deviceScaleFactor: 0.25 },
    },
    {
      name: "phone",
      testMatch: PHONE,
      use: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
    },
  ],
});
