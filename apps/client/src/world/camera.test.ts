import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { CameraRig, clampCentre, zoomFor } from "./camera.ts";

const MAP = { width: 2048, height: 1536 };
const MIDDLE = { x: 1024, y: 768 };

/** Centre of what is shown. */
function centreOf({ view }: CameraRig) {
  return { x: view.left + view.width / view.zoom / 2, y: view.top + view.height / view.zoom / 2 };
}

describe("zoom", () => {
  test("no window shows more of the map than the set maximum", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 320, max: 7680 }),
        fc.integer({ min: 320, max: 4320 }),
        (width, height) => {
          const zoom = zoomFor(width, height);
          expect(width / zoom).toBeLessThanOrEqual(1280.001);
          expect(height / zoom).toBeLessThanOrEqual(800.001);
        },
      ),
    );
  });

  test("figures on a phone stay large enough to tell apart", () => {
    expect(zoomFor(360, 640)).toBeGreaterThanOrEqual(0.8);
  });
});

describe("camera", () => {
  test("never looks beyond the map, and centres a map smaller than the window", () => {
    expect(clampCentre(0, 800, 2048)).toBe(400);
    expect(clampCentre(2048, 800, 2048)).toBe(1648);
    expect(clampCentre(1000, 800, 2048)).toBe(1000);
    expect(clampCentre(0, 3000, 2048)).toBe(1024);
  });

  test("shows the map's upper edge below what covers the view, and no more of what lies beyond", () => {
    const rig = new CameraRig(MAP, MIDDLE);
    rig.setScreen(800, 1200, 2, 130);
    rig.jumpTo({ x: 1024, y: 20 });
    const { top, zoom } = rig.view;
    expect(-top * zoom).toBeCloseTo(260, 0);
    rig.setScreen(800, 1200, 2);
    rig.jumpTo({ x: 1024, y: 20 });
    expect(rig.view.top).toBe(0);
    rig.setScreen(800, 1200, 2, 130);
    rig.jumpTo({ x: 1024, y: 1_536 });
    expect(rig.view.top + rig.view.height / rig.view.zoom).toBeCloseTo(MAP.height, 0);
  });

  test("takes the same way at 30 as at 144 frames per second", () => {
    const follow = (fps: number) => {
      const rig = new CameraRig(MAP, MIDDLE);
      rig.setScreen(1280, 720, 1);
      rig.jumpTo(MIDDLE);
      for (let frame = 0; frame < fps / 6; frame++) rig.follow({ x: 1200, y: 900 }, 1000 / fps);
      return centreOf(rig);
    };
    expect(follow(30).x).toBeCloseTo(follow(144).x, 0);
    expect(follow(30).y).toBeCloseTo(follow(144).y, 0);
  });

  test("comes to rest on whole pixels", () => {
    const rig = new CameraRig(MAP, MIDDLE);
    rig.setScreen(1281, 719, 1.5);
    for (let frame = 0; frame < 600; frame++) rig.follow({ x: 1000.13, y: 801.77 }, 16);
    const { left, top, zoom } = rig.view;
    expect(Math.abs(left * zoom - Math.round(left * zoom))).toBeLessThan(0.001);
    expect(Math.abs(top * zoom - Math.round(top * zoom))).toBeLessThan(0.001);
  });

  test("starts to wander from home", () => {
    const rig = new CameraRig(MAP, MIDDLE);
    rig.setScreen(1280, 720, 1);
    rig.rest();
    rig.drift(123_456, 16);
    expect(centreOf(rig).x).toBeCloseTo(MIDDLE.x, 1);
    for (let now = 123_456; now < 135_000; now += 16) rig.drift(now, 16);
    expect(Math.abs(centreOf(rig).x - MIDDLE.x)).toBeGreaterThan(20);
  });
});
