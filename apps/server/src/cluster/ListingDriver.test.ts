import type { IRoomCache } from "@colyseus/core";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { createLogger } from "../ops/logger.ts";
import { ListingDriver } from "./ListingDriver.ts";

const OOM = new Error("OOM command not allowed when used memory > 'maxmemory'.");

let listings: Map<string, string>;
/** How Redis is: it takes what it is told, refuses it, says nothing, or does so late. */
let mood: "well" | "refusing" | "silent" | "late";
/** What it does when it is not late any more, in the order in which it was told. */
let queue: (() => void)[];
let logs: Record<string, unknown>[];
let driver: ListingDriver;
beforeEach(() => {
  listings = new Map();
  mood = "well";
  queue = [];
  logs = [];
  const destination = { write: (line: string) => void logs.push(JSON.parse(line)) };
  const redis = new Redis({ lazyConnect: true });
  const told = async <T>(act: () => T): Promise<T> => {
    if (mood === "refusing") throw OOM;
    if (mood === "late") return new Promise<T>((resolve) => queue.push(() => resolve(act())));
    return mood === "silent" ? new Promise<T>(() => undefined) : act();
  };
  Object.assign(redis, {
    hset: (_key: string, ...pairs: string[]) =>
      told(() => {
        for (let i = 0; i < pairs.length; i += 2) listings.set(pairs[i] ?? "", pairs[i + 1] ?? "");
      }),
    hdel: (_key: string, ...ids: string[]) => told(() => ids.filter((id) => listings.delete(id)).length),
    hgetall: () => told(() => Object.fromEntries(listings)),
  });
  driver = new ListingDriver(redis, createLogger({ isProduction: true, LOG_LEVEL: "debug" }, destination));
});

function room(roomId: string): IRoomCache {
  return { roomId, name: "plaza", processId: "p", clients: 0, maxClients: 4, locked: false } as IRoomCache;
}
const clients = (roomId: string) => JSON.parse(listings.get(roomId) ?? "{}").clients;

describe.each(["refusing", "silent"] as const)("while Redis is %s", (how) => {
  test("a change is not waited for, and written when it is well again", async () => {
    const one = room("one");
    await driver.persist(one, true);
    await driver.persist(room("two"), true);
    mood = how;
    expect(await driver.update(one, { $inc: { clients: 1 } })).toBe(false);
    expect(await driver.update(one, { $inc: { clients: 1 } })).toBe(false);
    expect(await driver.remove("two")).toBe(false);
    expect(logs.filter(({ event }) => event === "redis")).toHaveLength(1);
    mood = "well";
    expect([clients("one"), listings.has("two")]).toEqual([0, true]);
    await driver.catchUp();
    expect([clients("one"), listings.has("two")]).toEqual([2, false]);
  });
});

test("a room that cannot be listed is not opened", async () => {
  mood = "refusing";
  await expect(driver.persist(room("one"), true)).rejects.toBe(OOM);
  mood = "well";
  await driver.writeAll();
  expect(listings.has("one")).toBe(false);
});

test.each([
  ["that it was told of", false],
  ["with all that is listed anew", true],
])(
  "a room that ended before it could be listed is not opened, when Redis is back %s",
  async (_case, anew) => {
    mood = "late";
    const opened = driver.persist(room("one"), true).catch((error: unknown) => error);
    const ended = driver.remove("one");
    const written = anew ? driver.writeAll() : undefined;
    mood = "well";
    for (const answer of queue) answer();
    expect(await opened).toMatchObject({ message: "server/unavailable" });
    await Promise.all([ended, written]);
    await driver.writeAll();
    expect(listings.size).toBe(0);
  },
);

test("what could not be caught up with is tried again", async () => {
  const one = room("one");
  await driver.persist(one, true);
  mood = "refusing";
  await driver.update(one, { $inc: { clients: 1 } });
  await expect(driver.catchUp()).rejects.toBe(OOM);
  mood = "well";
  await driver.catchUp();
  expect(clients("one")).toBe(1);
});

test("after data was lost all rooms are listed as they are now", async () => {
  const one = room("one");
  await driver.persist(one, true);
  await driver.update(one, { $inc: { clients: 3 } });
  listings.clear();
  await driver.writeAll();
  expect(clients("one")).toBe(3);
});

test("a look-up that failed is not everybody's answer from now on", async () => {
  await driver.persist(room("one"), true);
  mood = "refusing";
  await expect(driver.query({})).rejects.toBe(OOM);
  mood = "well";
  expect(await driver.query({})).toHaveLength(1);
});
