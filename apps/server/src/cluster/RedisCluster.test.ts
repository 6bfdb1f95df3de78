import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { eventually } from "../../test/support/eventually.ts";
import { createLogger } from "../ops/logger.ts";
import type { Member, Stage } from "./Cluster.ts";
import { RedisCluster } from "./RedisCluster.ts";

const PASSWORD = "hunter-two-and-a-half";

let server: Server;
let port: number;
/** What it answers to each command, by name. */
let answers: Readonly<Record<string, string>>;
const sockets = new Set<Socket>();
const logs: string[] = [];
let cluster: RedisCluster;
beforeEach(async () => {
  logs.length = 0;
  server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    socket.on("data", (data) => {
      for (const [, name = ""] of String(data).matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        socket.write(answers[name.toLowerCase()] ?? "+OK\r\n");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address ? address.port : 0;
  const destination = { write: (line: string) => void logs.push(line) };
  const logger = createLogger({ isProduction: true, LOG_LEVEL: "trace" }, destination);
  cluster = new RedisCluster(
    `redis://:${PASSWORD}@127.0.0.1:${port}`,
    { name: "a", fingerprint: "f" },
    logger,
  );
});
afterEach(async () => {
  jest.restoreAllMocks();
  await cluster.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

const member = (processId: string, stage: Stage, more: Partial<Member> = {}): Member => ({
  processId,
  name: processId,
  players: 0,
  rooms: 0,
  stage,
  ...more,
});

test("when nobody takes rooms, one that is needed goes to whoever stops, and only then to one with a conflict", async () => {
  answers = { info: "$16\r\nredis_version:8\n\r\n", eval: "$-1\r\n" };
  await cluster.connect();
  const members = jest.spyOn(cluster, "members", "get");
  members.mockReturnValue([member("odd", "open"), member("going", "stopping", { players: 9 })]);
  expect([await cluster.place(false), await cluster.place(true)]).toEqual([undefined, "going"]);
  members.mockReturnValue([member("gone", "stopped"), member("odd", "open")]);
  expect([await cluster.place(false), await cluster.place(true)]).toEqual([undefined, "odd"]);
  // Whoever asks could not follow it there.
  const [older, same] = [PROTOCOL_VERSION - 1, PROTOCOL_VERSION].map((protocol) => ({ protocol }));
  members.mockReturnValue([member("older", "stopping", older), member("odd", "open", same)]);
  expect(await cluster.place(true)).toBe("odd");
  members.mockReturnValue([member("gone", "stopped"), member("older", "stopping", older)]);
  expect(await cluster.place(true)).toBeUndefined();
});

const waiting = () =>
  logs.map((line) => JSON.parse(line)).filter(({ msg }) => String(msg).startsWith("waiting for Redis"));

test.each([
  ["WRONGPASS", { auth: "-WRONGPASS invalid username-password pair or user is disabled.\r\n" }],
  ["NOAUTH", { info: "-NOAUTH Authentication required.\r\n" }],
])("waiting for Redis, the log says %s, again and again, and never the password", async (word, refusal) => {
  answers = refusal;
  const connected = cluster.connect();
  await eventually(() => waiting().length === 1);
  expect(waiting()[0]).toMatchObject({ level: 40, fault: word, msg: `waiting for Redis: ${word}` });
  const now = performance.now.bind(performance);
  jest.spyOn(performance, "now").mockImplementation(() => now() + 31_000);
  await eventually(() => waiting().length === 2);
  expect(logs.join("")).not.toContain(PASSWORD);
  answers = { info: "$16\r\nredis_version:8\n\r\n", ping: "+PONG\r\n" };
  await connected;
  expect(waiting()).toHaveLength(2);
  expect(cluster.fault).toBeUndefined();
});

test("what was kept can be read until it is dropped, and stays for its time when Redis does not drop it", async () => {
  answers = {
    info: "$16\r\nredis_version:8\n\r\n",
    get: '$9\r\n{"a":[1]}\r\n',
    del: "-READONLY You can't write\r\n",
  };
  await cluster.connect();
  expect(await cluster.readKept("ABCDE")).toEqual({ a: [1] });
  await cluster.dropKept("ABCDE");
  expect(logs.some((line) => line.includes("stays for its time"))).toBe(true);
});
