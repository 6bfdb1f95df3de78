import { expect, REFUSED, test } from "./support/fixtures.ts";

test("the leader removes a player, who is told and cannot come back", async ({ visit, expectPageError }) => {
  expectPageError(REFUSED);
  const ann = await visit({ name: "Ann" });
  const code = await ann.openRoom();
  const bob = await visit({ name: "Bob" });
  await bob.joinByCode(code);
  await bob.arrive();

  await bob.showPlayers();
  await expect(bob.button("Kick Ann")).toBeHidden();
  await ann.showPlayers();
  await ann.button("Kick Bob").click();
  const question = ann.page.getByRole("dialog", { name: "Remove Bob?" });
  await question.getByRole("button", { name: "Back" }).click();
  await ann.sees("Bob", "active");
  await ann.button("Kick Bob").click();
  await question.getByRole("button", { name: "Kick" }).click();

  await expect(bob.alert).toContainText("The leader removed you");
  await expect(ann.chat).toContainText("Bob was removed by the leader");
  await ann.sees("Bob", "nobody");

  await bob.joinByCode(code);
  await expect(bob.alert).toContainText("cannot come back");
  await expect(bob.play).toBeVisible();
});

test("leadership passes on, and with it the room's settings", async ({ visit, expectPageError }) => {
  expectPageError(REFUSED);
  const ann = await visit({ name: "Ann" });
  const code = await ann.openRoom();
  const bob = await visit({ name: "Bob" });
  await bob.joinByCode(code);
  await bob.arrive();
  await expect(bob.button("Room settings")).toBeHidden();

  await ann.leave();
  await expect(bob.chat).toContainText("Bob leads the room now");
  await bob.button("Room settings").click();
  const settings = bob.page.getByRole("dialog", { name: "Your room" });
  await settings.getByRole("textbox", { name: "Title" }).fill("Bob’s now");
  await settings.getByRole("checkbox", { name: "Locked" }).check();
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(bob.page.getByRole("heading", { name: "Bob’s now" })).toBeVisible();

  // Not Ann: whoever made a room may always come back.
  const cid = await visit({ name: "Cid" });
  await expect(cid.room("Bob’s now")).toContainText("Locked");
  await cid.room("Bob’s now").getByRole("button", { name: "Join" }).click();
  await expect(cid.alert).toContainText("locked by its leader");
});
