import { expect, test } from "@jest/globals";
import { Registry } from "prom-client";
import { createCensus } from "./census.ts";

test("whether Redis answers is a figure where there is one, read when it is asked for", async () => {
  const redis = { isAvailable: true };
  const registry = new Registry();
  createCensus(registry, [], "build", redis);
  expect(await registry.metrics()).toContain("tagalong_redis_up 1");
  redis.isAvailable = false;
  expect(await registry.metrics()).toContain("tagalong_redis_up 0");

  const alone = new Registry();
  createCensus(alone, [], "build");
  expect(await alone.metrics()).not.toContain("redis");
});
