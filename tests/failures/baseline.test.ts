import { beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Company } from "./support/Company.ts";
import { Fleet } from "./support/Fleet.ts";
import { RedisProcess } from "./support/RedisProcess.ts";
import { play } from "./support/time.ts";

let fleet: Fleet;
let company: Company;
beforeAll(async () => {
  fleet = await Fleet.start({ names: ["a"], withRedis: false });
  company = new Company(fleet.endpoint);
});

test("through the ingress players meet, walk and talk, and come back when it cuts them off", async () => {
  const ann = await company.invite({ name: "Ann", target: { kind: "quick" } }).enter();
  const [bob] = await company.fill(1, ann.code);
  if (!bob) throw new Error("nobody came");
  await eventually(() => ann.bot.net?.players.size === 2);
  const { x, y } = await eventually(() => ann.self && { ...ann.self });
  await eventually(() => Math.hypot((ann.self?.x ?? x) - x, (ann.self?.y ?? y) - y) > 50);
  await ann.say("hello");
  await eventually(() => bob.lines.some((line) => line.kind === "say" && line.text === "hello"));

  const since = Date.now();
  fleet.ingress.cut("a");
  await eventually(() => ann.returnedAt(since) && bob.returnedAt(since));
  expect(ann.changes.map(({ to }) => to.name)).not.toContain("disconnected");
  expect(ann.room.roomId).toBe(bob.room.roomId);
});

test("a process that nobody knows cannot be reached through it", async () => {
  expect((await fetch(`${fleet.endpoint}/p/nobody/healthz`)).status).toBe(502);
  expect((await fetch(`${fleet.endpoint}/healthz`)).status).toBe(200);
});

test("a process tells of its memory, handles and metrics", async () => {
  const server = fleet.server("a");
  const { heapUsed, handles } = await server.readings();
  expect(heapUsed).toBeGreaterThan(1_000_000);
  expect(handles.TCPSocketWrap).toBeGreaterThan(0);
  expect(await server.metric("tagalong_joins_total")).toBe(2);
  expect(await server.metric("tagalong_refusals_total")).toBe(0);
  await expect(server.metric("tagalong_nothing")).rejects.toThrow("no metric");
});

test("a Redis of the tests can stand still, be lost with all its data, and come back where it was", async () => {
  const redis = await RedisProcess.start();
  try {
    await redis.ask("SET", "key", "value");
    expect([...(await redis.keys())]).toEqual([["key", "string of 5"]]);
    redis.freeze();
    let isAnswered = false;
    const answer = redis.ask("GET", "key").finally(() => {
      isAnswered = true;
    });
    // Many times what an answer takes.
    await play(500);
    expect(isAnswered).toBe(false);
    redis.thaw();
    expect(await answer).toEqual(["value"]);
    await redis.end();
    await expect(redis.ask("PING")).rejects.toThrow("refused");
    await redis.resume();
    expect(await redis.ask("DBSIZE")).toEqual(["0"]);
  } finally {
    await redis.stop();
  }
});

test("nothing of this went wrong unseen", () => {
  expect(fleet.faults()).toEqual([]);
});
