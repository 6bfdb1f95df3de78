import { expect, test } from "@jest/globals";
import { GRAPHS, totalOf } from "./graphs.ts";
import { Telemetry } from "./Telemetry.ts";
import { createTraffic } from "./traffic.ts";

const gauges = { frames: 0, longestFrameMs: 0, traffic: createTraffic(), stats: undefined };
const reading = new Telemetry().read(0, gauges);

test("no two graphs have one name", () => {
  const names = GRAPHS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test("without a room there is nothing to say of it, and no zero is made up", () => {
  const ofRooms = GRAPHS.filter(({ lines }) => lines.every((line) => line.read(reading) === null));
  expect(ofRooms.map(({ name }) => name)).toEqual([
    "Ping",
    "Jitter",
    "Pending inputs",
    "Corrections",
    "Interpolation buffer",
  ]);
  expect(ofRooms.map((graph) => graph.now(reading))).toEqual(ofRooms.map(() => "–"));
});

test("the parts of a graph and its number in words are of one whole", () => {
  const traffic = { down: { patch: 900, message: 80, input: 0, heartbeat: 20 }, up: createTraffic().up };
  const down = GRAPHS.find(({ name }) => name === "Down");
  if (!down) throw new Error("no graph of what comes down");
  expect(totalOf(down, { ...reading, traffic })).toBe(1000);
  expect(down.now({ ...reading, traffic })).toBe("1.00 kB/s");
});
