import { expect, NETWORK_IS_AWAY, REFUSED, test } from "./support/fixtures.ts";
import type { GamePage } from "./support/GamePage.ts";

/** Where somebody is and who they are: what a seat keeps. */
async function seatOf(player: GamePage): Promise<{ sessionId: string; x: number; y: number }> {
  const { sessionId, x, y } = await player.standStill();
  return { sessionId, x, y };
}

test("a lost network gives the seat back, and everybody sees it", async ({
  visit,
  wireTo,
  expectPageError,
}) => {
  expectPageError(NETWORK_IS_AWAY);
  const wire = await wireTo();
  const ann = await visit({ name: "Ann" });
  const code = await ann.openRoom();
  const bob = await visit({ name: "Bob", at: wire });
  await bob.joinByCode(code);
  await bob.arrive();
  await bob.stroll();
  const before = await seatOf(bob);

  wire.cut();
  await expect(bob.status).toContainText(/Reconnecting, attempt [2-9]/);
  await expect(bob.button("Cancel")).toBeVisible();
  await ann.sees("Bob", "reconnecting");
  await expect(ann.chat).toContainText("Bob lost the connection; their place is kept");

  wire.mend();
  await bob.arrive();
  expect(await seatOf(bob)).toEqual(before);
  await ann.sees("Bob", "active");
  await ann.seesAt("Bob", before);
  await expect(ann.chat).toContainText("Bob is back");
  await bob.stroll();
  await ann.seesAt("Bob", await bob.standStill());
});

test("a network that dies without a word is noticed, and the seat comes back", async ({
  visit,
  wireTo,
  expectPageError,
}) => {
  expectPageError(NETWORK_IS_AWAY);
  const wire = await wireTo();
  const ann = await visit({ name: "Ann", at: wire });
  await ann.openRoom();
  const before = await seatOf(ann);

  wire.silence();
  await expect(ann.status).toContainText("Reconnecting", { timeout: 20_000 });
  wire.mend();
  await ann.arrive();
  expect(await seatOf(ann)).toEqual(before);
});

test("whoever was writing when the network went, and pressed a button meanwhile, writes on", async ({
  visit,
  wireTo,
  expectPageError,
}) => {
  expectPageError(NETWORK_IS_AWAY);
  const wire = await wireTo();
  const ann = await visit({ name: "Ann", at: wire });
  await ann.openRoom();
  await ann.message.pressSequentially("As I was say");
  await expect(ann.message).toBeFocused();

  wire.cut();
  const tryNow = ann.button("Try now");
  await tryNow.focus();
  await ann.page.keyboard.press("Enter");
  await expect(tryNow).toBeFocused();
  wire.mend();
  await ann.arrive();
  await expect(ann.message).toBeFocused();
  await ann.page.keyboard.type("ing");
  await ann.page.keyboard.press("Enter");
  await expect(ann.chat).toContainText("Ann: As I was saying");
});

test("Cancel ends the reconnecting, and leads to the menu", async ({ visit, wireTo, expectPageError }) => {
  expectPageError(NETWORK_IS_AWAY);
  const wire = await wireTo();
  const ann = await visit({ name: "Ann", at: wire });
  await ann.openRoom();

  wire.cut();
  await ann.button("Cancel").click();
  await expect(ann.play).toBeVisible();
  await expect(ann.status).not.toContainText("Reconnecting");
});

test("a reload takes the same seat again", async ({ visit }) => {
  const ann = await visit({ name: "Ann" });
  const code = await ann.openRoom();
  const bob = await visit({ name: "Bob" });
  await bob.joinByCode(code);
  await bob.arrive();
  await ann.stroll();
  const before = await seatOf(ann);

  await ann.page.reload();
  expect(await ann.arrive()).toBe(code);
  expect(await seatOf(ann)).toEqual(before);
  await bob.sees("Ann", "active");
  await bob.seesAt("Ann", before);
});

test("who leaves is gone for everybody, by their own wish", async ({ visit }) => {
  const ann = await visit({ name: "Ann" });
  const code = await ann.openRoom();
  const bob = await visit({ name: "Bob" });
  await bob.joinByCode(code);
  await bob.arrive();
  await ann.showPlayers();
  await expect(ann.players.getByRole("listitem")).toHaveCount(2);

  await bob.leave();
  await expect(ann.chat).toContainText("Bob left");
  await expect(ann.players.getByRole("listitem")).toHaveCount(1);
  await ann.sees("Bob", "nobody");
  await expect(bob.status).toHaveText("In the lobby");
});

test("whoever is away longer than the seat is held is told, and one click leads back", async ({
  visit,
  serverWith,
  wireTo,
  expectPageError,
}) => {
  expectPageError(NETWORK_IS_AWAY);
  expectPageError(REFUSED);
  const server = await serverWith({ SEAT_HOLD_SECONDS: "1" });
  const wire = await wireTo(server);
  const ann = await visit({ name: "Ann", at: server });
  const code = await ann.openRoom();
  const bob = await visit({ name: "Bob", at: wire });
  await bob.joinByCode(code);
  await bob.arrive();

  wire.cut();
  await expect(ann.chat).toContainText("Bob lost the connection and did not come back");
  // By then the seat would no longer be waited for even if the server had lost it.
  await expect(bob.status).toContainText("attempt 7", { timeout: 30_000 });
  wire.mend();
  await expect(bob.alert).toContainText("gone too long", { timeout: 20_000 });
  await bob.button(/Rejoin/).click();
  expect(await bob.arrive()).toBe(code);
  await ann.sees("Bob", "active");
});

test("in a second tab the newer one plays, and the older is told", async ({ visit }) => {
  const older = await visit({ name: "Ann" });
  const code = await older.openRoom();
  const newer = await visit({ context: older.page.context() });
  await expect(newer.name).toHaveValue("Ann");
  await newer.joinByCode(code);
  expect(await newer.arrive()).toBe(code);

  await expect(older.alert).toContainText("joined this room from another tab");
  await expect(older.play).toBeVisible();
  await newer.stroll();
});

test("a restart of the server brings everybody back into their room", async ({
  visit,
  serverWith,
  expectPageError,
}) => {
  expectPageError(NETWORK_IS_AWAY);
  expectPageError(REFUSED);
  const server = await serverWith({});
  const ann = await visit({ name: "Ann", at: server });
  const code = await ann.openRoom({ title: "Survivors" });
  const bob = await visit({ name: "Bob", at: server });
  await bob.joinByCode(code);
  await bob.arrive();

  await server.restart();
  expect(await ann.arrive()).toBe(code);
  expect(await bob.arrive()).toBe(code);
  await ann.sees("Bob", "active");
  await bob.sees("Ann", "active");
  expect((await ann.snapshot()).room?.name).toBe("Survivors");
  // Once each, when they came: to one another they were there all the time.
  for (const { chat } of [ann, bob]) await expect(chat.getByText("Bob joined")).toHaveCount(1);
  await expect(ann.chat.getByText("Ann joined")).toHaveCount(1);
});

test("a hidden tab is seen as away, keeps its place and goes on from there", async ({ visit }) => {
  const ann = await visit({ name: "Ann" });
  const code = await ann.openRoom();
  const bob = await visit({ name: "Bob" });
  await bob.joinByCode(code);
  await bob.arrive();
  const before = await seatOf(bob);

  await setHidden(bob, true);
  await ann.sees("Bob", "away");
  await setHidden(bob, false);
  await ann.sees("Bob", "active");
  expect(await seatOf(bob)).toEqual(before);
  await ann.seesAt("Bob", before);
  await bob.stroll();
  const { correction } = await bob.standStill();
  expect(correction).toBe(0);
});

/** What a page hears when its tab is hidden or shown: Chromium without windows hides none by itself. */
async function setHidden(player: GamePage, hidden: boolean): Promise<void> {
  await player.page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
    Object.defineProperty(document, "visibilityState", {
      configurable: true,
      get: () => (isHidden ? "hidden" : "visible"),
    });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}
