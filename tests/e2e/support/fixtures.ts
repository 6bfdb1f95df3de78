import { type BrowserContext, type BrowserContextOptions, test as base } from "@playwright/test";
import { Fleet } from "../../system/support/Fleet.ts";
import { GamePage } from "./GamePage.ts";
import { CLIENT, startServer, type TestServer } from "./server.ts";
import { type Conditions, DIRECT, startWire, type Wire } from "./wire.ts";

export { expect } from "@playwright/test";

export interface Visit {
  /** Typed into the menu; without one the menu is left as it is. */
  name?: string;
  /** Chosen in the menu, as it is called there; else any. */
  look?: { colour: string; hat: string };
  /** Another server than the common one, or a wire to it. */
  at?: { url: string };
  /** Query and fragment of a link. */
  link?: string;
  /** How this browser differs from the project's. */
  browser?: BrowserContextOptions;
  /** A build without debug tools: it has no overlay to close, and tells nothing. */
  isPlain?: boolean;
  /** Another tab of a browser that is open already. Without one: a browser, and so a guest, of its own. */
  context?: BrowserContext;
}

interface TestFixtures {
  /** How often a page draws. Where no graphics card does it, 60 pictures a second leave no time for anything else. */
  framesPerSecond: number;
  /** Let the page write errors that match to its console; every other one fails the test. */
  expectPageError(pattern: RegExp): void;
  /** Open the game in a browser of one's own: another guest. */
  visit(visit?: Visit): Promise<GamePage>;
  /** Another server, with these settings, for this test only. */
  serverWith(env: Record<string, string>): Promise<TestServer>;
  /** Several server processes with their Redis, behind one address, for this test only. */
  fleetOf(names: readonly string[], settings?: Record<string, string>): Promise<Fleet>;
  /** A wire to the common server, or to another one, that can be slow or cut. */
  wireTo(server?: TestServer, conditions?: Conditions): Promise<Wire>;
}
interface WorkerFixtures {
  server: TestServer;
}

/** Every guest of the tests comes from one address. */
const NO_LIMITS = {
  JOINS_PER_MINUTE: "100000",
  GUESTS_PER_MINUTE: "100000",
  ROOMS_PER_MINUTE: "100000",
  MAX_CONNECTIONS_PER_ADDRESS: "100000",
};

/** What the browser itself writes to the console while the network is away. */
export const NETWORK_IS_AWAY = /net::ERR_|WebSocket connection to .* failed/;
/** What the browser itself writes for an answer that refuses. */
export const REFUSED = /the server responded with a status of 4\d\d/;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures that one needs from here.
    async ({}, use) => {
      const server = await startServer(NO_LIMITS);
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],

  framesPerSecond: [20, { option: true }],

  baseURL: async ({ server }, use) => use(server.url),

  expectPageError: [
    async ({ browser }, use) => {
      const expected: RegExp[] = [];
      const errors: string[] = [];
      const listen = (context: BrowserContext) => {
        context.on("weberror", (event) => errors.push(String(event.error().stack ?? event.error())));
        context.on("console", (message) => {
          if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
        });
      };
      browser.on("context", listen);
      await use((pattern) => expected.push(pattern));
      browser.off("context", listen);
      const surprises = errors.filter((error) => !expected.some((pattern) => pattern.test(error)));
      if (surprises.length > 0) throw new Error(`errors in the browser:\n${surprises.join("\n")}`);
    },
    { auto: true },
  ],

  serverWith: async ({ browserName: _ }, use) => {
    const servers: TestServer[] = [];
    await use(async (env) => {
      const server = await startServer({ ...NO_LIMITS, ...env });
      servers.push(server);
      return server;
    });
    await Promise.all(servers.map((server) => server.stop()));
  },

  fleetOf: async ({ browserName: _ }, use) => {
    const fleets: Fleet[] = [];
    await use(async (names, settings) => {
      const fleet = await Fleet.start({
        names,
        settings: { CLIENT_DIST: CLIENT, ...NO_LIMITS, ...settings },
      });
      fleets.push(fleet);
      return fleet;
    });
    await Promise.all(fleets.map((fleet) => fleet.stop()));
  },

  wireTo: async ({ server }, use) => {
    const wires: Wire[] = [];
    await use(async (to = server, conditions = DIRECT) => {
      const wire = await startWire(to.port, conditions);
      wires.push(wire);
      return wire;
    });
    await Promise.all(wires.map((wire) => wire.stop()));
  },

  // Its browsers close before the servers and wires above end: what ends under them is an error on their console.
  visit: async (
    { browser, framesPerSecond, server, serverWith: _servers, fleetOf: _fleets, wireTo: _wires },
    use,
  ) => {
    const contexts: BrowserContext[] = [];
    await use(async ({ name, look, at = server, link = "", browser: options, isPlain, context } = {}) => {
      let browserOfOwn = context;
      if (!browserOfOwn) {
        browserOfOwn = await browser.newContext(options);
        contexts.push(browserOfOwn);
      }
      const page = await browserOfOwn.newPage();
      await page.addInitScript(drawSeldom, framesPerSecond);
      await page.goto(`${at.url}/${withDebug(link)}`);
      // What it shows lies over the game; what it tells stays.
      if (!isPlain) await page.getByRole("button", { name: "Close debug" }).click();
      const game = new GamePage(page);
      if (name !== undefined) await game.name.fill(name);
      if (look) await game.dressAs(look);
      return game;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

/** Runs in the page, before anything of its own. */
function drawSeldom(framesPerSecond: number): void {
  const draw = requestAnimationFrame.bind(window);
  const forget = cancelAnimationFrame.bind(window);
  const drawn = new Map<number, number>();
  window.requestAnimationFrame = (callback) => {
    const id = window.setTimeout(() => {
      const frame = draw((time) => {
        drawn.delete(id);
        callback(time);
      });
      drawn.set(id, frame);
    }, 1000 / framesPerSecond);
    return id;
  };
  window.cancelAnimationFrame = (id) => {
    clearTimeout(id);
    forget(drawn.get(id) ?? 0);
    drawn.delete(id);
  };
}

/** Only a page opened with `?debug` says what it knows. */
function withDebug(link: string): string {
  const [query = "", fragment] = link.split("#", 2);
  const asked = query === "" ? "?debug" : `${query}&debug`;
  return fragment === undefined ? asked : `${asked}#${fragment}`;
}
