import { expectAccessible, findUnusableControls } from "./support/access.ts";
import { expect, test } from "./support/fixtures.ts";

test("that the room moves is told on a phone too, and is in nobody's way", async ({ visit, fleetOf }) => {
  const fleet = await fleetOf(["one", "two"], { DRAIN_SECONDS: "30" });
  const ann = await visit({ name: "Ann", at: { url: fleet.endpoint } });
  const code = await ann.openRoom({ title: "A room with a title that is long" });
  const room = (await fleet.listings()).find((listing) => listing.code === code);
  fleet.server(room?.home ?? "").signal("SIGTERM");

  const banner = ann.page.locator(".move-banner");
  await expect(banner).toContainText(/moves in \d+ s; you need not do anything/);
  expect(await findUnusableControls(ann.interface)).toEqual([]);
  await expectAccessible(ann.page);
  await ann.button("Open chat").click();
  await expect(ann.chat).toBeVisible();
  expect(await findUnusableControls(ann.interface)).toEqual([]);
  await ann.button("Dismiss").click();
  await expect(banner).toBeHidden();
});
