import { expect, REFUSED, test } from "./support/fixtures.ts";

test("two guests find each other in the lobby, walk and talk", async ({ visit }) => {
  const ann = await visit({ name: "Ann" });
  const bob = await visit({ name: "Bob" });
  const title = "Ann’s meeting place";

  await ann.openRoom({ title, size: 8 });
  await expect(bob.room(title)).toContainText("1/8");
  await bob.room(title).getByRole("button", { name: "Join" }).click();
  expect(await bob.arrive()).toBe(await ann.code());

  await test.step("they see each other", async () => {
    await ann.sees("Bob", "active");
    await bob.sees("Ann", "active");
    await ann.showPlayers();
    await expect(ann.players.getByRole("listitem")).toHaveCount(2);
    await expect(ann.player("Ann")).toContainText("you");
  });

  await test.step("they see each other walk", async () => {
    await ann.stroll();
    await bob.seesAt("Ann", await ann.standStill());
    await bob.stroll();
    await ann.seesAt("Bob", await bob.standStill());
  });

  await test.step("they talk", async () => {
    await ann.say("Hello Bob");
    await expect(bob.chat).toContainText("Ann: Hello Bob");
    await bob.say("Hello Ann");
    await expect(ann.chat).toContainText("Bob: Hello Ann");
  });
});

test("the list of rooms follows what happens in them", async ({ visit, expectPageError }) => {
  expectPageError(REFUSED);
  const ann = await visit({ name: "Ann" });
  const watcher = await visit({ name: "Watcher" });
  await ann.openRoom({ title: "Short lived", size: 2 });
  await expect(watcher.room("Short lived")).toContainText("1/2");

  const bob = await visit({ name: "Bob" });
  await bob.room("Short lived").getByRole("button", { name: "Join" }).click();
  await bob.arrive();
  await expect(watcher.room("Short lived")).toContainText("2/2");

  await watcher.page.getByRole("checkbox", { name: "Has space" }).check();
  await expect(watcher.room("Short lived")).toBeHidden();
  await watcher.page.getByRole("checkbox", { name: "Has space" }).uncheck();
  await watcher.page.getByRole("searchbox", { name: "Search rooms" }).fill("no such room");
  await expect(watcher.room("Short lived")).toBeHidden();
  await watcher.page.getByRole("searchbox", { name: "Search rooms" }).fill("short");
  await watcher.room("Short lived").getByRole("button", { name: "Join" }).click();
  await expect(watcher.alert).toContainText("full");
  await expect(watcher.button("Find another room")).toBeVisible();

  await bob.leave();
  await expect(watcher.room("Short lived")).toContainText("1/2");
  await ann.leave();
  await expect(watcher.room("Short lived")).toBeHidden();
});

test("Enter in the name field is quick play", async ({ visit, serverWith }) => {
  // A server without rooms: nobody else is met by chance.
  const ann = await visit({ name: "Ann", at: await serverWith({}) });
  await ann.name.press("Enter");
  await ann.arrive();
  await expect(ann.status).toHaveText("Connected");
});

test("a link leads into its room", async ({ visit }) => {
  const ann = await visit({ name: "Ann" });
  const code = await ann.openRoom({ isPrivate: true });

  const bob = await visit({ link: `?room=${code}`, name: "Bob" });
  await bob.name.press("Enter");
  expect(await bob.arrive()).toBe(code);
  await ann.sees("Bob", "active");
});

test("the password in a link's fragment lets in, and nobody on the way reads it", async ({
  visit,
  server,
}) => {
  const password = "sesame-opens-42";
  const ann = await visit({ name: "Ann" });
  const code = await ann.openRoom({ password });

  const bob = await visit({ link: `?room=${code}#password=${password}`, name: "Bob" });
  const asked: string[] = [];
  bob.page.on("request", (request) => asked.push(request.url()));
  bob.page.on("websocket", (socket) => asked.push(socket.url()));
  await bob.name.press("Enter");
  expect(await bob.arrive()).toBe(code);

  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((url) => url.includes(password))).toEqual([]);
  expect(server.logs()).toContain(code);
  expect(server.logs()).not.toContain(password);
  expect(bob.page.url()).not.toContain(password);
});

test("a wrong password is refused with its reason, and the right one lets in", async ({
  visit,
  expectPageError,
}) => {
  expectPageError(REFUSED);
  const ann = await visit({ name: "Ann" });
  const code = await ann.openRoom({ title: "Behind the hedge", password: "lilac" });

  const bob = await visit({ name: "Bob" });
  await expect(bob.room("Behind the hedge")).toContainText("Password");
  await bob.joinByCode(code);
  await bob.password.fill("rose");
  await bob.password.press("Enter");
  await expect(bob.alert).toContainText("not the password");
  await bob.password.fill("lilac");
  await bob.password.press("Enter");
  expect(await bob.arrive()).toBe(code);
});

test("a taken name is refused with a free one, and one click takes it", async ({
  visit,
  expectPageError,
}) => {
  expectPageError(REFUSED);
  const ann = await visit({ name: "Ann" });
  const code = await ann.openRoom();

  // The same name to a reader, though not to a computer.
  const other = await visit({ name: "aNn" });
  await other.joinByCode(code);
  await expect(other.alert).toContainText("already has that name");
  await other.button("Use aNn 2").click();
  expect(await other.arrive()).toBe(code);
  await ann.sees("aNn 2", "active");
});

test("a code that leads nowhere is answered with a reason", async ({ visit, expectPageError }) => {
  expectPageError(REFUSED);
  const ann = await visit({ name: "Ann" });
  await ann.joinByCode("nope");
  await expect(ann.alert).toContainText("not a room code");
  await ann.joinByCode("QQQQQ");
  await expect(ann.alert).toContainText("no room with that code");
});
