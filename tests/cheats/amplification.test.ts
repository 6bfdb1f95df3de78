import { once } from "node:events";
import type { Server } from "node:http";
import { connect, type Socket } from "node:net";
import { Protocol } from "@colyseus/core";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { TICK_HZ } from "@tagalong/shared/world/tuning.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { newName } from "../../apps/server/test/support/Player.ts";
import { Arena } from "./support/Arena.ts";
import { messageFrame, requestFrame } from "./support/frames.ts";
import { RawClient, settle } from "./support/RawClient.ts";
import { TURN_MAX_MS, threadMs } from "./support/WorkMeter.ts";

/** Frames per tick that stay below the limit of frames. */
const PER_TICK = 4;
const SECONDS = 3;

let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open({ LOG_LEVEL: "warn" });
});
afterAll(async () => {
  console.info(`cheats of amplification: ${arena.work.report()}`);
  await arena.close();
});

const text = (value: string) => [0xa0 | value.length, ...Buffer.from(value)];

/** A list of two, the second of which refers to the first, which is a list of two, and so on. */
function unfolding(depth: number): number[] {
  let value = [0x90];
  for (let id = 1; id <= depth; id++)
    value = [0x92, 0xd6, 0x69, 0, 0, 0, id, ...value, 0xd6, 0x70, 0, 0, 0, id];
  return value;
}

describe("a payload of a few bytes", () => {
  const BOMBS: [string, number[]][] = [
    ["that refers to itself, to unfold into 16 million lists", [...unfolding(24), 0]],
    ["that claims 500 million values", [0xdd, 0x1d, 0xcd, 0x65, 0x00, 1]],
    ["that claims 2^32 - 1 fields", [0xdf, 255, 255, 255, 255, ...text("a"), 1]],
    ["of lists in lists in lists", new Array(4_000).fill(0x91)],
    ["of objects without fields", [0xd4, 0x72, 0x40, 0x90, ...new Array(4_000).fill(0x40)]],
    ["of objects in objects", new Array(1_000).fill([0xd4, 0x72, 0x40, 0x91, ...text("a")]).flat()],
    ["with an expression to compile", [0xc7, 0, 0x78, 0x92, ...text("(a+)+(b+)+(c+)+$"), ...text("")]],
    ["with an error to make", [0xc7, 0, 0x65, 0x92, ...text("Error"), ...text("boo")]],
    ["with a number of 4,000 bytes", [0xc8, 0x0f, 0xa0, 0x42, ...new Array(4_000).fill(0xff)]],
    ["that jumps back in what is read", [0xd6, 0x62, 0xff, 0xff, 0xff, 0x00, 0xa1, 0x61]],
  ];

  test.each(BOMBS)("%s ends the session before anybody reads it", async (_what, payload) => {
    const name = text("chat:say");
    const frames = [
      Uint8Array.of(Protocol.ROOM_DATA, ...name, ...payload),
      Uint8Array.of(Protocol.ROOM_REQUEST, 1, ...name, ...payload),
    ];
    for (const frame of frames) {
      const cheat = await arena.enter();
      let spentMs = 0;
      const counted = await arena.counting(["session/bad_message"], () =>
        arena.play(1, [], () => {
          const before = threadMs();
          cheat.deliver(frame);
          spentMs = threadMs() - before;
        }),
      );
      expect(cheat.closedFor).toBe("session/bad_message");
      expect(counted).toEqual({ "session/bad_message": 1 });
      expect(spentMs).toBeLessThan(TURN_MAX_MS);
    }
    await arena.expectCalm();
  });
});

describe("a client that asks over and over, as often as it may", () => {
  /** What the others are told when so much is asked. Limits of lines count real seconds, and these pass much faster. */
  const WISHES: [string, Uint8Array, { messages: number; bytesPerTick: number }][] = [
    [
      "to be welcomed",
      requestFrame("session:hello", { protocol: PROTOCOL_VERSION, build: "x" }),
      { messages: 0, bytesPerTick: 40 },
    ],
    [
      "to say something",
      messageFrame("chat:say", { text: "x".repeat(200) }),
      { messages: 5, bytesPerTick: 60 },
    ],
    ["for another name", requestFrame("session:rename", { name: "Anna" }), { messages: 1, bytesPerTick: 40 }],
    [
      "for a taken name",
      requestFrame("session:rename", { name: "Taken" }),
      { messages: 0, bytesPerTick: 40 },
    ],
    ["for a kick", requestFrame("lobby:kick", { sessionId: "x" }), { messages: 0, bytesPerTick: 40 }],
    ["for a sign of life", Uint8Array.of(Protocol.PING), { messages: 0, bytesPerTick: 40 }],
  ];

  test.each(WISHES)(
    "%s is answered, and is no news to the others",
    async (_what, frame, { messages, bytesPerTick }) => {
      const other = await arena.enter({ name: "Taken" });
      const cheat = await arena.enter();
      const { client } = arena.bystander;
      const before = { messages: client.heard(Protocol.ROOM_DATA), bytes: client.bytesHeard };
      const ticks = SECONDS * TICK_HZ;
      await arena.play(ticks, [], () => {
        for (let i = 0; i < PER_TICK; i++) cheat.deliver(frame);
      });
      expect(cheat.closedFor).toBeUndefined();
      // Once a second they are told where they are.
      expect(client.heard(Protocol.ROOM_DATA) - before.messages).toBeLessThanOrEqual(messages + SECONDS + 1);
      expect((client.bytesHeard - before.bytes) / ticks).toBeLessThanOrEqual(bytesPerTick);
      await cheat.leave();
      await other.leave();
      await arena.play(30, [], () => undefined);
      await arena.expectCalm();
    },
  );

  test("to lead a room under ever new titles is refused: no ticket for each player with each of them", async () => {
    const creator = arena.server.guest();
    const { roomId } = await arena.server.openRoom({ creator, maxPlayers: 50 });
    const lobby = await arena.server.lobby();
    const enter = () => RawClient.enter(arena.server, roomId);
    const leader = await RawClient.enter(arena.server, roomId, { token: creator });
    const players = await Promise.all(Array.from({ length: 30 }, enter));
    const visitor = await RawClient.enter(arena.server, lobby.roomId, { until: "acknowledged" });
    const heard = () => [...players, visitor].map((client) => client.heard(Protocol.ROOM_DATA));
    const before = heard();
    let count = 0;
    const counted = await arena.counting(["session/too_many_requests"], () =>
      arena.play(SECONDS * TICK_HZ, [], () => {
        for (let i = 0; i < PER_TICK; i++) {
          count += 1;
          leader.deliver(messageFrame("lobby:configure", { title: `Title ${count}` }));
        }
      }),
    );
    expect(leader.closedFor).toBeUndefined();
    expect(counted["session/too_many_requests"]).toBeGreaterThan(count - 30);
    // Told where they are once a second, and as often of the ticket; the lobby of ten titles, and a few more.
    for (const [index, messages] of heard().entries()) {
      expect(messages - (before[index] ?? 0)).toBeLessThanOrEqual(20);
    }
    for (const client of [leader, visitor, ...players]) await client.leave();
    await arena.expectCalm();
  });

  test("for a name in the lobby is refused: finding a free one is work", async () => {
    const lobby = await arena.server.lobby();
    const enter = () => RawClient.enter(arena.server, lobby.roomId, { until: "acknowledged", name: "Same" });
    const visitors = await Promise.all(Array.from({ length: 50 }, enter));
    const frame = requestFrame("lobby:name", { name: "Same" });
    const [cheat] = visitors;
    const counted = await arena.counting(["session/too_many_requests"], () =>
      arena.play(SECONDS * TICK_HZ, [], () => {
        // The lobby's second is the clock's, and this one is over much sooner.
        cheat?.deliver(frame);
      }),
    );
    expect(counted["session/too_many_requests"]).toBeGreaterThan(SECONDS * TICK_HZ - 30);
    for (const visitor of visitors) await visitor.leave();
    await arena.expectCalm();
  });
});

describe("a socket that was closed", () => {
  const HANDSHAKE = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  /** A masked frame of one byte. */
  const frame = (kind: number) => Buffer.from([0x82, 0x81, 0, 0, 0, 0, kind]);
  const MEGABYTE = Buffer.concat(Array.from({ length: 150_000 }, () => frame(Protocol.PING)));

  test.each([
    ["after a bad frame", 31],
    ["after a goodbye", Protocol.LEAVE_ROOM],
  ])("%s is cut off when it talks on", async (_when, last) => {
    const { server, room, metronome } = arena;
    const upgraded = once(server.app.server.transport.server as Server, "upgrade");
    const { answer } = await server.call(`/matchmake/joinById/${room.roomId}`, {
      body: { protocol: PROTOCOL_VERSION, name: newName() },
      token: server.guest(),
    });
    const { sessionId, processId } = answer as { sessionId: string; processId: string };
    const talker = connect(Number(new URL(server.endpoint).port), "127.0.0.1");
    // It is cut off in the middle of a word.
    talker.on("error", () => undefined);
    const path = `/${processId}/${room.roomId}?sessionId=${sessionId}`;
    talker.write([`GET ${path} HTTP/1.1`, "Host: localhost", ...HANDSHAKE, "\r\n"].join("\r\n"));
    await once(talker, "data");
    talker.write(Buffer.concat([frame(Protocol.JOIN_ROOM), frame(last)]));
    await metronome.during(eventually(() => !room.seats.has(sessionId)));
    const [, connection] = (await upgraded) as [unknown, Socket];
    for (let i = 0; i < 20; i++) talker.write(MEGABYTE);
    await metronome.during(eventually(() => connection.destroyed));
    expect(connection.bytesRead).toBeLessThan(2 * MEGABYTE.length);
    talker.destroy();
    await arena.expectCalm();
  });
});

describe("a connection that is lost and found over and over", () => {
  test("is not held for ever: the others are told of each time", async () => {
    let cheat = await arena.enter();
    const { client } = arena.bystander;
    const before = client.heard(Protocol.ROOM_DATA);
    let times = 0;
    const counted = await arena.counting(["session/too_many_requests", "session/seat_expired"], async () => {
      for (; times < 100; times++) {
        await cheat.drop();
        const back = await cheat.reconnect().catch(() => undefined);
        if (!back) break;
        back.greet();
        cheat = back;
      }
    });
    await settle();
    expect(times).toBe(20);
    expect(counted).toEqual({ "session/too_many_requests": 1, "session/seat_expired": 1 });
    expect(client.heard(Protocol.ROOM_DATA) - before).toBeLessThanOrEqual(2 * times + 1);
    expect(arena.room.seats.has(cheat.sessionId)).toBe(false);
    await arena.expectCalm();
  });

  test("now and then is held as long as it takes", async () => {
    let cheat = await arena.enter();
    for (let i = 0; i < 30; i++) {
      await arena.play(3 * TICK_HZ, [], () => undefined);
      await cheat.drop();
      await arena.play(TICK_HZ, [], () => undefined);
      cheat = await cheat.reconnect();
      cheat.greet();
    }
    expect(cheat.closedFor).toBeUndefined();
    await cheat.leave();
    await arena.expectCalm();
  });
});
