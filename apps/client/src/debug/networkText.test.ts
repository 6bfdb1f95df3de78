import { expect, test } from "@jest/globals";
import { NETWORK_PRESETS } from "./networkPresets.ts";
import { CALM } from "./networkSimulator.ts";
import { networkText } from "./networkText.ts";

test("conditions are said in words", () => {
  expect(networkText(CALM)).toBe("0 ms");
  expect(networkText({ latencyMs: 120, jitterMs: 30 })).toBe("120 ± 30 ms");
});

test("what stalls, breaks or restarts says so", () => {
  expect(networkText(NETWORK_PRESETS.stall)).toMatch(/, stalls for 2 s every 6 s$/);
  expect(networkText(NETWORK_PRESETS.cut8s)).toMatch(/, cut for 8 s, once, after 2 s$/);
  expect(networkText(NETWORK_PRESETS.restart)).toMatch(/, a restart of 2 s, once, after 2 s$/);
});
