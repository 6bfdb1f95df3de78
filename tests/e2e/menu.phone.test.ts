import { findUnusableControls } from "./support/access.ts";
import { expect, test } from "./support/fixtures.ts";
import { pictureScale, takePicture } from "./support/picture.ts";
import { GARDEN, JUNO, openGarden } from "./support/showcase.ts";

test.use({ deviceScaleFactor: pictureScale(2) });

test("on a phone everything is within reach", async ({ visit, serverWith }) => {
  test.slow();
  const server = await serverWith({});
  const olive = await openGarden(visit, server);
  const juno = await visit({ ...JUNO, at: server });
  await expect(juno.room(GARDEN)).toContainText("1/16");
  await juno.name.blur();
  await takePicture(juno.page, "menu-phone");
  expect(await findUnusableControls(juno.interface), "in the menu").toEqual([]);

  await juno.room(GARDEN).getByRole("button", { name: "Join" }).tap();
  await juno.arrive();
  expect(await findUnusableControls(juno.interface), "in a room").toEqual([]);

  await juno.button(/^Open chat/).tap();
  await juno.say("What a sunny day!");
  await expect(juno.chat).toContainText("Juno: What a sunny day!");
  expect(await findUnusableControls(juno.interface), "with the chat").toEqual([]);
  await juno.button("Close chat").tap();

  await juno.walkTo({ x: 1065, y: 900 });
  await olive.button(/^Open chat/).tap();
  await olive.say("Hello Juno!");
  await expect(juno.button("Open chat, 1 unread")).toBeVisible();
  await takePicture(juno.page, "plaza-phone");

  await juno.button("Players list").tap();
  await expect(juno.players.getByRole("listitem")).toHaveCount(2);
  expect(await findUnusableControls(juno.playersPanel), "in the list of players").toEqual([]);
  await juno.button("Close players list").tap();
  await juno.leaveButton.tap();
  await expect(juno.play).toBeVisible();
});

test("on a phone one can open a room of one's own", async ({ visit }) => {
  const ann = await visit({ name: "Ann" });
  await ann.button("Create room").tap();
  const form = ann.page.getByRole("dialog");
  await expect(form).toBeVisible();
  expect(await findUnusableControls(form)).toEqual([]);
  await form.getByRole("button", { name: "Open the room" }).tap();
  await ann.arrive();
});
