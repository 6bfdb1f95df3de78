import { describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { type SimulatedRoom, type SimulatorClock, simulateNetwork } from "./networkSimulator.ts";

/** Time that stands still until told to pass. Runs what is due in order. */
class TestClock implements SimulatorClock {
  #now = 0;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  schedule(run: () => void, ms: number): void {
    this.#timers.push({ at: this.#now + ms, run });
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      this.#timers.sort((a, b) => a.at - b.at);
      const next = this.#timers[0];
      if (!next || next.at > end) break;
      this.#timers.shift();
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }
}

function createRoom() {
  const sent: number[] = [];
  const received: unknown[] = [];
  let isOpen = true;
  const room: SimulatedRoom = {
    connection: {
      send: (data) => void sent.push(data[0] ?? -1),
      get isOpen() {
        return isOpen;
      },
      events: {
        onmessage: (event) => void received.push(event.data),
        onclose: (event) => void received.push(`closed ${event.code}`),
      },
    },
  };
  const arrive = (data: unknown) => room.connection.events.onmessage?.({ data } as MessageEvent);
  const close = (code: number) => room.connection.events.onclose?.({ code } as CloseEvent);
  return {
    room,
    sent,
    received,
    arrive,
    close,
    cut: () => {
      isOpen = false;
    },
  };
}

describe("network simulator", () => {
  test("half of the round trip is spent on each way", () => {
    const clock = new TestClock();
    const { room, sent, received, arrive } = createRoom();
    simulateNetwork(room, { latencyMs: 200, jitterMs: 0, clock });
    room.connection.send(new Uint8Array([1]));
    arrive("a");
    clock.advance(99);
    expect([sent, received]).toEqual([[], []]);
    clock.advance(1);
    expect([sent, received]).toEqual([[1], ["a"]]);
  });

  test("jitter never changes the order, in either direction, whatever the seed", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const clock = new TestClock();
      const { room, sent, received, arrive } = createRoom();
      simulateNetwork(room, { latencyMs: 100, jitterMs: 100, clock, random: createRandom(seed) });
      const order = Array.from({ length: 40 }, (_, i) => i);
      for (const i of order) {
        room.connection.send(new Uint8Array([i]));
        arrive(i);
        clock.advance(i % 7);
      }
      clock.advance(1000);
      expect({ seed, sent }).toEqual({ seed, sent: order });
      expect({ seed, received }).toEqual({ seed, received: order });
    }
  });

  test("a frame is copied: the SDK writes the next one into the same buffer", () => {
    const clock = new TestClock();
    const { room, sent } = createRoom();
    simulateNetwork(room, { latencyMs: 100, jitterMs: 0, clock });
    const buffer = new Uint8Array([1]);
    room.connection.send(buffer);
    buffer[0] = 2;
    room.connection.send(buffer);
    clock.advance(50);
    expect(sent).toEqual([1, 2]);
  });

  test("the close comes after the frames that were sent before it", () => {
    const clock = new TestClock();
    const { room, received, arrive, close } = createRoom();
    simulateNetwork(room, { latencyMs: 100, jitterMs: 0, clock });
    arrive("last words");
    close(4147);
    clock.advance(50);
    expect(received).toEqual(["last words", "closed 4147"]);
  });

  test("a frame on its way out when the socket closes is lost", () => {
    const clock = new TestClock();
    const { room, sent, cut } = createRoom();
    simulateNetwork(room, { latencyMs: 100, jitterMs: 0, clock });
    room.connection.send(new Uint8Array([1]));
    cut();
    clock.advance(50);
    expect(sent).toEqual([]);
  });

  test("after a stop nothing overtakes what is still on its way, then all passes at once", () => {
    const clock = new TestClock();
    const { room, received, arrive } = createRoom();
    const simulator = simulateNetwork(room, { latencyMs: 100, jitterMs: 0, clock });
    arrive("slow");
    simulator.stop();
    arrive("fast");
    expect(received).toEqual([]);
    clock.advance(50);
    expect(received).toEqual(["slow", "fast"]);
    arrive("direct");
    expect(received).toEqual(["slow", "fast", "direct"]);
  });

  test("a change takes effect from the next frame on", () => {
    const clock = new TestClock();
    const { room, received, arrive } = createRoom();
    const simulator = simulateNetwork(room, { latencyMs: 0, jitterMs: 0, clock });
    arrive("at once");
    expect(received).toEqual(["at once"]);
    simulator.change({ latencyMs: 60, jitterMs: 0 });
    arrive("later");
    expect(received).toHaveLength(1);
    clock.advance(30);
    expect(received).toHaveLength(2);
  });
});
