import { describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { refusalOfClose } from "@tagalong/shared/session/reasons.ts";
import { NETWORK_PRESETS, type NetworkPreset } from "./networkPresets.ts";
import {
  CALM,
  type NetworkConditions,
  NetworkSimulator,
  type SimulatedRoom,
  type SimulatedSocket,
  type SimulatorClock,
} from "./networkSimulator.ts";

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

  get pending(): number {
    return this.#timers.length;
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

/** A room with a socket that keeps what is sent, and tells the room what a test lets arrive. */
class TestRoom implements SimulatedRoom {
  readonly sent: number[] = [];
  readonly received: unknown[] = [];
  readonly closedWith: number[] = [];
  readonly socket: SimulatedSocket & { readyState: number } = {
    readyState: 1,
    send: (data) => void this.sent.push(data[0] ?? -1),
    close: (code = 1000) => {
      this.socket.readyState = 3;
      this.closedWith.push(code);
    },
    onmessage: (event) => void this.received.push(event.data),
    onclose: ({ code, reason }) => void this.received.push(refusalOfClose(code, reason).reason),
  };
  readonly connection = { transport: { ws: this.socket } };

  send(byte: number): void {
    this.socket.send(new Uint8Array([byte]));
  }

  arrive(data: unknown): void {
    this.socket.onmessage?.({ data } as MessageEvent);
  }

  /** The server ends it. */
  end(code: number): void {
    this.socket.readyState = 3;
    this.socket.onclose?.({ code, reason: "" });
  }
}

/** A clock, a room, and a network between them. */
function simulate(conditions: NetworkConditions, seed = 1) {
  const clock = new TestClock();
  const simulator = new NetworkSimulator({ clock, random: createRandom(seed) });
  simulator.change(conditions);
  const room = new TestRoom();
  simulator.attach(room);
  return { clock, simulator, room };
}

describe("latency and jitter", () => {
  test("half of the round trip is spent on each way", () => {
    const { clock, room } = simulate({ latencyMs: 200, jitterMs: 0 });
    room.send(1);
    room.arrive("a");
    clock.advance(99);
    expect([room.sent, room.received]).toEqual([[], []]);
    clock.advance(1);
    expect([room.sent, room.received]).toEqual([[1], ["a"]]);
  });

  test("jitter never changes the order, in either direction, whatever the seed", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { clock, room } = simulate({ latencyMs: 100, jitterMs: 100 }, seed);
      const order = Array.from({ length: 40 }, (_, i) => i);
      for (const i of order) {
        room.send(i);
        room.arrive(i);
        clock.advance(i % 7);
      }
      clock.advance(1000);
      expect({ seed, sent: room.sent }).toEqual({ seed, sent: order });
      expect({ seed, received: room.received }).toEqual({ seed, received: order });
    }
  });

  test("however much is on its way, one timer in each direction waits for it", () => {
    const { clock, room } = simulate({ latencyMs: 200, jitterMs: 50 });
    for (let i = 0; i < 500; i++) {
      room.send(i);
      room.arrive(i);
      clock.advance(7.5);
      expect(clock.pending).toBeLessThanOrEqual(2);
    }
  });

  test("a frame is copied: the SDK writes the next one into the same buffer", () => {
    const { clock, room } = simulate({ latencyMs: 100, jitterMs: 0 });
    const buffer = new Uint8Array([1]);
    room.socket.send(buffer);
    buffer[0] = 2;
    room.socket.send(buffer);
    clock.advance(50);
    expect(room.sent).toEqual([1, 2]);
  });

  test("the close comes after the frames that were sent before it", () => {
    const { clock, room } = simulate({ latencyMs: 100, jitterMs: 0 });
    room.arrive("last words");
    room.end(4147);
    clock.advance(50);
    expect(room.received).toEqual(["last words", "lobby/kicked"]);
  });

  test("a frame on its way out when the socket closes is lost", () => {
    const { clock, room } = simulate({ latencyMs: 100, jitterMs: 0 });
    room.send(1);
    room.socket.close();
    clock.advance(50);
    expect(room.sent).toEqual([]);
  });

  test("after a change to a better network nothing overtakes what is still on its way", () => {
    const { clock, simulator, room } = simulate({ latencyMs: 100, jitterMs: 0 });
    room.arrive("slow");
    simulator.change(CALM);
    room.arrive("fast");
    expect(room.received).toEqual([]);
    clock.advance(50);
    expect(room.received).toEqual(["slow", "fast"]);
    room.arrive("direct");
    expect(room.received).toEqual(["slow", "fast", "direct"]);
  });

  test("a change takes effect from the next frame on", () => {
    const { clock, simulator, room } = simulate(CALM);
    room.arrive("at once");
    expect(room.received).toEqual(["at once"]);
    simulator.change({ latencyMs: 60, jitterMs: 0 });
    room.arrive("later");
    expect(room.received).toHaveLength(1);
    clock.advance(30);
    expect(room.received).toHaveLength(2);
  });
});

describe("a stall", () => {
  const STALLING = { latencyMs: 20, jitterMs: 0, stall: { everyMs: 1_000, forMs: 300 } };

  test("lets nothing pass in either direction, then everything at once, in order", () => {
    const { clock, room } = simulate(STALLING);
    clock.advance(995);
    // Would arrive within the stall, although it was sent before.
    room.send(1);
    for (let i = 2; i <= 5; i++) {
      clock.advance(50);
      room.send(i);
      room.arrive(i);
    }
    clock.advance(1_299 - clock.now());
    expect([room.sent, room.received]).toEqual([[], []]);
    clock.advance(1);
    expect([room.sent, room.received]).toEqual([
      [1, 2, 3, 4, 5],
      [2, 3, 4, 5],
    ]);
  });

  test("comes again and again, and never at the very beginning", () => {
    const { clock, room } = simulate(STALLING);
    const late: number[] = [];
    for (let at = 0; at < 3_000; at += 100) {
      room.send(at / 100);
      clock.advance(100);
      if (room.sent.at(-1) !== at / 100) late.push(at);
    }
    expect(late).toEqual([1_000, 1_100, 2_000, 2_100]);
  });
});

describe("a cut", () => {
  const LOST: NetworkConditions = {
    latencyMs: 100,
    jitterMs: 0,
    cut: { afterMs: 500, forMs: 2_000, as: "lost" },
  };
  const RESTARTED: NetworkConditions = { ...LOST, cut: { afterMs: 500, forMs: 2_000, as: "restart" } };

  test("breaks the connection on both sides, and what is on its way is lost", () => {
    const { clock, room } = simulate(LOST);
    clock.advance(470);
    room.send(1);
    room.arrive("on its way");
    clock.advance(1_000);
    expect(room.sent).toEqual([]);
    expect(room.received).toEqual(["session/connection_lost"]);
    // The server takes it for a lost network and holds the seat.
    expect(room.closedWith).toEqual([4010]);
  });

  test("as a restart says so, as our server does", () => {
    const { clock, room } = simulate(RESTARTED);
    clock.advance(500);
    expect(room.received).toEqual(["session/server_restarting"]);
  });

  test("lets no new connection be made until it is over, and comes once", () => {
    const { clock, simulator } = simulate(LOST);
    simulator.dial();
    clock.advance(500);
    expect(() => simulator.dial()).toThrow(TypeError);
    clock.advance(1_999);
    expect(() => simulator.dial()).toThrow(TypeError);
    clock.advance(1);
    simulator.dial();
    const next = new TestRoom();
    simulator.attach(next);
    clock.advance(60_000);
    expect(next.received).toEqual([]);
  });

  test("also takes a room whose socket had opened in the last moment", () => {
    const { clock, simulator } = simulate(LOST);
    clock.advance(600);
    const next = new TestRoom();
    simulator.attach(next);
    expect(next.received).toEqual(["session/connection_lost"]);
  });

  test("is counted from when there is a connection to break", () => {
    const clock = new TestClock();
    const simulator = new NetworkSimulator({ clock });
    simulator.change(LOST);
    clock.advance(10_000);
    expect(simulator.isCut).toBe(false);
    simulator.attach(new TestRoom());
    clock.advance(500);
    expect(simulator.isCut).toBe(true);
  });

  test("is called off, or ended, by another choice; and comes again when chosen again", () => {
    const { clock, simulator } = simulate(LOST);
    clock.advance(400);
    simulator.change(CALM);
    clock.advance(1_000);
    expect(simulator.isCut).toBe(false);
    simulator.change(LOST);
    simulator.change(LOST);
    clock.advance(499);
    expect(simulator.isCut).toBe(false);
    clock.advance(1);
    expect(simulator.isCut).toBe(true);
    simulator.change(CALM);
    simulator.dial();
  });

  test("closes nothing that is closed already, by either side", () => {
    for (const end of [
      (room: TestRoom) => room.end(4147),
      (room: TestRoom) => {
        // As the SDK does it: nobody listens to the socket any more.
        room.socket.onclose = null;
        room.socket.close(4010);
      },
    ]) {
      const { clock, room } = simulate(LOST);
      end(room);
      clock.advance(100);
      const before = [...room.received];
      clock.advance(1_000);
      expect(room.received).toEqual(before);
    }
  });
});

describe("the presets", () => {
  test.each(Object.entries<NetworkPreset>(NETWORK_PRESETS))("%s can be simulated", (_name, preset) => {
    const { latencyMs, jitterMs, stall, cut } = preset;
    expect(latencyMs).toBeGreaterThan(0);
    expect(jitterMs).toBeGreaterThanOrEqual(0);
    if (stall) expect(stall.forMs).toBeLessThan(stall.everyMs);
    if (cut) expect(cut.afterMs).toBeGreaterThan(0);
    const { clock, room } = simulate(preset);
    room.arrive("a frame");
    clock.advance(latencyMs + jitterMs);
    expect(room.received).toEqual(["a frame"]);
  });
});

test("a room on anything but a WebSocket is no room to simulate", () => {
  const simulator = new NetworkSimulator();
  expect(() => simulator.attach({ connection: { transport: {} } })).toThrow("WebSockets only");
});
