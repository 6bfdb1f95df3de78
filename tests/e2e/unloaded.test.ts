import { expectAccessible } from "./support/access.ts";
import { expect, NETWORK_IS_AWAY, test } from "./support/fixtures.ts";

test("a page of which a part did not arrive says so instead of nothing, and can be loaded again", async ({
  browser,
  server,
  expectPageError,
}) => {
  expectPageError(NETWORK_IS_AWAY);
  const context = await browser.newContext();
  const page = await context.newPage();
  // Not the page's own script, but one that it is built on.
  const part = "**/assets/presence-*.js";
  await page.route(part, (route) => route.abort());
  await page.goto(`${server.url}/?room=ABCDE`);
  await expect(page.getByRole("alert")).toContainText("The game did not arrive whole.");

  await expectAccessible(page);
  await page.unroute(part);
  await page.getByRole("button", { name: "Reload" }).click();
  await expect(page.getByRole("button", { name: "Join room ABCDE" })).toBeVisible();
  await expect(page.getByText("The game did not arrive whole.")).toBeHidden();

  // As an extension may put into the page: it is kept out, and that is none of the game's.
  expectPageError(/Content Security Policy/);
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const script = document.createElement("script");
        script.src = "https://elsewhere.example/extra.js";
        script.onerror = resolve;
        document.head.append(script);
      }),
  );
  await expect(page.getByText("The game did not arrive whole.")).toBeHidden();
  await context.close();
});
