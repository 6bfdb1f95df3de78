import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { ask } from "./support/ask.ts";
import { expect, NETWORK_IS_AWAY, NEW_ROOM, REFUSED, test } from "./support/fixtures.ts";
import type { Guest } from "./support/Guest.ts";
import type { Stack } from "./support/Stack.ts";

/** Also where today's compose stops all old servers before it starts the first new one. */
const BACK_MS = 5_000;
const ROOMS = 4;
/** So far they walk away from where they came in (world units). */
const STROLL = 40;

// The servers start on the cores that compute its pictures here.
test.use({ framesPerSecond: 5 });

interface Update {
  readonly name: string;
  readonly buildId: string;
  /** Answers with what was printed. */
  run(stack: Stack, env: Record<string, string>): Promise<string>;
}

const UPDATES: readonly Update[] = [
  {
    name: "an update under the players",
    buildId: "second",
    run: (stack, env) => stack.composeWith(env, "up", "-d", "--build"),
  },
  {
    name: "an update that starts the new servers before it stops the old ones",
    buildId: "third",
    run: (stack, env) => stack.scriptWith(env, "deploy/update.sh"),
  },
];

/** What an update must leave as it was. */
function gameOf(guest: Guest) {
  const { room, said, code, self } = guest;
  const leader = room.state.players.get(room.state.leader)?.name;
  return {
    code,
    name: self.name,
    guest: self.guest,
    title: room.state.title,
    leader,
    said,
    x: self.serverX,
    y: self.serverY,
  };
}

/** Everybody walks away from where they came in, and stands. */
async function stroll(guests: readonly Guest[]): Promise<void> {
  const starts = guests.map(({ self }) => self.x);
  for (const guest of guests) guest.hold({ dx: guest.self.x < 1024 ? -1 : 1 });
  await expect
    .poll(() => guests.every(({ self }, index) => Math.abs(self.x - (starts[index] ?? self.x)) > STROLL))
    .toBe(true);
  for (const guest of guests) guest.hold({});
  let before: string | undefined;
  const holdsStill = () => {
    const now = JSON.stringify(guests.map(({ self }) => [self.x, self.y]));
    const isStill = now === before;
    before = now;
    return isStill && guests.every(({ self }) => self.x === self.serverX && self.y === self.serverY);
  };
  await expect
    .poll(holdsStill, { message: "everybody comes to rest where the server has them", intervals: [200] })
    .toBe(true);
}

for (const update of UPDATES) {
  test(`${update.name} costs nobody their game`, async ({ stack, enter, visit, expectPageError }) => {
    test.setTimeout(300_000);
    const guests: Guest[] = [];
    for (let number = 1; number <= ROOMS; number++) {
      const leader = await enter(`Leader ${number}`, NEW_ROOM);
      const guest = await enter(`Guest ${number}`, { kind: "code", code: leader.code });
      await leader.say(`this is room ${number}`);
      guests.push(leader, guest);
    }
    const [host] = guests;
    if (!host) throw new Error("nobody is there");
    const ann = await visit({ name: "Ann" });
    await ann.joinByCode(host.code);
    await ann.arrive();
    await ann.stroll();
    await ann.say("I was here before");

    await stroll(guests);
    await expect.poll(() => guests.every(({ said }) => said.length > 0)).toBe(true);
    await expect.poll(() => host.said).toContain("Ann: I was here before");
    const before = guests.map(gameOf);
    const placeOfAnn = await ann.standStill();
    const servers = await stack.ids("server");
    const web = await stack.ids("web");

    expectPageError(NETWORK_IS_AWAY);
    expectPageError(REFUSED);
    expectPageError(/status of 50\d/);
    const page = await ask(stack.url, "/");
    for (const file of ["apps/server/src/main.ts", "apps/client/src/main.tsx"]) {
      appendFileSync(join(stack.place.folder, file), "\nconsole.debug('changed');\n");
    }
    const output = await update.run(stack, { BUILD_ID: update.buildId });
    expect(output).not.toMatch(/added \d+ packages/);

    // As many as before, all of them new, and nothing that has ended is left.
    const updated = await stack.ids("server");
    expect(updated).toHaveLength(servers.length);
    expect(updated.filter((id) => servers.includes(id))).toEqual([]);
    expect((await stack.ids("server", { ended: true })).sort()).toEqual(updated.sort());
    expect(await stack.ids("website", { ended: true })).toHaveLength(1);
    expect(await stack.ids("web")).toEqual(web);

    await expect
      .poll(() => guests.map(({ bot }) => bot.connection.state.name), { timeout: 30_000 })
      .toEqual(guests.map(() => "connected"));
    await expect.poll(() => guests.every(({ bot }) => bot.net?.self !== undefined)).toBe(true);
    for (const { name, outages } of guests) {
      const told = outages.map(
        ({ ms, reasons }) => `${ms.toFixed(0)} ms (${[...new Set(reasons)].join(", ")})`,
      );
      console.log(`${name} was away ${told.length} times: ${told.join("; ")}`);
    }
    // What was said comes a moment after the state.
    await expect.poll(() => guests.map(gameOf)).toEqual(before);
    for (const { name, outages } of guests) {
      expect(outages.length, name).toBeGreaterThan(0);
      for (const { ms } of outages) expect(ms, name).toBeLessThan(BACK_MS);
    }

    // The new website is there, and what an open page of the old one may still load is, too.
    expect((await ask(stack.url, "/")).text).not.toBe(page.text);
    for (const [asset] of page.text.matchAll(/\/assets\/[^"]+/g)) {
      expect((await ask(stack.url, asset)).status, asset).toBe(200);
    }
    expect(await ann.arrive()).toBe(host.code);
    const { x, y } = await ann.standStill();
    expect({ x, y }).toEqual({ x: placeOfAnn.x, y: placeOfAnn.y });
    await expect(ann.chat).toContainText("Ann: I was here before");
    await ann.say("and I am still here");
    await expect.poll(() => host.said).toContain("Ann: and I am still here");
  });
}
