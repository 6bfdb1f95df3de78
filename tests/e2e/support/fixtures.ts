import { type BrowserContext, test as base } from "@playwright/test";
import { startServer, type TestServer } from "./server.ts";

export { expect } from "@playwright/test";

interface TestFixtures {
  /** Let the page write errors that match to its console; every other one fails the test. */
  expectPageError(pattern: RegExp): void;
}
interface WorkerFixtures {
  server: TestServer;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures that one needs from here.
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  expectPageError: [
    async ({ browser }, use) => {
      const expected: RegExp[] = [];
      const errors: string[] = [];
      const listen = (context: BrowserContext) => {
        context.on("weberror", (event) => errors.push(String(event.error().stack ?? event.error())));
        context.on("console", (message) => {
          if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
        });
      };
      browser.on("context", listen);
      await use((pattern) => expected.push(pattern));
      browser.off("context", listen);
      const surprises = errors.filter((error) => !expected.some((pattern) => pattern.test(error)));
      if (surprises.length > 0) throw new Error(`errors in the browser:\n${surprises.join("\n")}`);
    },
    { auto: true },
  ],
});
