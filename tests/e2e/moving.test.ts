import type { Page } from "@playwright/test";
import type { Fleet } from "../system/support/Fleet.ts";
import { expectAccessible } from "./support/access.ts";
import { expect, NETWORK_IS_AWAY, REFUSED, test } from "./support/fixtures.ts";
import type { GamePage } from "./support/GamePage.ts";
import type { TestServer } from "./support/server.ts";

/** What the browser itself writes for an answer of a server, or of a proxy, that is not there. */
const AWAY = /the server responded with a status of 50\d/;
const BACK_IN_ROOM = "You will be back in your room.";

/** The process that holds the room of this code. */
async function homeOf(fleet: Fleet, code: string): Promise<string> {
  const room = (await fleet.listings()).find((listing) => listing.code === code);
  if (!room) throw new Error(`no room ${code}`);
  return room.home;
}

/** The process that holds the lobby; between two homes it has none. */
async function lobbyHome(fleet: Fleet): Promise<string> {
  return (await fleet.listings()).find(({ kind }) => kind === "lobby")?.home ?? "";
}

function banner(player: GamePage) {
  return player.page.locator(".move-banner");
}

/** The room's id, which is another after a move; the code stays. */
async function roomId(player: GamePage): Promise<string> {
  return (await player.snapshot()).room?.id ?? "";
}

/** Wait until the avatar stands in a room other than this one. */
async function arriveElsewhere(player: GamePage, from: string): Promise<string> {
  await expect.poll(() => roomId(player), { timeout: 20_000 }).not.toBe(from);
  return player.arrive();
}

/** Answer requests to this path with a refusal of ours. Returns the way to let them through again. */
async function refuse(page: Page, path: string, status: number, error: string): Promise<() => Promise<void>> {
  const isMeant = ({ pathname }: URL) => pathname === path;
  await page.route(isMeant, (route) => route.fulfill({ status, json: { error } }));
  return () => page.unroute(isMeant);
}

/**
 * Open a room and start its server again as one of another version than the page.
 *
 * @returns the way back in: lets the page through, presses reload, and expects the room as it was
 */
async function startOtherVersion(
  ann: GamePage,
  server: TestServer,
  versions: { server: number; client: number },
): Promise<() => Promise<void>> {
  const code = await ann.openRoom({ title: "Evergreen" });
  const mismatch = `session/version_mismatch?server=${versions.server}&client=${versions.client}`;
  const letThrough = await refuse(ann.page, "/api/rooms/open", 403, mismatch);
  await server.restart();
  return async () => {
    await letThrough();
    await ann.button("Reload").click();
    expect(await ann.arrive()).toBe(code);
    const { room, players } = await ann.snapshot();
    expect(room?.name).toBe("Evergreen");
    expect(players.map(({ name }) => name)).toEqual(["Ann"]);
  };
}

test("a server that is stopped hands its room on: nobody presses anything, and nothing is lost", async ({
  visit,
  fleetOf,
  expectPageError,
}) => {
  // The one that goes may be asked first, and says so.
  expectPageError(AWAY);
  const fleet = await fleetOf(["one", "two"], { DRAIN_SECONDS: "10" });
  const at = { url: fleet.endpoint };
  const ann = await visit({ name: "Ann", at });
  const code = await ann.openRoom({ title: "Movers" });
  const bob = await visit({ name: "Bob", at });
  await bob.joinByCode(code);
  await bob.arrive();
  await bob.stroll();
  await ann.say("see you on the other side");
  await expect(bob.chat).toContainText("see you on the other side");
  const places = await Promise.all([ann.standStill(), bob.standStill()]);
  const from = await roomId(ann);
  const lines = ann.chat.locator(".line");
  const before = await lines.allTextContents();

  const stopped = fleet.drain(await homeOf(fleet, code));
  for (const player of [ann, bob]) {
    await expect(banner(player)).toContainText(/moves in \d+ s; you need not do anything/);
  }
  await bob.page.getByRole("button", { name: "Dismiss" }).click();
  await expect(banner(bob)).toBeHidden();

  for (const player of [ann, bob]) expect(await arriveElsewhere(player, from)).toBe(code);
  await expect(banner(ann)).toBeHidden();
  expect(await stopped).toBe(0);
  for (const [index, player] of [ann, bob].entries()) {
    const { x, y } = await player.standStill();
    expect({ x, y }).toEqual({ x: places[index]?.x, y: places[index]?.y });
  }
  expect((await ann.snapshot()).room?.name).toBe("Movers");
  await ann.sees("Bob", "active");
  await bob.sees("Ann", "active");
  // Nobody left and nobody came, as far as the chat is concerned, and what was said stays said.
  expect(await lines.allTextContents()).toEqual(before);
  await bob.say("here I am");
  await expect(lines).toHaveCount(before.length + 1);
  await expect(ann.button("Room settings")).toBeVisible();
  await expect(bob.button("Room settings")).toBeHidden();
  expect(fleet.faults()).toEqual([]);
});

test("whoever walks while the room moves walks on", async ({ visit, fleetOf, expectPageError }) => {
  expectPageError(AWAY);
  const fleet = await fleetOf(["one", "two"], { DRAIN_SECONDS: "1" });
  const ann = await visit({ name: "Ann", at: { url: fleet.endpoint } });
  const code = await ann.openRoom();
  // From here on nothing is in the way for seven seconds.
  await ann.walkTo({ x: 830, y: 818 });
  const from = await roomId(ann);
  await ann.canvas.focus();
  const stopped = fleet.drain(await homeOf(fleet, code));
  await ann.page.keyboard.down("KeyD");
  await arriveElsewhere(ann, from);
  const { x } = await ann.self();
  await expect
    .poll(async () => (await ann.self()).x, { message: "the avatar walks on" })
    .toBeGreaterThan(x + 10);
  await ann.page.keyboard.up("KeyD");
  await stopped;
});

test("a server that dies takes nobody's room with it", async ({ visit, fleetOf, expectPageError }) => {
  expectPageError(NETWORK_IS_AWAY);
  expectPageError(REFUSED);
  expectPageError(AWAY);
  const fleet = await fleetOf(["one", "two"]);
  const at = { url: fleet.endpoint };
  const ann = await visit({ name: "Ann", at });
  const code = await ann.openRoom({ title: "Survivors" });
  const bob = await visit({ name: "Bob", at });
  await bob.joinByCode(code);
  await bob.arrive();
  const from = await roomId(ann);

  await fleet.kill(await homeOf(fleet, code));
  for (const player of [ann, bob]) expect(await arriveElsewhere(player, from)).toBe(code);
  expect(await roomId(ann)).toBe(await roomId(bob));
  await ann.sees("Bob", "active");
  expect((await ann.snapshot()).room?.name).toBe("Survivors");
});

test("in the menu, a list whose server stops stays where it is", async ({
  visit,
  fleetOf,
  expectPageError,
}) => {
  expectPageError(AWAY);
  const fleet = await fleetOf(["one", "two"], { DRAIN_SECONDS: "0" });
  const at = { url: fleet.endpoint };
  const ann = await visit({ name: "Ann", at });
  const code = await ann.openRoom({ title: "Always listed" });
  const lobby = await lobbyHome(fleet);
  // Only the list's server stops: the room goes on where it is.
  expect(await homeOf(fleet, code)).not.toBe(lobby);
  const bob = await visit({ name: "Bob", at });
  await expect(bob.status).toHaveText("In the lobby");
  await expect(bob.room("Always listed")).toBeVisible();
  await bob.page.evaluate(() => {
    const list = document.querySelector(".rooms-panel");
    if (!list) throw new Error("no list");
    new MutationObserver(() => {
      if (!list.textContent?.includes("Always listed")) document.body.dataset.wasEmpty = "true";
    }).observe(list, { childList: true, subtree: true, characterData: true });
  });
  expect(await fleet.drain(lobby)).toBe(0);
  await expect.poll(() => lobbyHome(fleet), { timeout: 15_000 }).not.toMatch(new RegExp(`^(${lobby}|)$`));
  await expect(bob.status).toHaveText("In the lobby");
  await expect(bob.room("Always listed")).toBeVisible();
  expect(await bob.page.evaluate(() => document.body.dataset.wasEmpty)).toBeUndefined();
  await bob.message.fill("hello");
  await bob.message.press("Enter");
  await expect(bob.chat).toContainText("hello");
});

test("what the server announces is heard in the room and in the lobby", async ({ visit, fleetOf }) => {
  const secret = "a secret of the end-to-end tests";
  const fleet = await fleetOf(["one", "two"], { OPS_SECRET: secret });
  const at = { url: fleet.endpoint };
  const ann = await visit({ name: "Ann", at });
  await ann.openRoom();
  const bob = await visit({ name: "Bob", at });
  await expect(bob.status).toHaveText("In the lobby");
  const answer = await fetch(`${fleet.server("one").operationsEndpoint}/ops/say`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ text: "Pancakes at eight" }),
  });
  expect(answer.status).toBe(200);
  for (const player of [ann, bob]) await expect(player.chat).toContainText("Server: Pancakes at eight");
  await expectAccessible(ann.page);
});

test("a server that lets nobody in for a moment is waited for, in view and with a way out", async ({
  visit,
  expectPageError,
}) => {
  expectPageError(AWAY);
  const ann = await visit({ name: "Ann" });
  const letThrough = await refuse(ann.page, "/api/quick-play", 503, "server/unavailable");
  await ann.play.click();
  const wait = ann.page.getByRole("group", { name: "Waiting to get in" });
  await expect(wait).toContainText("You will be in by yourself as soon as it can.");
  await expect(wait).toContainText(/Attempt \d+ of 16/);
  await wait.getByRole("button", { name: "Cancel" }).click();
  await expect(wait).toBeHidden();

  await ann.play.click();
  await expect(wait).toBeVisible();
  await letThrough();
  await ann.arrive();
});

test("a page that is too old is told to reload, and then it is back in its room", async ({
  visit,
  serverWith,
  expectPageError,
}) => {
  expectPageError(NETWORK_IS_AWAY);
  expectPageError(REFUSED);
  const server = await serverWith({});
  const ann = await visit({ name: "Ann", at: server });
  const reload = await startOtherVersion(ann, server, { server: 1_000, client: 3 });
  await expect(ann.alert).toContainText(BACK_IN_ROOM, { timeout: 20_000 });
  await reload();
});

test("a page that is too new for a server that was put back is told to reload once all tries are used up", async ({
  visit,
  serverWith,
  expectPageError,
}) => {
  expectPageError(NETWORK_IS_AWAY);
  expectPageError(REFUSED);
  const server = await serverWith({});
  const ann = await visit({ name: "Ann", at: server });
  const reload = await startOtherVersion(ann, server, { server: 3, client: 1_000 });
  const tryNow = ann.button("Try now");
  await expect(async () => {
    if (await tryNow.isVisible()) await tryNow.click({ timeout: 1_000 });
    await expect(ann.alert).toContainText(BACK_IN_ROOM, { timeout: 100 });
  }).toPass({ intervals: [50], timeout: 60_000 });
  await reload();
});
