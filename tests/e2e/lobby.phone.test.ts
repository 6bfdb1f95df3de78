import { findUnusableControls } from "./support/access.ts";
import { expect, REFUSED, test } from "./support/fixtures.ts";

test("on a phone, why somebody does not get in comes into view, wherever they asked", async ({
  visit,
  expectPageError,
}) => {
  expectPageError(REFUSED);
  const ann = await visit({ name: "Ann", browser: { deviceScaleFactor: 0.25 } });
  await ann.openRoom({ title: "Just us", size: 2 });
  const bob = await visit({ name: "Bob" });
  await bob.joinByCode("ZZZZZ");
  await expect(bob.alert).toBeInViewport({ ratio: 1 });
  await expect(bob.alert).toContainText("There is no room with that code.");

  await bob.page.route("**/api/rooms/*", (route) =>
    route.fulfill({ status: 403, json: { error: "lobby/room_full?players=2&max=2" } }),
  );
  await bob.room("Just us").getByRole("button", { name: "Join" }).click();
  await expect(bob.alert).toContainText("That room is full");
  await expect(bob.alert).toBeInViewport({ ratio: 1 });
  await expect(bob.status).toHaveText("In the lobby");
  expect(await findUnusableControls(bob.interface)).toEqual([]);
});
