import { expect, test } from "./support/fixtures.ts";
import { pictureScale, takePicture } from "./support/picture.ts";
import { GARDEN, JUNO, openGarden } from "./support/showcase.ts";

test.use({ viewport: { width: 1280, height: 720 }, deviceScaleFactor: pictureScale(1) });

test("the menu and the square can be shown to others", async ({ visit, serverWith }) => {
  test.slow();
  const server = await serverWith({});
  const olive = await openGarden(visit, server);
  await olive.say("Is anybody coming for a walk?");
  const juno = await visit({ ...JUNO, at: server });
  await expect(juno.room(GARDEN)).toContainText("1/16");
  await juno.name.blur();
  await takePicture(juno.page, "menu-desktop");

  await juno.room(GARDEN).getByRole("button", { name: "Join" }).click();
  await juno.arrive();
  await juno.walkTo({ x: 1075, y: 900 });
  await juno.say("Here I am!");
  await expect(juno.canvas).toBeFocused();
  await olive.say("Shall we go down to the pond?");
  await expect(juno.chat).toContainText("Olive: Shall we go down to the pond?");
  await takePicture(juno.page, "plaza-desktop");
});
