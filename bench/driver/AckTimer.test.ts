import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { AckTimer } from "./AckTimer.ts";

let now = 0;
let acks: AckTimer;
beforeEach(() => {
  now = 0;
  acks = new AckTimer();
  jest.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** One input each 10 ms. */
function send(from: number, to: number): void {
  for (let tick = from; tick <= to; tick++) {
    acks.sent(tick);
    now += 10;
  }
}

test("each input counts once, whether its own acknowledgement came or a later one", () => {
  send(1, 3);
  acks.acknowledged(1);
  acks.acknowledged(3);
  acks.acknowledged(3);
  acks.acknowledged(2);
  expect(acks.delays).toEqual([30, 20, 10]);
});

test("the low byte of a number is enough", () => {
  send(1, 255);
  acks.acknowledgedLowByte(255);
  acks.delays = [];
  send(256, 258);
  acks.acknowledgedLowByte(2);
  expect(acks.delays).toEqual([30, 20, 10]);
});
