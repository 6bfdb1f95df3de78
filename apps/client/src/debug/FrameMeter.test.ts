import { expect, test } from "@jest/globals";
import { FrameMeter } from "./FrameMeter.ts";

test("pictures are counted, and the longest wait for one is told once", () => {
  const meter = new FrameMeter();
  for (const now of [100, 116, 150, 166]) meter.mark(now);
  expect(meter.count).toBe(4);
  expect(meter.takeLongestMs(170)).toBe(34);
  expect(meter.takeLongestMs(172)).toBe(6);
});

test("a wait that goes on counts already", () => {
  const meter = new FrameMeter();
  expect(meter.takeLongestMs(50)).toBe(0);
  meter.mark(100);
  expect(meter.takeLongestMs(900)).toBe(800);
  meter.mark(1_000);
  expect(meter.takeLongestMs(1_010)).toBe(900);
});
