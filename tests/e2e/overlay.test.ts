import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Locator } from "@playwright/test";
import { expectAccessible, findUnusableControls } from "./support/access.ts";
import { expect, NETWORK_IS_AWAY, test } from "./support/fixtures.ts";
import type { GamePage } from "./support/GamePage.ts";

const CLIENT = fileURLToPath(new URL("../../apps/client/", import.meta.url));
const VITE = fileURLToPath(new URL("../../node_modules/vite/bin/vite.js", import.meta.url));

/** The debug overlay of one page, by role and name. */
class Overlay {
  readonly game: GamePage;
  readonly region: Locator;
  readonly graphs: Locator;
  readonly banner: Locator;

  constructor(game: GamePage) {
    this.game = game;
    this.region = game.page.getByRole("region", { name: "Debug" });
    this.graphs = this.region.getByRole("list", { name: "Graphs" });
    this.banner = game.page.getByRole("complementary", { name: "Simulated network" });
  }

  /** With all of it to be seen. */
  async open(): Promise<void> {
    await this.game.page.keyboard.press("F3");
    await expect(this.region).toBeVisible();
    const expand = this.button("Expand debug");
    if (await expand.isVisible()) await expand.click();
  }

  button(name: string): Locator {
    return this.region.getByRole("button", { name, exact: true });
  }

  /** Unfold a part of it. */
  async unfold(title: string): Promise<Locator> {
    const part = this.region.locator("details").filter({ hasText: title });
    if ((await part.getAttribute("open")) === null) await part.locator("summary").click();
    return part;
  }

  /** The number that a graph says it is at. */
  async value(graph: string): Promise<number> {
    const text = await this.graphs
      .getByRole("listitem")
      .filter({ hasText: new RegExp(`^${graph}`) })
      .textContent();
    return Number.parseFloat(text?.slice(graph.length) ?? "");
  }
}

test.describe("in a window of its own", () => {
  test.use({
    viewport: { width: 1280, height: 720 },
    contextOptions: { reducedMotion: "reduce" },
    permissions: ["clipboard-read", "clipboard-write"],
  });

  test("it shows what happens, covers nothing of the menu, and is within everybody's reach", async ({
    visit,
  }) => {
    const ann = await visit({ name: "Ann" });
    const overlay = new Overlay(ann);
    await test.step("over the menu it is folded", async () => {
      await ann.page.keyboard.press("F3");
      await expect(overlay.button("Expand debug")).toBeVisible();
      await expect(overlay.graphs).toBeHidden();
      expect(await findUnusableControls(ann.page.locator("body"))).toEqual([]);
    });

    const code = await ann.openRoom();
    await test.step("in a room its graphs move", async () => {
      await expect(overlay.graphs.getByRole("listitem")).toHaveCount(8);
      await expect(overlay.graphs.locator("canvas")).toHaveCount(8);
      await expect.poll(() => overlay.value("FPS")).toBeGreaterThan(0);
      await expect.poll(() => overlay.value("Down")).toBeGreaterThan(0);
      const before = await overlay.value("Up");
      await ann.stroll();
      await expect(overlay.graphs).toContainText("input");
      await expect.poll(() => overlay.value("Up")).not.toBe(before);
    });

    await test.step("each layer is a switch that stays down", async () => {
      for (const name of ["Collision shapes", "Server ghosts", "Sample points", "Interest"]) {
        const layer = overlay.button(name);
        await expect(layer).toHaveAttribute("aria-pressed", "false");
        await layer.click();
        await expect(layer).toHaveAttribute("aria-pressed", "true");
      }
      await expect(overlay.region).toContainText("no filter: 1 sent, 1 in view");
    });

    await test.step("session, room and log can be read and copied", async () => {
      const record = await overlay.unfold("Session and room");
      const { sessionId } = await ann.self();
      await expect(record).toContainText(sessionId);
      await expect(record).toContainText(code);
      await overlay.unfold("Client log");
      await overlay.button("Copy log").click();
      await expect(overlay.region).toContainText("Copied");
      const copied = await ann.page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toContain("approval → connected");
    });

    await expectAccessible(ann.page);
    expect(await findUnusableControls(overlay.region), "in the overlay").toEqual([]);
    await overlay.button("Move debug to the left").click();
    expect(await findUnusableControls(overlay.region), "on the other side").toEqual([]);
  });
});

/** Where the frame of the layer "Interest" passes on a phone, clear of everything else (CSS pixels). */
const ON_FRAME = { x: 14, y: 250 };
const PAPER = [255, 248, 236];

test("on a phone it is a sheet that leaves the upper half free, and folded a chip", async ({ visit }) => {
  const ann = await visit({
    name: "Ann",
    browser: { viewport: { width: 360, height: 640 }, deviceScaleFactor: 1, isMobile: true, hasTouch: true },
  });
  const overlay = new Overlay(ann);
  await ann.openRoom();
  await overlay.open();
  expect(await findUnusableControls(overlay.region), "unfolded").toEqual([]);
  const box = await overlay.region.boundingBox();
  expect(box?.y).toBeGreaterThan(320);

  await test.step("what it draws over the square is there, and goes again", async () => {
    expect(await colourAt(ann, ON_FRAME)).not.toEqual(PAPER);
    await overlay.button("Interest").click();
    await expect.poll(() => colourAt(ann, ON_FRAME)).toEqual(PAPER);
    await overlay.button("Interest").click();
    await expect.poll(() => colourAt(ann, ON_FRAME)).not.toEqual(PAPER);
  });
  await test.step("the banner says which network it is, in full", async () => {
    await overlay.button("Busy Wi-Fi").click();
    const name = overlay.banner.getByText("Simulated network: Busy Wi-Fi");
    await expect(name).toBeVisible();
    const isCut = await name.evaluate(
      ({ parentElement: line }) => line && line.scrollWidth > line.clientWidth,
    );
    expect(isCut).toBe(false);
    await overlay.button("Off").click();
  });
  await overlay.button("Collapse debug").click();
  expect(await findUnusableControls(ann.page.locator("body")), "folded").toEqual([]);
});

test("a simulated network is felt, and never without a banner that says so", async ({ visit }) => {
  const ann = await visit({ name: "Ann", link: "?net=200ms" });
  const overlay = new Overlay(ann);
  await expect(overlay.banner).toContainText("200 ms");
  await ann.openRoom();
  await overlay.open();
  await expect(overlay.button("200 ms")).toHaveAttribute("aria-pressed", "true");
  await expect.poll(() => overlay.value("Ping")).toBeGreaterThanOrEqual(180);

  await overlay.banner.getByRole("button", { name: "Turn off" }).click();
  await expect(overlay.banner).toBeHidden();
  await expect(overlay.button("Off")).toHaveAttribute("aria-pressed", "true");
  await expect.poll(() => overlay.value("Ping")).toBeLessThan(180);

  await overlay.button("Busy Wi-Fi").click();
  await expect(overlay.banner).toContainText("Busy Wi-Fi");
  await overlay.region.getByRole("slider", { name: "Round trip" }).press("End");
  await expect(overlay.banner).toContainText("Custom (600 ± 60 ms)");
});

test("a network that no preset names is ignored, and the banner says which there are", async ({ visit }) => {
  const ann = await visit({ name: "Ann", link: "?net=carrier-pigeon" });
  const { banner } = new Overlay(ann);
  const text = /no simulated network “carrier-pigeon”; there are: good, 4g/;
  await expect(banner).toContainText(text);
  expect((await ann.snapshot()).log).toContainEqual(expect.stringMatching(text));
  await banner.getByRole("button", { name: "Dismiss" }).click();
  await expect(banner).toBeHidden();
});

test("a dropped connection comes back, sooner when asked to", async ({ visit, wireTo, expectPageError }) => {
  expectPageError(NETWORK_IS_AWAY);
  const wire = await wireTo();
  const ann = await visit({ name: "Ann", at: wire });
  await ann.openRoom();
  const { sessionId } = await ann.self();
  const overlay = new Overlay(ann);
  await overlay.open();

  await overlay.button("Drop").click();
  await expect
    .poll(async () => (await ann.snapshot()).log)
    .toContainEqual(expect.stringContaining("connected → reconnecting"));
  await ann.arrive();
  expect((await ann.self()).sessionId).toBe(sessionId);

  wire.cut();
  await expect(ann.status).toContainText(/attempt [5-9]/);
  wire.mend();
  await overlay.button("Reconnect").click();
  await ann.arrive();
  expect((await ann.self()).sessionId).toBe(sessionId);
});

test("closed, it leaves nothing behind: no timer, and nothing between the game and its socket", async ({
  visit,
  browser,
}) => {
  const context = await browser.newContext();
  await context.addInitScript(watchCosts);
  const ann = await visit({ name: "Ann", context });
  await ann.openRoom();
  await ann.stroll();
  const closed = await costsOf(ann);

  const overlay = new Overlay(ann);
  await overlay.open();
  await ann.stroll();
  const open = await costsOf(ann);
  expect(open.timers).toBeGreaterThan(closed.timers);
  expect(open.callsToSend).toBeGreaterThan(closed.callsToSend);

  await overlay.button("Close debug").click();
  await expect(overlay.region).toBeHidden();
  await ann.stroll();
  expect(await costsOf(ann)).toEqual(closed);
  await context.close();
});

test("a plain production build has none of it", async ({ visit, serverWith }) => {
  const folder = await mkdtemp(join(tmpdir(), "tagalong-plain-"));
  try {
    const { DEBUG_OVERLAY: _, ...env } = process.env;
    const build = [VITE, "build", "--outDir", folder, "--emptyOutDir", "--logLevel", "error"];
    await promisify(execFile)(process.execPath, build, { cwd: CLIENT, env });
    const sources = await sourcesOf(folder);
    expect(sources.some((source) => source.endsWith("/src/main.tsx"))).toBe(true);
    // The game keeps its log for whoever asks for it in a report.
    expect(sources.filter((source) => /\/uplot\/|\/debug\/(?!ClientLog)/.test(source))).toEqual([]);

    const { url } = await serverWith({ CLIENT_DIST: folder });
    const ann = await visit({ at: { url }, isPlain: true });
    await expect(ann.play).toBeVisible();
    await ann.page.keyboard.press("F3");
    await expect(ann.play).toBeVisible();
    await expect(new Overlay(ann).region).toHaveCount(0);
    expect(await ann.page.evaluate(() => window.tagalong)).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Red, green and blue of one pixel of the page. */
async function colourAt({ page }: GamePage, place: { x: number; y: number }): Promise<number[]> {
  const picture = await page.screenshot({ clip: { ...place, width: 1, height: 1 } });
  return page.evaluate(
    async (bytes) => {
      const image = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
      const context = new OffscreenCanvas(1, 1).getContext("2d");
      context?.drawImage(image, 0, 0);
      return [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3);
    },
    [...picture],
  );
}

/** Every file that something in this build was made from. */
async function sourcesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const maps = names.filter((name) => name.endsWith(".map"));
  const texts = await Promise.all(maps.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) => (JSON.parse(text) as { sources: string[] }).sources);
}

interface Costs {
  /** Intervals that run. */
  timers: number;
  /** How deep in calls the newest inputs were when they reached the socket: a hook is one more. */
  callsToSend: number;
}

declare global {
  interface Window {
    costs?: { timers: Set<unknown>; depths: number[] };
  }
}

/** Runs in the page, before anything of its own. */
function watchCosts(): void {
  const INPUT = 19;
  const costs = { timers: new Set<unknown>(), depths: [] as number[] };
  window.costs = costs;
  Error.stackTraceLimit = 100;

  const { setInterval, clearInterval } = window;
  window.setInterval = ((handler: TimerHandler, ms?: number) => {
    const timer = setInterval(handler, ms);
    costs.timers.add(timer);
    return timer;
  }) as typeof setInterval;
  window.clearInterval = (timer) => {
    costs.timers.delete(timer);
    clearInterval(timer);
  };

  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    const isInput = data instanceof Uint8Array && ((data[0] ?? 0) & 0x1f) === INPUT;
    if (isInput) costs.depths.push(new Error().stack?.split("\n").length ?? 0);
    send.call(this, data);
  };
}

async function costsOf({ page }: GamePage): Promise<Costs> {
  return page.evaluate(() => {
    if (!window.costs) throw new Error("the page's costs are not watched");
    const { timers, depths } = window.costs;
    return { timers: timers.size, callsToSend: Math.min(...depths.slice(-10)) };
  });
}
