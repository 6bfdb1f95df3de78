import { Writable } from "node:stream";
import type { Client } from "@colyseus/core";
import { describe, expect, test } from "@jest/globals";
import { PatchPairs } from "./PatchPairs.ts";

/** A client's socket, down to what reaches the system: each call as one list of patches. */
class Line {
  readonly calls: string[][] = [];
  readonly socket = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      this.calls.push([String(chunk)]);
      done();
    },
    writev: (chunks, done) => {
      this.calls.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  readonly client = { ref: { _socket: this.socket } } as unknown as Client;
}

function room(size: number, from: number) {
  const lines = Array.from({ length: size }, () => new Line());
  const pairs = new PatchPairs(from);
  const clients = lines.map(({ client }) => client);
  let patch = 0;
  const tick = () => {
    patch += 1;
    pairs.send(clients, () => {
      for (const { socket } of lines) if (!socket.destroyed) socket.write(`${patch}`);
    });
  };
  return { lines, pairs, clients, tick };
}

describe("in a large room", () => {
  test("everybody gets every patch in order, two in one call, half of the clients in each tick", () => {
    const { lines, tick } = room(4, 2);
    const written: number[] = [];
    for (let i = 0; i < 9; i++) {
      const before = lines.flatMap(({ calls }) => calls).length;
      tick();
      written.push(lines.flatMap(({ calls }) => calls).length - before);
    }
    // The first tick finds nobody to wait for: half of them get one patch alone.
    expect(written).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2]);
    for (const { calls } of lines) {
      expect(calls.flat()).toEqual(
        ["1", "2", "3", "4", "5", "6", "7", "8", "9"].slice(0, calls.flat().length),
      );
      expect(calls.flat().length).toBeGreaterThanOrEqual(8);
      expect(Math.max(...calls.map((patches) => patches.length))).toBe(2);
    }
  });

  test("nobody waits for more than two, however many leave", () => {
    const { lines, tick, clients } = room(60, 2);
    for (let i = 0; i < 50; i++) {
      tick();
      clients.shift();
    }
    for (const { calls } of lines) {
      expect(Math.max(0, ...calls.map((patches) => patches.length))).toBeLessThanOrEqual(2);
    }
    expect(lines.at(-1)?.calls.flat().length).toBeGreaterThanOrEqual(49);
  });

  test("what is held is sent when the room ends, and when it becomes small", () => {
    const ended = room(2, 2);
    ended.tick();
    ended.pairs.release();
    for (const { calls } of ended.lines) expect(calls.flat()).toEqual(["1"]);

    const emptied = room(3, 3);
    emptied.tick();
    emptied.clients.pop();
    emptied.tick();
    for (const { calls } of emptied.lines.slice(0, 2)) expect(calls.flat()).toEqual(["1", "2"]);
  });

  test("whoever is gone, or leaves with something held, holds nobody up", () => {
    const { lines, tick, clients, pairs } = room(4, 2);
    tick();
    lines[0]?.socket.destroy();
    lines[1]?.socket.end();
    clients.push({ ref: { _socket: null } } as unknown as Client, { ref: {} } as unknown as Client);
    lines.splice(0, 2);
    for (let i = 0; i < 4; i++) tick();
    pairs.release();
    for (const { calls } of lines) expect(calls.flat()).toEqual(["1", "2", "3", "4", "5"]);
  });

  test("a patch that fails holds nothing back", () => {
    const { lines, tick, clients, pairs } = room(2, 2);
    tick();
    const fail = () => {
      throw new Error("broken");
    };
    expect(() => pairs.send(clients, fail)).toThrow("broken");
    pairs.release();
    for (const { socket } of lines) expect(socket.writableCorked).toBe(0);
  });
});

test("in a small room every patch goes out at once", () => {
  const { lines, tick } = room(4, 5);
  tick();
  tick();
  for (const { calls } of lines) expect(calls).toEqual([["1"], ["2"]]);
});
