import { expectAccessible, findUnusableControls, tabTo } from "./support/access.ts";
import { expect, NETWORK_IS_AWAY, test } from "./support/fixtures.ts";
import type { GamePage } from "./support/GamePage.ts";

test.describe("in a window of its own", () => {
  // What fades in is pale at first: whoever asks for calm gets the finished view at once.
  test.use({ viewport: { width: 1280, height: 720 }, contextOptions: { reducedMotion: "reduce" } });

  test("no view keeps anybody out", async ({ visit, wireTo, expectPageError }) => {
    expectPageError(NETWORK_IS_AWAY);
    const wire = await wireTo();
    const ann = await visit({ name: "Ann", at: wire });
    await test.step("the menu", () => expectAccessible(ann.page));

    await test.step("the form for a room", async () => {
      await ann.button("Create room").click();
      await expect(ann.page.getByRole("dialog")).toBeVisible();
      await expectAccessible(ann.page);
      await ann.page.keyboard.press("Escape");
    });
    await test.step("a room with its chat and its list of players", async () => {
      await ann.openRoom();
      await ann.say("Hello");
      await expect(ann.chat).toContainText("Ann: Hello");
      await expectAccessible(ann.page);
      await ann.showPlayers();
      await expectAccessible(ann.page);
    });
    await test.step("the wait for a connection", async () => {
      wire.cut();
      await expect(ann.button("Cancel")).toBeVisible();
      await expectAccessible(ann.page);
    });
    await test.step("the reason why it came to nothing", async () => {
      await ann.button("Cancel").click();
      await expect(ann.alert.first()).toBeVisible();
      await expectAccessible(ann.page);
    });
  });

  test("text of twice the size cuts nothing off and covers nothing", async ({ visit }) => {
    const ann = await visit({ name: "Ann" });
    await ann.page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    expect(await findUnusableControls(ann.interface), "in the menu").toEqual([]);
    await ann.openRoom();
    expect(await findUnusableControls(ann.interface), "in a room").toEqual([]);
    await ann.showPlayers();
    expect(await findUnusableControls(ann.playersPanel), "in the list of players").toEqual([]);
  });
});

test("the keyboard alone leads into a room and out again", async ({ visit, serverWith }) => {
  const ann = await visit({ at: await serverWith({}) });
  await tabTo(ann.page, "Name");
  await ann.page.keyboard.type("Ann");
  await tabTo(ann.page, "Play");
  await ann.page.keyboard.press("Enter");
  await ann.arrive();
  await expect(ann.canvas).toBeFocused();

  await ann.page.keyboard.press("Enter");
  await expect(ann.message).toBeFocused();
  await ann.page.keyboard.type("Hello");
  await ann.page.keyboard.press("Enter");
  await expect(ann.chat).toContainText("Ann: Hello");
  await expect(ann.canvas).toBeFocused();

  await test.step("the square shows its focus to whoever comes to it by keyboard, until they play", async () => {
    await ann.walk("KeyD", 20);
    await expect(ann.canvas).toBeFocused();
    expect(await hasFocusRing(ann)).toBe(false);
    await ann.page.keyboard.press("Escape");
    await ann.page.keyboard.press("Escape");
    await expect(ann.button("Copy link")).toBeFocused();
    await ann.page.keyboard.press("Shift+Tab");
    await expect(ann.canvas).toBeFocused();
    expect(await hasFocusRing(ann)).toBe(true);
    await ann.walk("KeyA", 20);
    expect(await hasFocusRing(ann)).toBe(false);
  });

  await test.step("holding Tab shows who is here", async () => {
    await ann.page.keyboard.down("Tab");
    await expect(ann.player("Ann")).toBeVisible();
    await ann.page.keyboard.up("Tab");
    await expect(ann.players).toBeHidden();
  });

  await ann.page.keyboard.press("Enter");
  await expect(ann.message).toBeFocused();
  await tabTo(ann.page, "Leave room", "Shift+Tab");
  await ann.page.keyboard.press("Enter");
  await expect(ann.play).toBeVisible();
});

/** Whether the frame around the square is there. */
function hasFocusRing({ page }: GamePage): Promise<boolean> {
  return page.locator("#game").evaluate((game) => getComputedStyle(game, "::after").content !== "none");
}
