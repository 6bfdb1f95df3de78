// Before everything that loads the SDK.
import "./support/localSocket.ts";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { isInsideWall, type MoveControls } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import {
  COURSE_TOLERANCE,
  DASH_SPEED,
  INPUT_CREDIT_MAX,
  INTERPOLATION_DELAY_MS,
  TICK_HZ,
  TICK_MS,
} from "@tagalong/shared/world/tuning.ts";
import { NetworkSimulator } from "../../apps/client/src/debug/networkSimulator.ts";
import { WorldNet } from "../../apps/client/src/world/net.ts";
import type { PlazaRoom } from "../../apps/server/src/world/PlazaRoom.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { TestServer } from "../../apps/server/test/support/server.ts";
import { Tab } from "./support/client.ts";
import { acceptLocalSockets } from "./support/localSocket.ts";
import { VirtualTime } from "./support/virtualTime.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
  acceptLocalSockets(server);
});
afterAll(() => server.stop());

const STILL: MoveControls = { dx: 0, dy: 0, dash: 0 };

/** A walk that leaves no kind of wall out: into a corner and along it, back out, in circles, with dashes. */
const WALK: readonly MoveControls[] = [
  { dx: -1, dy: -1, dash: 0 },
  { dx: -1, dy: 0, dash: 1 },
  { dx: 0, dy: -1, dash: 0 },
  { dx: 1, dy: 0, dash: 0 },
  { dx: 1, dy: 1, dash: 1 },
  { dx: 0, dy: 1, dash: 0 },
  { dx: -1, dy: 1, dash: 0 },
  { dx: -1, dy: -1, dash: 1 },
];
const TURN_MS = 350;

/** One screen: draws so often a second, and remembers what it showed. */
class Screen {
  readonly tab: Tab;
  readonly net: WorldNet;
  readonly fps: number;
  controls: (ms: number) => MoveControls = () => STILL;
  /** The largest disagreement that was ever corrected, and the largest running average (u). */
  correction = 0;
  drift = 0;
  /** Frames in which the player pushed and did not move. */
  blocked = 0;
  /** How far from the map's corner it ever was (u). */
  farthest = 0;
  /** Called after each frame. */
  onFrame: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #startedAt = performance.now();
  #next = performance.now();
  #last = { x: 0, y: 0 };

  constructor(tab: Tab, net: WorldNet, fps: number) {
    this.tab = tab;
    this.net = net;
    this.fps = fps;
    this.#draw();
  }

  get self() {
    const { self } = this.net;
    if (!self) throw new Error("no player of our own yet");
    return self;
  }

  /** Hold these controls from now on, as a function of the time since now. */
  play(controls: (ms: number) => MoveControls): void {
    this.#startedAt = performance.now();
    this.controls = controls;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.net.dispose();
  }

  #draw(): void {
    const now = performance.now();
    const controls = this.controls(now - this.#startedAt);
    this.net.frame(now, controls);
    const { self, stats } = this.net;
    if (self) {
      const pushes = controls.dx !== 0 || controls.dy !== 0;
      if (pushes && self.x === this.#last.x && self.y === this.#last.y) this.blocked += 1;
      this.#last = { x: self.x, y: self.y };
      this.farthest = Math.max(this.farthest, Math.hypot(self.x, self.y));
    }
    this.correction = Math.max(this.correction, stats.correction);
    this.drift = Math.max(this.drift, stats.drift);
    this.onFrame?.();
    this.#next = Math.max(this.#next + 1_000 / this.fps, now);
    this.#timer = setTimeout(() => this.#draw(), this.#next - now);
  }
}

const screens: Screen[] = [];

/** Play in a time of its own: a machine that is busy draws no frame late, and uses no input late. */
function inVirtualTime(play: () => Promise<void>): () => Promise<void> {
  return async () => {
    const time = new VirtualTime();
    try {
      await time.until(play(), 60_000);
      for (const screen of screens.splice(0)) {
        screen.stop();
        await time.until(screen.tab.connection.leave());
      }
    } finally {
      for (const screen of screens.splice(0)) screen.stop();
      time.end();
    }
  };
}

interface Link {
  latencyMs: number;
  jitterMs: number;
}

async function openScreen(code: string, name: string, fps: number, link?: Link): Promise<Screen> {
  const tab = new Tab(server.endpoint);
  const simulator = new NetworkSimulator({ random: createRandom(fps) });
  simulator.install(tab.connection);
  if (link) simulator.change(link);
  let net: WorldNet | undefined;
  tab.connection.onRoom((room) => {
    net = new WorldNet(room);
  });
  await tab.enter(code, name);
  if (!net) throw new Error("there was no room");
  const screen = new Screen(tab, net, fps);
  screens.push(screen);
  await eventually(() => screen.net.self);
  return screen;
}

/** The room and three screens in it, each at its own rate. */
async function openScreens(link?: Link): Promise<{ room: PlazaRoom; all: Screen[] }> {
  const { code, roomId } = await server.openRoom();
  const rates: [string, number][] = [
    ["Ann", 30],
    ["Bob", 60],
    ["Cleo", 144],
  ];
  const all = await Promise.all(rates.map(([name, fps]) => openScreen(code, name, fps, link)));
  return { room: server.plaza(roomId), all };
}

function truth(room: PlazaRoom, { tab }: Screen) {
  const player = room.state.players.get(tab.room.sessionId);
  if (!player) throw new Error("no such player");
  return player;
}

/** A free place near the corner of the map, so that every walk meets walls. */
function nearCorner(): { x: number; y: number } {
  for (let at = 24; at < 400; at += 8) if (!isInsideWall(at, at, PLAZA_MAP)) return { x: at, y: at };
  throw new Error("no free place near the corner");
}

/** Put a player somewhere, as a room with teleports would, and wait until their screen knows. */
async function teleport(room: PlazaRoom, screen: Screen, { x, y }: { x: number; y: number }): Promise<void> {
  Object.assign(truth(room, screen), { x, y });
  await eventually(() => screen.self.serverX === x && screen.self.serverY === y);
  await eventually(() => screen.self.x === x && screen.self.y === y);
}

/** Nothing is under way any more: what is drawn is what is true. */
async function settle(room: PlazaRoom, screen: Screen): Promise<void> {
  screen.play(() => STILL);
  await eventually(() => {
    const { x, y } = truth(room, screen);
    const { self } = screen;
    return self.serverX === x && self.serverY === y && self.x === x && self.y === y;
  });
}

describe.each<[string, Link | undefined]>([
  ["on a good link", undefined],
  ["at 150 ± 30 ms", { latencyMs: 150, jitterMs: 30 }],
])("%s", (_how, link) => {
  test(
    "a walk into walls and corners, with dashes, is predicted exactly at every frame rate",
    inVirtualTime(async () => {
      const { room, all } = await openScreens(link);
      const corner = nearCorner();
      for (const screen of all) {
        await teleport(room, screen, corner);
        // The teleport itself was one correction; the ones after it count.
        await eventually(() => screen.net.stats.correction === 0);
      }
      for (const screen of all) {
        screen.correction = 0;
        screen.drift = 0;
        screen.blocked = 0;
        screen.farthest = 0;
        screen.play((ms) => WALK[Math.floor(ms / TURN_MS) % WALK.length] ?? STILL);
      }
      const walked = room.clock.elapsedTime;
      await eventually(() => room.clock.elapsedTime - walked > WALK.length * TURN_MS);
      for (const screen of all) await settle(room, screen);
      for (const screen of all) {
        const { fps, correction, drift } = screen;
        expect({ fps, correction, drift }).toEqual({ fps, correction: 0, drift: 0 });
        expect(screen.blocked).toBeGreaterThan(0);
        const counts = room.inputCounts(screen.tab.room.sessionId);
        expect({ fps, ...counts }).toMatchObject({ fps, dropped: 0, refused: 0 });
        // Everybody really went somewhere.
        expect(screen.farthest).toBeGreaterThan(100);
      }
      // All that the others see comes to rest at the same place.
      for (const viewer of all) {
        for (const screen of all) {
          const { x, y } = truth(room, screen);
          await eventually(() => {
            const drawn = viewer.net.players.get(screen.tab.room.sessionId);
            return drawn && Math.hypot(drawn.x - x, drawn.y - y) <= COURSE_TOLERANCE;
          });
        }
      }
    }),
  );
});

describe("a teleport", () => {
  test(
    "is drawn at once, for oneself and for others, and never as a slide",
    inVirtualTime(async () => {
      const { room, all } = await openScreens();
      const [ann, bob] = all as [Screen, Screen, Screen];
      const from = { x: truth(room, ann).x, y: truth(room, ann).y };
      const to = nearCorner();
      const drawn: { x: number; y: number }[] = [];
      const { sessionId } = ann.tab.room;
      const watch = (screen: Screen) => () => {
        const player = screen.net.players.get(sessionId);
        if (player) drawn.push({ x: player.x, y: player.y });
      };
      await settle(room, ann);
      ann.onFrame = watch(ann);
      bob.onFrame = watch(bob);
      await teleport(room, ann, to);
      await eventually(() => bob.net.players.get(sessionId)?.x === to.x);
      const between = drawn.filter(({ x, y }) =>
        [from, to].every((place) => Math.hypot(x - place.x, y - place.y) > 0.01),
      );
      expect(Math.hypot(from.x - to.x, from.y - to.y)).toBeGreaterThan(200);
      expect(between).toEqual([]);
    }),
  );
});

describe("a hidden tab", () => {
  test(
    "sends nothing, and comes back without a burst or a jump",
    inVirtualTime(async () => {
      const { room, all } = await openScreens();
      const [ann] = all as [Screen];
      const { sessionId } = ann.tab.room;
      await settle(room, ann);
      const used = () => room.inputCounts(sessionId)?.used ?? 0;
      ann.net.paused = true;
      await eventually(() => ann.net.stats.pending === 0);
      const before = used();
      const hidden = room.clock.elapsedTime;
      ann.play(() => ({ dx: 0, dy: 1, dash: 0 }));
      await eventually(() => room.clock.elapsedTime - hidden > 1_000);
      expect(used()).toBe(before);
      const { x, y } = truth(room, ann);
      expect({ x: ann.self.x, y: ann.self.y }).toEqual({ x, y });

      ann.correction = 0;
      ann.net.paused = false;
      const back = room.clock.elapsedTime;
      await eventually(() => room.clock.elapsedTime - back > 300);
      const ticks = (room.clock.elapsedTime - back) / TICK_MS;
      // One input per tick since it came back: the saved-up credit buys no speed.
      expect(used() - before).toBeLessThanOrEqual(Math.ceil(ticks) + 3);
      expect(used() - before).toBeLessThan(INPUT_CREDIT_MAX * 2);
      await settle(room, ann);
      expect(ann.correction).toBe(0);
    }),
  );
});

test(
  "others are drawn where they were, a little in the past, and never further than they went",
  inVirtualTime(async () => {
    const { room, all } = await openScreens({ latencyMs: 80, jitterMs: 20 });
    const [ann, bob] = all as [Screen, Screen];
    const { sessionId } = ann.tab.room;
    const past: { at: number; x: number; y: number }[] = [];
    ann.play((ms) => WALK[Math.floor(ms / 200) % WALK.length] ?? STILL);
    let worst = 0;
    bob.onFrame = () => {
      const { x, y } = truth(room, ann);
      past.push({ at: performance.now(), x, y });
      const drawn = bob.net.players.get(sessionId);
      if (!drawn || past.length < 60) return;
      // Somewhere on the way of the last half second.
      const near = past.filter(({ at }) => performance.now() - at < INTERPOLATION_DELAY_MS + 400);
      worst = Math.max(worst, Math.min(...near.map((was) => Math.hypot(was.x - drawn.x, was.y - drawn.y))));
    };
    const begin = room.clock.elapsedTime;
    await eventually(() => room.clock.elapsedTime - begin > 2_500);
    // From one sample of the true way to the next it is two dash steps at the most.
    expect(worst).toBeLessThan((2 * DASH_SPEED) / TICK_HZ);
  }),
);
