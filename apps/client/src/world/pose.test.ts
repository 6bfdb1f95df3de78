import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Facing, Motion } from "@tagalong/shared/world/movement.ts";
import { bodyFrame, hatFrame, isMirrored, type Side, type Step, sideOf, stepOf, waveFrame } from "./pose.ts";

const ART = new URL("../../public/art/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, ART), "utf8"));
const FACINGS = Object.values(Facing);
const STEPS: readonly Step[] = ["idle", "walk0", "walk1", "walk2", "walk3", "dash"];

describe("poses", () => {
  test("the western sides are the eastern ones mirrored", () => {
    expect(sideOf(Facing.NORTH_WEST)).toBe(sideOf(Facing.NORTH_EAST));
    expect(FACINGS.filter(isMirrored)).toEqual([Facing.SOUTH_WEST, Facing.WEST, Facing.NORTH_WEST]);
  });

  test("the walk turns with the ground covered, not with time", () => {
    const steps = [0, 15, 30, 45, 60].map((walked) => stepOf(Motion.WALK, walked, false));
    expect(steps).toEqual(["walk0", "walk1", "walk2", "walk3", "walk0"]);
  });

  test("who walks against a wall stands, who dashes dashes", () => {
    expect(stepOf(Motion.WALK, 20, true)).toBe("idle");
    expect(stepOf(Motion.DASH, 20, true)).toBe("dash");
    expect(stepOf(Motion.IDLE, 20, false)).toBe("idle");
  });

  test("every pose of every colour and hat is drawn, and every pose says where its hat sits", () => {
    const { frames } = read("characters.json");
    const { hatOffset } = read("characters.meta.json");
    for (let look = 0; look < 8; look++) {
      for (const side of FACINGS.map(sideOf)) {
        expect(frames).toHaveProperty([hatFrame(look, side)]);
        for (const step of STEPS) {
          expect(frames).toHaveProperty([bodyFrame(look, side, step)]);
          expect(hatOffset).toHaveProperty(
            [side satisfies Side, step],
            [expect.any(Number), expect.any(Number)],
          );
        }
      }
      expect(frames).toHaveProperty([waveFrame(look, 0)]);
      expect(frames).toHaveProperty([waveFrame(look, 1)]);
    }
  });

  test("a colour or hat that nobody drew is drawn as the first one", () => {
    expect(bodyFrame(99, "s", "idle")).toBe(bodyFrame(0, "s", "idle"));
    expect(hatFrame(-1, "s")).toBe(hatFrame(0, "s"));
  });
});
