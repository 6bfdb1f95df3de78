import type { Page } from "@playwright/test";
import { CHAT_MAX } from "@tagalong/shared/chat/rules.ts";
import { expect, test } from "./support/fixtures.ts";
import type { GamePage } from "./support/GamePage.ts";

type Visit = (visit: { name: string }) => Promise<GamePage>;

async function meet(visit: Visit, name: string, other: string): Promise<[GamePage, GamePage]> {
  const one = await visit({ name });
  const code = await one.openRoom();
  const two = await visit({ name: other });
  await two.joinByCode(code);
  await two.arrive();
  return [one, two];
}

test("typing does not move the avatar", async ({ visit }) => {
  const ann = await visit({ name: "Ann" });
  await ann.openRoom();
  const { x, y } = await ann.standStill();

  await ann.canvas.focus();
  await ann.page.keyboard.press("Enter");
  await expect(ann.message).toBeFocused();
  await holdEveryKey(ann.page);
  await expect(ann.message).toHaveValue("wasd WASD ");
  expect(await ann.standStill()).toMatchObject({ x, y });

  await ann.page.keyboard.press("Escape");
  await expect(ann.message).toBeHidden();
  await expect(ann.canvas).toBeFocused();
  await ann.stroll();

  await ann.page.keyboard.press("Enter");
  await expect(ann.message).toBeFocused();
});

/** Everything that walks or dashes, held for longer than a tick. */
async function holdEveryKey({ keyboard }: Page): Promise<void> {
  for (const key of ["w", "a", "s", "d", "Space", "W", "A", "S", "D", "Space"]) {
    await keyboard.press(key, { delay: 60 });
  }
  for (const key of ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Shift", "End"]) {
    await keyboard.press(key, { delay: 60 });
  }
}

test("a whisper reaches the one it is for", async ({ visit }) => {
  const [ann, bob] = await meet(visit, "Ann", "Bob");
  const eve = await visit({ name: "Eve" });
  await eve.joinByCode(await ann.code());
  await eve.arrive();

  await ann.say("/w Bob the key is under the bench");
  await expect(bob.chat).toContainText("from Ann: the key is under the bench");
  await expect(ann.chat).toContainText("to Bob: the key is under the bench");
  // What is said afterwards arrives afterwards: then the whisper would have been there.
  await ann.say("Good morning");
  await expect(eve.chat).toContainText("Ann: Good morning");
  await expect(eve.chat).not.toContainText("bench");
});

test("commands do what they say", async ({ visit }) => {
  const [ann, bob] = await meet(visit, "Ann", "Bob");
  await ann.say("/me waves");
  await expect(bob.chat).toContainText("Ann waves");

  await ann.say("/nick Annabel");
  await bob.sees("Annabel", "active");
  await bob.showPlayers();
  await expect(bob.player("Annabel")).toBeVisible();
  await expect(bob.chat).toContainText("Ann is now called Annabel");

  await ann.say("/help");
  await expect(ann.chat).toContainText("/w name text");
  await ann.say("/players");
  await expect(ann.chat).toContainText("2 players are here");
  await ann.say("/dance");
  await expect(ann.alert).toContainText("no such command");
  await expect(bob.chat).not.toContainText("/w name text");
  await expect(bob.chat).not.toContainText("players are here");
});

test("what players write is shown as text", async ({ visit }) => {
  const [ann, bob] = await meet(visit, "<b>Ann</b>", "Bob");
  await ann.say("<img src=x onerror=document.title='caught'> & <i>so on</i>");
  await expect(bob.chat).toContainText(
    "<b>Ann</b>: <img src=x onerror=document.title='caught'> & <i>so on</i>",
  );
  await bob.showPlayers();
  await expect(bob.player("<b>Ann</b>")).toBeVisible();
  await expect(bob.chat.locator("img, i")).toHaveCount(0);
  await expect(bob.page).not.toHaveTitle("caught");
});

test("a burst of lines ends in a cool-down that is shown and ends by itself", async ({ visit }) => {
  const ann = await visit({ name: "Ann" });
  await expect(ann.button("Send")).toBeEnabled();
  await ann.message.focus();
  // Without waiting for one to arrive before the next: a slow machine would keep to the limit by itself.
  const { keyboard } = ann.page;
  const lines = Array.from({ length: 10 }, (_, index) => `This is line ${index + 1}`);
  // It may be over before anybody looks from here.
  const seen = await ann.button("Send").evaluateHandle((button: HTMLButtonElement) => {
    const noted = { alert: "" };
    new MutationObserver(() => {
      if (button.disabled) noted.alert = button.form?.querySelector("[role=alert]")?.textContent ?? "";
    }).observe(button.form ?? button, { subtree: true, childList: true, attributes: true });
    return noted;
  });
  await Promise.all(lines.flatMap((line) => [keyboard.insertText(line), keyboard.press("Enter")]));
  await expect.poll(() => seen.evaluate(({ alert }) => alert)).toContain("faster than the chat allows");
  await expect(ann.message).toHaveValue(/This is line/);

  await expect(ann.button("Send")).toBeEnabled();
  const kept = await ann.message.inputValue();
  await ann.message.press("Enter");
  await expect(ann.chat).toContainText(`Ann: ${kept}`);
});

test("a line that is too long says so and stays", async ({ visit }) => {
  const ann = await visit({ name: "Ann" });
  await ann.openRoom();
  const long = "a".repeat(CHAT_MAX + 1);
  await ann.say(long);
  await expect(ann.alert).toContainText(`at most ${CHAT_MAX} characters`);
  await expect(ann.message).toHaveValue(long);
  await expect(ann.chat).not.toContainText("aaa");
  await ann.say(long.slice(1));
  await expect(ann.chat).toContainText(long.slice(1));
});

test("a closed chat counts what was not read", async ({ visit }) => {
  const [ann, bob] = await meet(visit, "Ann", "Bob");
  await bob.button("Close chat").click();
  await expect(bob.chat).toBeHidden();
  await ann.say("Are you there?");
  await expect(bob.button("Open chat, 1 unread")).toBeVisible();
  await bob.button("Open chat, 1 unread").click();
  await expect(bob.chat).toContainText("Are you there?");
  await bob.button("Close chat").click();
  await expect(bob.button("Open chat")).toBeVisible();
});

test("rude words are covered until the reader wants to see them", async ({ visit }) => {
  const [ann, bob] = await meet(visit, "Ann", "Bob");
  await ann.say("what a shit day");
  await expect(bob.chat).toContainText("what a **** day");
  await bob.page.getByRole("checkbox", { name: "Word filter" }).uncheck();
  await expect(bob.chat).toContainText("what a shit day");
  await expect(ann.chat).toContainText("what a **** day");
});

test("a muted player is not read, here and now and until they are heard again", async ({ visit }) => {
  const [ann, bob] = await meet(visit, "Ann", "Bob");
  await bob.say("Buy my turnips");
  await expect(ann.chat).toContainText("turnips");
  await ann.showPlayers();
  await ann.button("Mute Bob").click();
  await expect(ann.chat).not.toContainText("turnips");
  await bob.say("Fresh turnips");
  await expect(bob.chat).toContainText("Fresh turnips");
  await ann.say("How quiet it is");
  await expect(ann.chat).toContainText("How quiet it is");
  await expect(ann.chat).not.toContainText("turnips");
  await ann.button("Mute Bob").click();
  await expect(ann.chat).toContainText("Fresh turnips");
});

test("the lobby talks, too", async ({ visit }) => {
  const ann = await visit({ name: "Annika" });
  await ann.name.blur();
  const bob = await visit({ name: "Bob" });
  await ann.say("Anybody for a walk?");
  await expect(bob.chat).toContainText("Annika: Anybody for a walk?");
});
