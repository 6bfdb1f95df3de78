import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { producedByClient } from "../../apps/server/test/support/produced.ts";
import { Tab } from "./support/client.ts";

let silent: Server;
let endpoint: string;
beforeAll(async () => {
  // Takes every connection, hears everything out, and never says a word.
  silent = createServer((socket) => void socket.resume()).listen(0, "127.0.0.1");
  await once(silent, "listening");
  endpoint = `http://127.0.0.1:${(silent.address() as { port: number }).port}`;
});
afterAll(() => void silent.close());

test("a server that never answers is given up after a while, and can be tried again", async () => {
  const tab = new Tab(endpoint, { connectTimeoutMs: 300 });
  await tab.connection.join({ target: { kind: "quick" }, name: "Ann" });
  expect(tab.states).toEqual(["connecting", "disconnected"]);
  producedByClient(tab.refusal, "session/connect_timeout");
  expect(tab.as("disconnected").again).toMatchObject({ name: "Ann" });
});
