import { expect, NETWORK_IS_AWAY, NEW_ROOM, test } from "./support/fixtures.ts";

test("two players meet through the door: they see each other walk, talk, and come back after a lost connection", async ({
  enter,
  wireTo,
}) => {
  const wire = await wireTo();
  const ann = await enter("Ann", NEW_ROOM);
  const bob = await enter("Bob", { kind: "code", code: ann.code }, wire);

  const { x } = bob.self;
  bob.hold({ dx: x < 1024 ? -1 : 1 });
  await expect.poll(() => Math.abs((ann.seen("Bob")?.x ?? x) - x)).toBeGreaterThan(40);
  bob.hold({});

  await bob.say("hello");
  await expect.poll(() => ann.said).toContain("Bob: hello");
  await ann.say("hello yourself");
  await expect.poll(() => bob.said).toContain("Ann: hello yourself");

  await expect.poll(() => bob.self.x === bob.self.serverX && ann.seen("Bob")?.x === bob.self.x).toBe(true);
  const before = { x: bob.self.x, y: bob.self.y, sessionId: bob.self.sessionId };
  wire.cut();
  await expect.poll(() => bob.bot.connection.state.name).toBe("reconnecting");
  wire.mend();
  await expect.poll(() => bob.outages.length).toBe(1);
  await expect.poll(() => bob.bot.net?.self).toMatchObject(before);
  expect(ann.outages).toEqual([]);
});

test("the page plays under its own headers, with players of any process", async ({
  stack,
  visit,
  enter,
  wireTo,
  expectPageError,
}) => {
  const bob = await enter("Bob", NEW_ROOM);
  const wire = await wireTo();
  const ann = await visit({ name: "Ann", at: wire });
  const answer = await ann.page.request.get(stack.url);
  expect(answer.headers()["x-content-type-options"]).toBe("nosniff");
  await ann.joinByCode(bob.code);
  expect(await ann.arrive()).toBe(bob.code);
  await ann.stroll();
  const { x, y } = await ann.standStill();
  await expect.poll(() => ({ x: bob.seen("Ann")?.x, y: bob.seen("Ann")?.y })).toEqual({ x, y });
  await ann.say("Hello");
  await expect.poll(() => bob.said).toContain("Ann: Hello");
  await bob.say("hello");
  await expect(ann.chat).toContainText("Bob: hello");

  expectPageError(NETWORK_IS_AWAY);
  wire.cut();
  await expect(ann.status).toContainText("Reconnecting");
  wire.mend();
  await ann.arrive();
  expect(await ann.standStill()).toMatchObject({ x, y });
});

test("rooms spread over all servers, and anybody finds each of them", async ({ stack, enter }) => {
  const leaders = [];
  for (let number = 1; number <= 6; number++) leaders.push(await enter(`Leader ${number}`, NEW_ROOM));
  const held = await Promise.all(
    (await stack.ids("server")).map(async (id) => {
      const metrics = await stack.node(
        id,
        "process.stdout.write(await (await fetch('http://127.0.0.1:2568/metrics')).text())",
      );
      return Number(/^tagalong_rooms\{room="plaza"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
    }),
  );
  expect(held).toHaveLength(3);
  for (const rooms of held) expect(rooms, `rooms on each server: ${held}`).toBeGreaterThan(0);
  for (const [index, leader] of leaders.entries()) {
    const guest = await enter(`Guest ${index + 1}`, { kind: "code", code: leader.code });
    await expect.poll(() => leader.seen(guest.name)?.name).toBe(guest.name);
  }
});
