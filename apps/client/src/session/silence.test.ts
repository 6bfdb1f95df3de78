import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { watchSilence } from "./silence.ts";

/** A room whose other end answers pings, until it is dead. */
class QuietRoom {
  isDead = false;
  pings = 0;
  closed: number | undefined;
  readonly leaves: (() => void)[] = [];
  readonly onLeave = Object.assign((listener: () => void) => this.leaves.push(listener), {}) as never;
  readonly connection = {
    events: {} as { onmessage?: (event: MessageEvent) => void },
    close: (code?: number) => {
      this.closed = code;
      for (const leave of this.leaves) leave();
    },
  };

  ping(): void {
    this.pings += 1;
    if (!this.isDead) setTimeout(() => this.hear(), 50);
  }

  hear(): void {
    this.connection.events.onmessage?.(new MessageEvent("message"));
  }
}

let task: AbortController;
beforeEach(() => {
  jest.useFakeTimers();
  task = new AbortController();
});
afterEach(() => {
  task.abort();
  jest.useRealTimers();
});

test("a room that should speak all the time is cut once it has not for a while", () => {
  const room = new QuietRoom();
  const seen: number[] = [];
  watchSilence(room, { signal: task.signal, onWatch: (lastFrameAt) => void seen.push(lastFrameAt) });
  const speech = setInterval(() => room.hear(), 33);
  jest.advanceTimersByTime(60_000);
  expect({ closed: room.closed, pings: room.pings }).toEqual({ closed: undefined, pings: 0 });
  clearInterval(speech);
  const last = Date.now();
  jest.advanceTimersByTime(6_000);
  expect({ closed: room.closed, pings: room.pings }).toEqual({ closed: 4010, pings: 0 });
  expect(last - (seen.at(-1) ?? 0)).toBeLessThan(33);
});

test("a room that has nothing to say is asked now and then, and stays", () => {
  const room = new QuietRoom();
  watchSilence(room, { signal: task.signal, asks: true });
  jest.advanceTimersByTime(60_000);
  expect(room.closed).toBeUndefined();
  expect(room.pings).toBeGreaterThan(8);
  expect(room.pings).toBeLessThan(16);
});

test("a room that does not answer is cut", () => {
  const room = new QuietRoom();
  watchSilence(room, { signal: task.signal, asks: true });
  jest.advanceTimersByTime(30_000);
  room.isDead = true;
  jest.advanceTimersByTime(11_000);
  expect(room.closed).toBe(4010);
  const { pings } = room;
  jest.advanceTimersByTime(60_000);
  expect(room.pings).toBe(pings);
});

test("a hidden tab whose timers come a minute apart loses no room that answers, and notices one that does not", () => {
  const room = new QuietRoom();
  const every = jest.spyOn(globalThis, "setInterval");
  watchSilence(room, { signal: task.signal, asks: true });
  const look = every.mock.calls[0]?.[0] as () => void;
  every.mockRestore();
  // The clock alone goes on: what was under way arrives, and the watch is not run.
  const sleepAMinute = () => {
    jest.runOnlyPendingTimers();
    jest.setSystemTime(Date.now() + 60_000);
    look();
  };
  for (let minute = 0; minute < 5; minute++) sleepAMinute();
  expect(room.closed).toBeUndefined();
  room.isDead = true;
  sleepAMinute();
  sleepAMinute();
  expect(room.closed).toBe(4010);
});

test("nobody watches a room that was given up", () => {
  const room = new QuietRoom();
  watchSilence(room, { signal: task.signal });
  task.abort();
  jest.advanceTimersByTime(60_000);
  expect(room.closed).toBeUndefined();
});
