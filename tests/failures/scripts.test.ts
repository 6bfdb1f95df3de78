import { beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { LocalCluster } from "../../apps/server/src/cluster/LocalCluster.ts";
import { BURY, KEYS, PROMISE } from "../../apps/server/src/cluster/scripts.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { atEnd } from "./support/atEnd.ts";
import { RedisProcess } from "./support/RedisProcess.ts";

const TRACE_MS = "60000";

let redis: RedisProcess;
beforeAll(async () => {
  redis = await RedisProcess.start();
  atEnd(() => redis.stop());
});
beforeEach(() => redis.ask("FLUSHALL"));

/** All that is known of a process with a room. */
async function live(id: string, leftMs: number): Promise<void> {
  await redis.ask("SET", KEYS.process(id), "{}", "PX", String(leftMs));
  await redis.ask("SADD", KEYS.processes, id);
  await redis.ask("ZADD", KEYS.load, "1", id);
  await redis.ask("HSET", KEYS.codes, `code of ${id}`, `${id} room-${id}`);
  await redis.ask(
    "HSET",
    KEYS.listings,
    `room-${id}`,
    JSON.stringify({ roomId: `room-${id}`, processId: id }),
  );
  await redis.ask("HSET", KEYS.statistics, id, "1,1");
}

async function bury(id: string, leftMs: string): Promise<string | undefined> {
  const { processes, load, codes, listings, statistics } = KEYS;
  const keys = [KEYS.process(id), processes, load, codes, listings, statistics];
  return (await redis.ask("EVAL", BURY, String(keys.length), ...keys, id, TRACE_MS, leftMs))[0];
}

/** What is left of all. */
const left = async () => (await redis.ask("KEYS", "*")).sort();

test("whoever wakes up while it is being buried is left as it is", async () => {
  await live("a", 30_000);
  const before = await left();
  expect(await bury("a", "0")).toBe("-1");
  expect(await bury("a", "1800")).toBe("-1");
  expect(await left()).toEqual(before);
});

test("of a dead process nothing is left but traces, and of others all", async () => {
  await live("a", 30_000);
  const before = await left();
  await live("dead", 30_000);
  await redis.ask("DEL", KEYS.process("dead"));
  expect(await bury("dead", "0")).toBe("1");
  expect(await left()).toEqual([...before, KEYS.lost("code of dead")].sort());
  expect(await redis.ask("HKEYS", KEYS.listings)).toEqual(["room-a"]);
  expect(await redis.ask("HKEYS", KEYS.codes)).toEqual(["code of a"]);
  expect(await redis.ask("HKEYS", KEYS.statistics)).toEqual(["a"]);
  // Only the first who notices has something to tell.
  expect(await bury("dead", "0")).toBe("0");
});

test("one that listens no more is dead before its time is over, and one that leaves at once", async () => {
  await live("a", 20_000);
  expect([await bury("a", "0"), await bury("a", "30000")]).toEqual(["-1", "1"]);
  await live("a", 30_000);
  expect(await bury("a", "")).toBe("1");
});

async function promise(players: number, maxPlayers: number, forMs: number): Promise<boolean> {
  const asked = [players, maxPlayers, forMs].map(String);
  return (await redis.ask("EVAL", PROMISE, "1", KEYS.sent("room"), ...asked))[0] === "1";
}

test("several processes promise seats as one does", async () => {
  const local = new LocalCluster("one");
  const random = createRandom(4);
  // To this one no time passes, and to Redis hardly any.
  const clock = jest.spyOn(performance, "now").mockReturnValue(0);
  for (let players = 0; players < 12; players += Math.floor(random() * 2)) {
    const here = await local.promiseSeat("room", players, 12);
    expect([players, await promise(players, 12, 60_000)]).toEqual([players, here]);
    if (!here) break;
  }
  clock.mockRestore();
  expect(await promise(3, 12, 60_000)).toBe(false);
});

test("a seat that is promised is anybody's again when nobody has come, while others come and go", async () => {
  expect(await promise(2, 4, 1)).toBe(true);
  expect(await promise(2, 4, 60_000)).toBe(true);
  await eventually(() => promise(2, 4, 60_000));
  expect(await promise(2, 4, 60_000)).toBe(false);
  expect(await redis.ask("ZCARD", KEYS.sent("room"))).toEqual(["2"]);
});
