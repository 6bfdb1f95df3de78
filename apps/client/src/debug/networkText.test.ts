import { expect, test } from "@jest/globals";
import { NETWORK_PRESETS } from "./networkPresets.ts";
import { CALM } from "./networkSimulator.ts";
import { networkText, unknownNetworkText } from "./networkText.ts";

test("conditions are said in words", () => {
  expect(networkText(CALM)).toBe("0 ms");
  expect(networkText({ latencyMs: 120, jitterMs: 30 })).toBe("120 ± 30 ms");
  expect(networkText(NETWORK_PRESETS.wifi)).toBe("0 to 90 ms");
});

test("what stalls, breaks or restarts says so", () => {
  expect(networkText(NETWORK_PRESETS.stall)).toMatch(/, stalls for 2 s every 6 s$/);
  expect(networkText(NETWORK_PRESETS.cut8s)).toMatch(/, cut for 8 s, once, after 2 s$/);
  expect(networkText(NETWORK_PRESETS.restart)).toMatch(/, a restart of 2 s, once, after 2 s$/);
});

test("who asks for a network that there is not is told which there are", () => {
  expect(unknownNetworkText("pigeon")).toMatch(/^There is no .* “pigeon”; there are: good, 4g, .*restart\.$/);
});
