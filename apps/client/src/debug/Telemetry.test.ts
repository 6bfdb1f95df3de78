import { describe, expect, test } from "@jest/globals";
import type { NetStats } from "../world/net.ts";
import { type Gauges, KEPT_S, Telemetry } from "./Telemetry.ts";
import { createTraffic } from "./traffic.ts";

const CALM: NetStats = {
  pending: 0,
  correction: 0,
  corrections: 0,
  drift: 0,
  ping: 0,
  jitter: 0,
  tick: 0,
  buffered: 0,
  snaps: 0,
};

function gauges(more: Partial<Gauges> = {}): Gauges {
  return { frames: 0, longestFrameMs: 0, traffic: createTraffic(), stats: undefined, ...more };
}

describe("rates", () => {
  test("the first reading knows none yet", () => {
    const { fps, traffic } = new Telemetry().read(5_000, gauges({ frames: 900 }));
    expect(fps).toBe(0);
    expect(traffic).toEqual(createTraffic());
  });

  test("they are taken over the last second, whatever is read in between", () => {
    const telemetry = new Telemetry();
    const traffic = createTraffic();
    for (let ms = 0; ms <= 2_000; ms += 250) {
      // A hundred bytes at once, long ago; since then ten in every quarter of a second.
      traffic.down.patch += ms === 250 ? 100 : 10;
      traffic.up.input += 2;
      telemetry.read(ms, gauges({ frames: ms / 20, traffic }));
    }
    const { fps, traffic: rates } = telemetry.readings.at(-1) ?? {};
    expect(fps).toBeCloseTo(50);
    expect(rates?.down.patch).toBeCloseTo(40);
    expect(rates?.up.input).toBeCloseTo(8);
    expect(rates?.down.message).toBe(0);
  });

  test("a timer that comes late changes nothing about them", () => {
    const telemetry = new Telemetry();
    telemetry.read(0, gauges({ frames: 0 }));
    telemetry.read(250, gauges({ frames: 15 }));
    expect(telemetry.read(4_250, gauges({ frames: 255 })).fps).toBeCloseTo(60);
  });
});

describe("corrections", () => {
  const read = (telemetry: Telemetry, corrections: number, correction: number) =>
    telemetry.read(0, gauges({ stats: { ...CALM, corrections, correction } })).correction;

  test("one is shown in the reading after it, and not again", () => {
    const telemetry = new Telemetry();
    expect(read(telemetry, 0, 0)).toBe(0);
    expect(read(telemetry, 1, 3)).toBe(3);
    expect(read(telemetry, 1, 3)).toBe(0);
    expect(read(telemetry, 3, 2)).toBe(2);
  });

  test("another world counts from nothing", () => {
    const telemetry = new Telemetry();
    read(telemetry, 5, 1);
    expect(read(telemetry, 1, 4)).toBe(4);
    telemetry.read(0, gauges());
    expect(read(telemetry, 0, 0)).toBe(0);
  });
});

test("a reading is a copy, and is kept for as long as the graphs show it", () => {
  const telemetry = new Telemetry();
  const stats = { ...CALM, ping: 40 };
  telemetry.read(0, gauges({ stats }));
  stats.ping = 80;
  expect(telemetry.readings[0]?.net?.ping).toBe(40);
  telemetry.read(KEPT_S * 1000, gauges());
  expect(telemetry.readings).toHaveLength(2);
  telemetry.read(KEPT_S * 1000 + 1, gauges());
  expect(telemetry.readings).toHaveLength(2);
});
