import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import express from "express";
import { createHealth } from "./health.ts";

const causes: (string | undefined)[] = [undefined, undefined];
const app = express().use(createHealth([() => causes[0], () => causes[1]]));
let server: ReturnType<typeof app.listen>;
let endpoint: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server = app.listen(0, "127.0.0.1", () => resolve());
  });
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

async function ready() {
  const response = await fetch(`${endpoint}/readyz`);
  return { status: response.status, answer: await response.json() };
}

test("a process is ready when no check has a cause against it, and otherwise tells all of them", async () => {
  expect(await ready()).toEqual({ status: 200, answer: { ok: true } });
  causes[1] = "Redis is away";
  expect(await ready()).toEqual({ status: 503, answer: { ok: false, causes: ["Redis is away"] } });
  causes[0] = "draining";
  expect(await ready()).toMatchObject({ status: 503, answer: { causes: ["draining", "Redis is away"] } });
  // It runs all the same.
  expect((await fetch(`${endpoint}/healthz`)).status).toBe(200);
});
