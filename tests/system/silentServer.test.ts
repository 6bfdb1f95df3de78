import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { producedByClient } from "../../apps/server/test/support/produced.ts";
import { Tab } from "./support/client.ts";

let silent: Server;
let endpoint: string;
beforeAll(async () => {
  // Takes every connection, hears everything out, and never says a word.
  silent = createServer((socket) => void socket.resume()).listen(0, "127.0.0.1");
  await once(silent, "listening");
  endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterAll(() => void silent.close());

test("a server that never answers is given up after a while, and can be tried again", async () => {
  const tab = new Tab(endpoint, { connectTimeoutMs: 300 });
  await tab.connection.join({ target: { kind: "quick" }, name: "Ann" });
  expect(tab.states).toEqual(["connecting", "disconnected"]);
  producedByClient(tab.refusal, "session/connect_timeout");
  expect(tab.as("disconnected").again).toMatchObject({ name: "Ann" });
});

test.each([
  [404, "<h1>Not found</h1>", "session/server_unreachable"],
  [200, "<title>Some other page</title>", "session/server_unreachable"],
  [502, "Bad gateway", "session/server_unreachable"],
  [503, "", "session/server_restarting"],
] as const)("an answer of %i that is not ours is told for what it is", async (status, body, reason) => {
  const other = createHttpServer((_request, response) => void response.writeHead(status).end(body));
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  const tab = new Tab(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
  const joined = tab.connection.join({ target: { kind: "quick" }, name: "Ann" });
  await eventually(() => tab.refusal);
  expect(tab.refusal).toMatchObject({ reason });
  tab.connection.cancel();
  await joined;
  other.closeAllConnections();
  other.close();
});
