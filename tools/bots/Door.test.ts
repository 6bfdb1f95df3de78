import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Door } from "./Door.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Those who want in: each asks until told that it has its answer. */
class Visitors {
  readonly asked: string[] = [];
  readonly #answers = new Map<string, () => void>();

  ask(name: string): () => Promise<void> {
    return () => {
      this.asked.push(name);
      return new Promise((resolve) => this.#answers.set(name, resolve));
    };
  }

  async answer(name: string): Promise<void> {
    this.#answers.get(name)?.();
    await jest.advanceTimersByTimeAsync(100);
  }
}

describe("the door", () => {
  test("lets one in at a time, in the order of the queue", async () => {
    const door = new Door(1);
    const visitors = new Visitors();
    for (const name of ["a", "b", "c"]) door.enqueue(visitors.ask(name));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(visitors.asked).toEqual(["a"]);
    await visitors.answer("a");
    expect(visitors.asked).toEqual(["a", "b"]);
    await visitors.answer("b");
    expect(visitors.asked).toEqual(["a", "b", "c"]);
  });

  test("when wider, lets more in, one after the other", async () => {
    const door = new Door(3);
    const visitors = new Visitors();
    for (const name of ["a", "b", "c", "d"]) door.enqueue(visitors.ask(name));
    expect(visitors.asked).toEqual(["a"]);
    await jest.advanceTimersByTimeAsync(30);
    expect(visitors.asked).toEqual(["a", "b"]);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(visitors.asked).toEqual(["a", "b", "c"]);
  });

  test("lets others pass whoever stands back for a while", async () => {
    const door = new Door(2);
    const visitors = new Visitors();
    door.enqueue(visitors.ask("later"), 1_000);
    door.enqueue(visitors.ask("now"));
    await jest.advanceTimersByTimeAsync(999);
    expect(visitors.asked).toEqual(["now"]);
    await jest.advanceTimersByTimeAsync(1);
    expect(visitors.asked).toEqual(["now", "later"]);
  });

  test("stays shut for a pause", async () => {
    const door = new Door(2);
    const visitors = new Visitors();
    door.pause(60_000);
    door.enqueue(visitors.ask("a"));
    await jest.advanceTimersByTimeAsync(59_999);
    expect(visitors.asked).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(visitors.asked).toEqual(["a"]);
  });

  test("once closed lets nobody in and keeps no timer", async () => {
    const door = new Door(1);
    const visitors = new Visitors();
    door.enqueue(visitors.ask("a"), 500);
    door.close();
    door.enqueue(visitors.ask("b"));
    expect(jest.getTimerCount()).toBe(0);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(visitors.asked).toEqual([]);
  });
});
