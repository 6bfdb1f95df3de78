import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "./support/access.ts";
import { expect, NETWORK_IS_AWAY, REFUSED, test } from "./support/fixtures.ts";

/** What is said of the list of rooms itself. */
function news(page: Page): Locator {
  return page.getByRole("region", { name: "Rooms" });
}

test("a list of rooms that stands still because the network died without a word is noticed, and comes back", async ({
  visit,
  wireTo,
  expectPageError,
}) => {
  expectPageError(NETWORK_IS_AWAY);
  const wire = await wireTo();
  const bob = await visit({ name: "Bob", at: wire });
  await expect(bob.status).toHaveText("In the lobby");

  wire.silence();
  await expect(bob.status).toHaveText("On the way to the lobby…", { timeout: 20_000 });
  await expect(bob.rooms).toHaveAttribute("aria-busy", "true");
  await expect(news(bob.page)).toContainText("This list may be out of date.");

  wire.mend();
  const ann = await visit({ name: "Ann" });
  await ann.openRoom({ title: "Opened meanwhile" });
  await expect(bob.status).toHaveText("In the lobby", { timeout: 20_000 });
  await expect(bob.room("Opened meanwhile")).toBeVisible();
});

test("in the menu, a page that is too new for its server is told so, waits, and after a while is offered to reload", async ({
  visit,
  server,
  browser,
  expectPageError,
}) => {
  expectPageError(REFUSED);
  const context = await browser.newContext();
  await context.clock.install();
  const error = "session/version_mismatch?server=3&client=1000";
  const door = "**/matchmake/joinById/**";
  await context.route(door, (route) => route.fulfill({ status: 403, json: { code: 403, error } }));
  const bob = await visit({ name: "Bob", at: server, context });
  await expect(news(bob.page)).toContainText("The game is being updated. It goes on by itself");
  await expect(bob.button("Reload")).toBeHidden();

  await expect(async () => {
    await context.clock.fastForward(4_000);
    await expect(bob.button("Reload")).toBeVisible({ timeout: 200 });
  }).toPass();
  await expect(news(bob.page)).toContainText("This page is newer than the server.");
  await expectAccessible(bob.page);
  // And all the while it goes on.
  await bob.button("Reload").focus();
  await context.clock.fastForward(4_000);
  await expect(bob.button("Reload")).toBeFocused();
  await context.unroute(door);
  await context.clock.fastForward(4_000);
  await expect(bob.status).toHaveText("In the lobby");
  await context.close();
});
