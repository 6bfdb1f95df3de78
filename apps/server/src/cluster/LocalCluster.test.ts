import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { LocalCluster } from "./LocalCluster.ts";

afterEach(() => {
  jest.useRealTimers();
});

describe("a process on its own", () => {
  test("gives a code to one room at a time", async () => {
    const cluster = new LocalCluster("one");
    expect(await cluster.claim("ABCDE", "first")).toBe(true);
    expect(await cluster.claim("ABCDE", "first")).toBe(true);
    expect(await cluster.claim("ABCDE", "second")).toBe(false);
    await cluster.release("ABCDE", "second");
    expect(await cluster.homeOf("ABCDE")).toMatchObject({ roomId: "first" });
    await cluster.release("ABCDE", "first");
    expect(await cluster.homeOf("ABCDE")).toBeUndefined();
    expect(await cluster.claim("ABCDE", "second")).toBe(true);
  });

  test("promises each seat once, and counts nobody twice who has come", async () => {
    const cluster = new LocalCluster("one");
    const asked = await Promise.all([0, 0, 0, 0].map((players) => cluster.promiseSeat("room", players, 3)));
    expect(asked).toEqual([true, true, true, false]);
    expect(await cluster.promiseSeat("other", 2, 3)).toBe(true);
    expect(await cluster.promiseSeat("other", 3, 5)).toBe(true);
    expect(await cluster.promiseSeat("other", 3, 5)).toBe(true);
    expect(await cluster.promiseSeat("other", 3, 5)).toBe(false);
  });

  test("promises seats as long as players come and go, however many have come", async () => {
    jest.useFakeTimers();
    const cluster = new LocalCluster("one");
    for (let seconds = 0; seconds < 60; seconds++) {
      expect(await cluster.promiseSeat("room", 10, 16)).toBe(true);
      jest.advanceTimersByTime(1_000);
    }
  });

  test("does one thing after the other, also after one that failed, and different things at once", async () => {
    const cluster = new LocalCluster("one");
    const done: string[] = [];
    const task =
      (name: string, fails = false) =>
      async () => {
        done.push(`${name} begins`);
        await Promise.resolve();
        done.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const first = cluster.exclusively("x", task("a", true));
    const second = cluster.exclusively("x", task("b"));
    const other = cluster.exclusively("y", task("c"));
    await expect(first).rejects.toThrow("a");
    expect(await Promise.all([second, other])).toEqual(["b", "c"]);
    expect(done.filter((line) => !line.startsWith("c"))).toEqual([
      "a begins",
      "a ends",
      "b begins",
      "b ends",
    ]);
    expect(done.indexOf("c begins")).toBeLessThan(done.indexOf("b begins"));
  });

  test("takes no rooms while it is being stopped, and keeps nothing for a successor that knows nothing of it", async () => {
    const cluster = new LocalCluster("one");
    await cluster.enter("stopping");
    expect(await cluster.place()).toBeUndefined();
    expect(await cluster.keep("ABCDE", {})).toBe(false);
    expect(cluster.isShared).toBe(false);
  });
});
