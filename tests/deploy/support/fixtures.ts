import type { JoinTarget } from "../../../apps/client/src/session/joinRequest.ts";
import { test as base, expect } from "../../e2e/support/fixtures.ts";
import { Guest } from "./Guest.ts";
import { Stack, type StackPlace } from "./Stack.ts";

export { expect, NETWORK_IS_AWAY, REFUSED } from "../../e2e/support/fixtures.ts";

interface TestFixtures {
  /** Let a player without a screen in. They leave when the test is over. */
  enter(name: string, target: JoinTarget, at?: { url: string }): Promise<Guest>;
}
interface WorkerFixtures {
  /** What `npm run test:deploy` has put up. */
  stack: Stack;
}

const place: StackPlace = JSON.parse(process.env.DEPLOY_STACK ?? "null");
if (!place) throw new Error("there is nothing to test: npm run test:deploy puts it up");

export const test = base.extend<TestFixtures, WorkerFixtures>({
  stack: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures that one needs from here.
    async ({}, use) => use(new Stack(place)),
    { scope: "worker" },
  ],

  // What the other tests of the game in a browser start for themselves is there already.
  server: [
    async ({ stack }, use) => {
      const never = async () => {
        throw new Error("the containers are stopped by compose");
      };
      const { url } = stack;
      await use({ url, port: place.port, logs: () => "", restart: never, stop: never });
    },
    { scope: "worker" },
  ],

  enter: async ({ stack }, use) => {
    const guests: Guest[] = [];
    await use(async (name, target, at = stack) => {
      const guest = new Guest(at.url, name, target);
      guests.push(guest);
      await guest.bot.join();
      await expect
        .poll(() => guest.bot.net?.self?.name, { message: `${name} stands in the square` })
        .toBe(name);
      return guest;
    });
    await Promise.all(guests.map((guest) => guest.end()));
  },
});

/** A room for up to eight. */
export const NEW_ROOM: JoinTarget = {
  kind: "create",
  room: { title: "A room", maxPlayers: 8, private: false },
};
