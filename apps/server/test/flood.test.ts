import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { TICK_HZ } from "@tagalong/shared/world/tuning.ts";
import { eachStep, eventually } from "./support/eventually.ts";
import { join } from "./support/Player.ts";
import { produced } from "./support/produced.ts";
import { TestServer } from "./support/server.ts";

let server: TestServer;
beforeAll(async () => {
  // No limit of frames in the way: the inputs themselves must give it away.
  server = await TestServer.start({ MAX_MESSAGES_PER_SECOND: "10000" });
});
afterAll(() => server.stop());

// The watch takes ten seconds: a file by itself, so that others run meanwhile.
test("whoever keeps sending more than anybody could play is kicked with the reason, and nobody else", async () => {
  const { roomId } = await server.openRoom();
  const room = server.plaza(roomId);
  const ann = await join(server, roomId);
  const cheat = await join(server, roomId);
  await eachStep(room, 16 * TICK_HZ, () => {
    ann.move(0, 0);
    for (let i = 0; i < 4 && !cheat.isClosed; i++) cheat.move(1, 0);
    return cheat.isClosed ? "stop" : undefined;
  });
  expect(await cheat.closed).toEqual({
    code: 4113,
    refusal: { reason: "session/input_flood" },
  });
  await produced(server, "session/input_flood");
  await eventually(() =>
    ann.lines.some((line) => line.kind === "leaving" && line.name === cheat.name && line.cause === "kicked"),
  );
  expect(ann.isClosed).toBe(false);
});
