import { expect, test } from "@jest/globals";
import { eventually } from "./support/eventually.ts";
import { join } from "./support/Player.ts";
import { produced } from "./support/produced.ts";
import { TestServer } from "./support/server.ts";
import { visit } from "./support/Visitor.ts";

test("a server that stops tells everybody, waits for no held seat, and leaves nothing open", async () => {
  const server = await TestServer.start();
  const { roomId } = await server.openRoom();
  const ann = await join(server, roomId);
  const bob = await join(server, roomId);
  const silent = await join(server, roomId, { hello: false });
  const elsewhere = await join(server, (await server.openRoom({ private: true })).roomId);
  const visitor = await visit(server);
  const left = new Promise<number>((resolve) => visitor.room.onLeave((code) => resolve(code)));
  await server.openRoom();
  await bob.drop();
  await eventually(() => server.plaza(roomId).seats.get(bob.sessionId)?.release);

  await server.stop();
  for (const player of [ann, silent, elsewhere]) {
    expect(await player.closed).toEqual({ code: 4109, refusal: { reason: "session/server_restarting" } });
  }
  expect(await left).toBe(4109);
  await produced(server, "session/server_restarting");
  expect(server.logs.filter(({ event }) => event === "exception")).toEqual([]);
  expect(server.logs.filter(({ event }) => event === "room_closed")).toHaveLength(3);
  await eventually(() => !process.getActiveResourcesInfo().some((one) => one.startsWith("TCP")));
  await expect(fetch(`${server.endpoint}/healthz`)).rejects.toThrow();
});
