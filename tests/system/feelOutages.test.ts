// Before everything that loads the SDK.
import "./support/localSocket.ts";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import {
  COURSE_TOLERANCE,
  INPUT_CREDIT_MAX,
  INPUTS_PER_TICK,
  INPUTS_UNDER_WAY_MAX,
  TICK_HZ,
  TICK_MS,
} from "@tagalong/shared/world/tuning.ts";
import { NETWORK_PRESETS } from "../../apps/client/src/debug/networkPresets.ts";
import type { PlazaRoom } from "../../apps/server/src/world/PlazaRoom.ts";
import { TestServer } from "../../apps/server/test/support/server.ts";
import { broken, corrections, FASTEST_WALK, otherSteps, pressDelays } from "./support/feel.ts";
import { acceptLocalSockets } from "./support/localSocket.ts";
import type { Frame, Screen } from "./support/Screen.ts";
import { type TwoPlayers, withTwoPlayers } from "./support/twoPlayers.ts";
import { createWalk, STAND, type Walk } from "./support/walk.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
  acceptLocalSockets(server);
});
afterAll(() => server.stop());

const SEED = 1;
const RATES = [30, 60, 144];
const WANDER = { legMs: [500, 1_500], restMs: [300, 1_000], resting: 0.2, dashing: 0.3 } as const;

function truthOf(room: PlazaRoom, { sessionId }: Screen) {
  const player = room.state.players.get(sessionId);
  if (!player) throw new Error("no such player");
  return player;
}

/** Who sees whom otherwise than the server has it. Oneself to the bit, others as closely as courses tell. */
function differences({ room, ann, bob }: TwoPlayers): object[] {
  return [ann, bob].flatMap((viewer) =>
    [ann, bob].flatMap((screen) => {
      const { x, y, name, presence, facing, motion } = truthOf(room, screen);
      const truth = { name, presence, facing, motion };
      const seen = viewer.net.players.get(screen.sessionId);
      if (!seen) return [{ by: viewer.name, truth }] as object[];
      const { isSelf } = seen;
      const off = Math.hypot(seen.x - x, seen.y - y);
      const isSame = Object.entries(truth).every(([key, value]) => Reflect.get(seen, key) === value);
      if (isSame && off <= (isSelf ? 0 : COURSE_TOLERANCE)) return [];
      return [{ by: viewer.name, truth: { ...truth, x, y }, seen: { ...seen }, off }];
    }),
  );
}

describe.each(RATES)("a stall of two seconds, at %i frames per second", (fps) => {
  const { stall, ...network } = NETWORK_PRESETS.stall;
  const where = { preset: "stall", fps };
  /** To and fro, with short rests. */
  const pace: Walk = (ms) =>
    ms % 1_000 < 700 ? { dx: Math.floor(ms / 1_000) % 2 === 0 ? 1 : -1, dy: 0, dash: 0 } : STAND;
  /** After each step of the room: how many of Ann's inputs it has used, and how far she has gone (u). */
  const steps: { at: number; used: number; gone: number }[] = [];
  let stalledAt = 0;
  let ann: readonly Frame[] = [];
  let bob: readonly Frame[] = [];
  let differencesAfter: object[] = [];

  beforeAll(async () => {
    await withTwoPlayers(server, { fps, network, seed: SEED }, async (players) => {
      const { time, room } = players;
      players.ann.network.change(NETWORK_PRESETS.stall);
      players.ann.walk(pace);
      stalledAt = time.now + stall.everyMs;
      let { x: lastX, y: lastY } = truthOf(room, players.ann);
      let gone = 0;
      const watch = setInterval(() => {
        const { x, y } = truthOf(room, players.ann);
        gone += Math.hypot(x - lastX, y - lastY);
        [lastX, lastY] = [x, y];
        const used = room.inputCounts(players.ann.sessionId)?.used ?? 0;
        steps.push({ at: time.now, used, gone });
      }, TICK_MS);
      await time.pass(stall.everyMs + stall.forMs + 3_000);
      clearInterval(watch);
      // Now Bob's: he sees nothing of Ann for two seconds, and then where she is.
      players.ann.network.change(network);
      players.bob.network.change(NETWORK_PRESETS.stall);
      await time.pass(stall.everyMs + stall.forMs + 1_000);
      players.ann.walk(() => STAND);
      await time.pass(1_000);
      differencesAfter = differences(players);
      ann = players.ann.frames;
      bob = players.bob.frames;
    });
  });

  test("corrects nothing before it begins", () => {
    const before = ann.filter(({ at }) => at < stalledAt);
    const corrected = broken(corrections(before, 0));
    expect({ ...where, corrected }).toEqual({ ...where, corrected: [] });
  });

  test("is not felt by one's own player: a key is seen as soon as ever", () => {
    const delays = pressDelays(ann, TICK_MS + Math.ceil(1_000 / fps));
    const within = delays.filter(({ at }) => at >= stalledAt && at < stalledAt + stall.forMs);
    expect(within.length).toBeGreaterThan(1);
    expect({ ...where, late: broken(within) }).toEqual({ ...where, late: [] });
  });

  test("brings nobody further, in any time, than they walk in it and the credit of inputs allows", () => {
    const tooMany: object[] = [];
    let mostInAdvance = 0;
    for (const [index, from] of steps.entries()) {
      for (const to of steps.slice(index + 1)) {
        const ticks = Math.ceil((to.at - from.at) / TICK_MS) + 1;
        const inputs = to.used - from.used;
        const distance = to.gone - from.gone;
        const most = ticks + INPUT_CREDIT_MAX;
        mostInAdvance = Math.max(mostInAdvance, inputs - ticks);
        if (inputs > most || distance > (most * FASTEST_WALK) / TICK_HZ) {
          tooMany.push({ from: from.at, to: to.at, ticks, inputs, distance });
        }
      }
    }
    expect({ ...where, tooMany: tooMany.slice(0, 5) }).toEqual({ ...where, tooMany: [] });
    // And the credit was used: the burst did come.
    expect(mostInAdvance).toBeGreaterThan(INPUT_CREDIT_MAX / 2);
  });

  test("lets others see the player catch up at double speed at the most, and never leap", () => {
    const leaps = broken(otherSteps(bob, INPUTS_PER_TICK));
    expect({ ...where, leaps }).toEqual({ ...where, leaps: [] });
  });

  test("of whoever watches makes the others' time jump once", () => {
    const snaps = bob.at(-1)?.snaps;
    expect({ ...where, snaps }).toEqual({ ...where, snaps: 1 });
  });

  test("leaves the same picture for everybody", () => {
    expect({ ...where, differencesAfter }).toEqual({ ...where, differencesAfter: [] });
  });
});

describe.each([2_500, 4_300, 4_700])(
  "a stall of %i ms, about as long as a connection is waited for",
  (forMs) => {
    test("is nobody's fault: whoever is held up stays, or comes back, and is not taken for a flood", async () => {
      const network = { latencyMs: 40, jitterMs: 0 };
      for (const phase of [0, 300, 600, 900]) {
        await withTwoPlayers(server, { fps: 60, network, seed: SEED }, async ({ time, ann }) => {
          await time.pass(1_000 + phase);
          ann.walk(() => ({ dx: 1, dy: 0, dash: 0 }));
          ann.network.change({ ...network, stall: { everyMs: 6_000, forMs } });
          await time.pass(6_000 + forMs + 1_500);
          const refusals = ann.tab.changes.flatMap(({ to }) =>
            to.name === "disconnected" ? [to.refusal] : [],
          );
          expect({ forMs, phase, refusals }).toEqual({ forMs, phase, refusals: [] });
          expect(ann.net.stats.pending).toBeLessThanOrEqual(INPUTS_UNDER_WAY_MAX);
        });
      }
    });
  },
);

describe.each([
  ["cut8s", "session/connection_lost", "the same"],
  // Whoever is told that the server restarts does not ask for a seat that cannot be there any more.
  ["restart", "session/server_restarting", "a new"],
] as const)("the network %s", (preset, reason, seat) => {
  describe.each(RATES)("at %i frames per second", (fps) => {
    const { cut, ...network } = NETWORK_PRESETS[preset];
    const where = { preset, fps };
    const seats = { before: "", after: "" };
    /** Why each try to come back was made. */
    let tries: Reason[] = [];
    let differencesAfter: object[] = [];
    let bob: readonly Frame[] = [];

    beforeAll(async () => {
      await withTwoPlayers(server, { fps, network, seed: SEED }, async (players) => {
        const { time, ann } = players;
        const random = createRandom(SEED);
        const totalMs = cut.afterMs + cut.forMs + 3_000;
        seats.before = ann.sessionId;
        ann.network.change(NETWORK_PRESETS[preset]);
        for (const screen of [ann, players.bob]) screen.walk(createWalk(random, { totalMs, ...WANDER }));
        await time.pass(totalMs + 2_000);
        seats.after = ann.sessionId;
        tries = ann.tab.changes.flatMap(({ to }) => (to.name === "reconnecting" ? [to.refusal.reason] : []));
        differencesAfter = differences(players);
        bob = players.bob.frames;
      });
    });

    test("is told for what it is, and then nothing can be reached", () => {
      const [first, ...others] = tries;
      expect({ ...where, first, others: [...new Set(others)] }).toEqual({
        ...where,
        first: reason,
        others: ["session/server_unreachable"],
      });
    });

    test(`leads back to ${seat} seat in the room`, () => {
      expect(seats.after).not.toBe("");
      expect({ ...where, isSame: seats.after === seats.before }).toEqual({
        ...where,
        isSame: seat === "the same",
      });
    });

    test("leaves the same picture for everybody", () => {
      expect({ ...where, differencesAfter }).toEqual({ ...where, differencesAfter: [] });
    });

    test("lets nobody leap for those who stayed", () => {
      const leaps = broken(otherSteps(bob));
      expect({ ...where, leaps }).toEqual({ ...where, leaps: [] });
    });
  });
});
