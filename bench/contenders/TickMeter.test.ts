import { beforeEach, expect, test } from "@jest/globals";
import { TickMeter } from "./TickMeter.ts";

let now = 0;
let meter: TickMeter;
beforeEach(() => {
  now = 0;
  meter = new TickMeter(() => now);
});
const takes = (ms: number) => () => {
  now += ms;
};

test("a tick is a step and the broadcasts until the next step", () => {
  meter.step(takes(2));
  now += 100;
  meter.broadcast(takes(3));
  meter.step(takes(4));
  meter.step(takes(1));
  expect(meter.ticks).toEqual([5, 4]);
});

test("a broadcast inside the step is not counted twice", () => {
  meter.step(() => {
    now += 2;
    meter.broadcast(takes(3));
  });
  meter.step(takes(0));
  expect(meter.ticks).toEqual([5]);
});

test("a restart forgets what went before, the tick under way included", () => {
  meter.step(takes(50));
  meter.restart();
  meter.broadcast(takes(50));
  meter.step(takes(1));
  meter.step(takes(1));
  expect(meter.ticks).toEqual([1]);
});
