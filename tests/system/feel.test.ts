// Before everything that loads the SDK.
import "./support/localSocket.ts";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { NETWORK_PRESETS, type NetworkPresetName } from "../../apps/client/src/debug/networkPresets.ts";
import { TestServer } from "../../apps/server/test/support/server.ts";
import { broken, corrections, otherSteps, percentile, pressDelays } from "./support/feel.ts";
import { acceptLocalSockets } from "./support/localSocket.ts";
import type { Frame } from "./support/Screen.ts";
import { withTwoPlayers } from "./support/twoPlayers.ts";
import { createWalk, STAND } from "./support/walk.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
  acceptLocalSockets(server);
});
afterAll(() => server.stop());

const SEEDS = [1, 2] as const;
const STROLL = {
  totalMs: 6_000,
  legMs: [200, 500],
  restMs: [200, 400],
  resting: 0.7,
  dashing: 0.3,
} as const;
const WANDER = {
  totalMs: 8_000,
  legMs: [500, 1_500],
  restMs: [300, 1_000],
  resting: 0.2,
  dashing: 0.3,
} as const;

interface Run {
  readonly seed: number;
  readonly ann: readonly Frame[];
  readonly bob: readonly Frame[];
  /** When Bob begins to walk too (ms). */
  readonly togetherAt: number;
}

/** Ann strolls while Bob watches; then both wander about. */
function play(preset: NetworkPresetName, fps: number, seed: number): Promise<Run> {
  const setting = { fps, network: NETWORK_PRESETS[preset], seed };
  return withTwoPlayers(server, setting, async ({ time, ann, bob }) => {
    const random = createRandom(seed);
    ann.walk(createWalk(random, STROLL));
    await time.pass(STROLL.totalMs);
    const togetherAt = time.now;
    ann.walk(createWalk(random, WANDER));
    bob.walk(createWalk(random, WANDER));
    await time.pass(WANDER.totalMs);
    for (const screen of [ann, bob]) screen.walk(() => STAND);
    await time.pass(1_000);
    return { seed, ann: ann.frames, bob: bob.frames, togetherAt };
  });
}

describe.each(["good", "4g", "wifi", "200ms"] as const)("on the network %s", (preset) => {
  describe.each([30, 60, 144])("at %i frames per second", (fps) => {
    const runs: Run[] = [];
    beforeAll(async () => {
      for (const seed of SEEDS) runs.push(await play(preset, fps, seed));
    });

    // The latency has no part in it: the input is predicted with a step that is made at once.
    test("a key is seen in the very frame in which it goes down", () => {
      for (const { seed, ann } of runs) {
        const delays = pressDelays(ann, 0);
        expect(delays.length).toBeGreaterThan(4);
        expect({ preset, fps, seed, late: broken(delays) }).toEqual({ preset, fps, seed, late: [] });
      }
    });

    test("nothing is ever corrected while nobody else acts", () => {
      for (const { seed, ann, togetherAt } of runs) {
        const alone = ann.filter(({ at }) => at < togetherAt);
        const corrected = broken(corrections(alone, 0));
        expect({ preset, fps, seed, corrected }).toEqual({ preset, fps, seed, corrected: [] });
      }
    });

    test("with others about, 99 corrections in 100 are no longer than 1 px", () => {
      for (const { seed, ann, bob } of runs) {
        for (const frames of [ann, bob]) {
          const all = corrections(frames, 1);
          const large = percentile(all, 0.99) > 1 ? broken(all) : [];
          expect({ preset, fps, seed, large }).toEqual({ preset, fps, seed, large: [] });
        }
      }
    });

    test("nobody is drawn further on in a frame than they walk in its time, and 1 px", () => {
      for (const { seed, ann, bob } of runs) {
        for (const frames of [ann, bob]) {
          const steps = otherSteps(frames);
          const leaps = broken(steps);
          expect(steps.filter(({ value }) => value > 0).length).toBeGreaterThan(steps.length / 4);
          expect({ preset, fps, seed, leaps }).toEqual({ preset, fps, seed, leaps: [] });
        }
      }
    });

    test("the others' time never jumps", () => {
      for (const { seed, ann, bob } of runs) {
        const snaps = [ann.at(-1)?.snaps, bob.at(-1)?.snaps];
        expect({ preset, fps, seed, snaps }).toEqual({ preset, fps, seed, snaps: [0, 0] });
      }
    });
  });
});

test("the same seed gives the same frames, to the last bit, and another seed gives others", async () => {
  const first = await play("4g", 60, 1);
  expect(await play("4g", 60, 1)).toEqual(first);
  expect((await play("4g", 60, 2)).ann).not.toEqual(first.ann);
});
