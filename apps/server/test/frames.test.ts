import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Protocol } from "@colyseus/core";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { eventually, steps } from "./support/eventually.ts";
import { join, newName, type Player } from "./support/Player.ts";
import { produced } from "./support/produced.ts";
import { TestServer } from "./support/server.ts";

let server: TestServer;
/** Somebody else in the same room, and somebody in another one: neither may notice anything. */
let roomId: string;
let witness: Player;
let elsewhere: Player;
const sockets: Socket[] = [];
const rejections: unknown[] = [];
const onRejection = (error: unknown) => void rejections.push(error);

beforeAll(async () => {
  process.on("unhandledRejection", onRejection);
  process.on("uncaughtException", onRejection);
  server = await TestServer.start({
    ROOM_MAX_PLAYERS: "500",
  });
  ({ roomId } = await server.openRoom({ maxPlayers: 500 }));
  witness = await join(server, roomId);
  elsewhere = await join(server, (await server.openRoom()).roomId);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await server.stop();
  process.off("unhandledRejection", onRejection);
  process.off("uncaughtException", onRejection);
  expect(rejections).toEqual([]);
});

/** The others are there, play on, and the rooms had no exception. */
async function expectCalm(): Promise<void> {
  const room = server.plaza(roomId);
  const used = room.inputCounts(witness.sessionId)?.used ?? 0;
  witness.move(0, 1);
  elsewhere.move(0, 1);
  await eventually(() => (room.inputCounts(witness.sessionId)?.used ?? 0) > used);
  expect([witness.isClosed, elsewhere.isClosed]).toEqual([false, false]);
  const { values } = await server.services.metrics.exceptions.get();
  server.services.metrics.exceptions.reset();
  expect(values).toEqual([]);
}

const text = (value: string) => [...Buffer.from(value)];
/** A message name as the SDK writes it. */
const name = (value: string) => [0xa0 | value.length, ...text(value)];

const SAY = name("chat:say");
const BAD: [string, number[]][] = [
  ["an empty frame", []],
  ["a frame of no kind", [0]],
  ["a kind that only servers send", [Protocol.ROOM_STATE, 1, 2, 3]],
  ["a kind that does not exist", [31]],
  ["a message of bytes", [Protocol.ROOM_DATA_BYTES, ...SAY, 1, 2, 3]],
  ["an unreliable input", [Protocol.ROOM_INPUT_UNRELIABLE, 1, 2, 3]],
  ["an unreliable input that loops for 2^31 stamps", [20 | 0x80, 0xce, 255, 255, 255, 127, 1, 2, 3, 4]],
  ["an unreliable input with another modifier", [20 | 0x40, 0xce, 255, 255, 255, 127]],
  ["a message without a name", [Protocol.ROOM_DATA]],
  ["a message of an unknown name", [Protocol.ROOM_DATA, ...name("chat:shout")]],
  ["a request of an unknown name", [Protocol.ROOM_REQUEST, 1, ...name("chat:shout")]],
  ["a request of a prototype's name", [Protocol.ROOM_REQUEST, 1, ...name("__proto__")]],
  ["a request of the name that all others go by", [Protocol.ROOM_REQUEST, 1, ...name("_")]],
  ["a message with a number for a name", [Protocol.ROOM_DATA, 7]],
  ["a message of the name *", [Protocol.ROOM_DATA, ...name("*"), 0x81, ...name("toString"), 1]],
  ["a message of the name __proto__", [Protocol.ROOM_DATA, ...name("__proto__")]],
  ["a message of the name constructor", [Protocol.ROOM_DATA, ...name("constructor")]],
  ["a name longer than the frame", [Protocol.ROOM_DATA, 0xdb, 255, 255, 255, 255, 1]],
  ["a name that is not UTF-8", [Protocol.ROOM_DATA, 0xa3, 0xff, 0xfe, 0xfd]],
  ["a request whose name is not UTF-8", [Protocol.ROOM_REQUEST, 1, 0xa3, 0xff, 0xfe, 0xfd]],
  ["a request without anything", [Protocol.ROOM_REQUEST]],
  ["a payload cut short", [Protocol.ROOM_DATA, ...SAY, 0xdf, 255, 255, 255, 255]],
  ["a payload of the wrong shape", [Protocol.ROOM_DATA, ...SAY, 0x81, ...name("text"), 7]],
  ["a message without its payload", [Protocol.ROOM_DATA, ...SAY]],
  ["an input with an unknown field", [Protocol.ROOM_INPUT_RELIABLE, 0x80 | 60, 1]],
  ["an input cut short", [Protocol.ROOM_INPUT_RELIABLE, 0x80]],
  ["a stamped input nobody asked for", [Protocol.ROOM_INPUT_RELIABLE | 0x80, 0xcb, 1, 2, 3, 4, 5, 6, 7, 8]],
  ["an input longer than any", [Protocol.ROOM_INPUT_RELIABLE, ...new Array(40).fill(1)]],
];

describe("a frame that no honest client sends", () => {
  test.each(BAD)("%s ends the session with its reason", async (_what, bytes) => {
    const bob = await join(server, roomId);
    const before = await server.count("session/bad_message");
    bob.frame(...bytes);
    const { refusal } = await bob.closed;
    expect(refusal.reason).toBe("session/bad_message");
    await eventually(() => !server.plaza(roomId).seats.has(bob.sessionId));
    expect(await server.count("session/bad_message")).toBe(before + 1);
    await produced(server, "session/bad_message");
    await expectCalm();
  });

  const IGNORED: [string, number[]][] = [
    ["a second acknowledgement", [Protocol.JOIN_ROOM, 1, 2, 3]],
    ["an input without fields", [Protocol.ROOM_INPUT_RELIABLE]],
  ];
  test.each(IGNORED)("%s changes nothing, or ends the session", async (_what, bytes) => {
    const bob = await join(server, roomId);
    const player = server.plaza(roomId).state.players.get(bob.sessionId);
    const { name, presence, facing, motion, x, y } = player ?? {};
    const before = { name, presence, facing, motion, x, y };
    bob.frame(...bytes);
    await Promise.race([bob.settled(), bob.closed]);
    await steps(server.plaza(roomId), 2);
    if (!bob.isClosed) {
      expect(server.plaza(roomId).state.players.get(bob.sessionId)).toMatchObject(before);
      await bob.leave();
    }
    await expectCalm();
  });

  test("one that is too big ends the session at once, and no seat is held for it", async () => {
    const bob = await join(server, roomId);
    const before = await server.count("session/message_too_big");
    bob.frame(...new Array(5_000).fill(Protocol.PING));
    expect(await bob.closed).toMatchObject({ code: 1009, refusal: { reason: "session/message_too_big" } });
    await eventually(() => !server.plaza(roomId).seats.has(bob.sessionId));
    expect(await server.count("session/message_too_big")).toBe(before + 1);
    await produced(server, "session/message_too_big");
    await eventually(() => witness.lines.some((line) => line.kind === "leaving" && line.name === bob.name));
    await expectCalm();
  });

  test("one that breaks the WebSocket protocol itself ends the session, and no seat is held for it", async () => {
    const bob = await join(server, roomId);
    const socket = server.plaza(roomId).clients.find(({ sessionId }) => sessionId === bob.sessionId)?.ref;
    // As if these bytes had come from the network: a reserved opcode, unmasked.
    (socket as unknown as { _socket: { emit(event: "data", data: Buffer): void } })._socket.emit(
      "data",
      Buffer.from([0x83, 0x00]),
    );
    await eventually(() => !server.plaza(roomId).seats.has(bob.sessionId));
    await expectCalm();
  });

  test("a text frame is a frame like others", async () => {
    const bob = await join(server, roomId);
    (bob.room.connection as unknown as { transport: { ws: WebSocket } }).transport.ws.send("hello there");
    expect((await bob.closed).refusal.reason).toBe("session/bad_message");
    await expectCalm();
  });
});

describe("too many frames", () => {
  test("end the session of whoever sends them", async () => {
    const bob = await join(server, roomId);
    for (let i = 0; i < 400 && !bob.isClosed; i++) bob.frame(Protocol.PING);
    expect(await bob.closed).toMatchObject({ code: 4111, refusal: { reason: "session/too_many_messages" } });
    await produced(server, "session/too_many_messages");
    await eventually(() =>
      witness.lines.some(
        (line) => line.kind === "leaving" && line.name === bob.name && line.cause === "kicked",
      ),
    );
    await expectCalm();
  });

  test("greetings over and over do not make the server send the history over and over", async () => {
    const bob = await join(server, roomId);
    for (let i = 0; i < 20; i++) await bob.hello();
    expect(bob.history.length).toBeLessThanOrEqual(50);
    await bob.leave();
  });
});

describe("a slow reader", () => {
  test("is closed before it costs memory without end", async () => {
    const back = server.configure({ MAX_BUFFERED_BYTES: 200_000 });
    const sessionId = await openDeafSocket();
    const room = server.plaza(roomId);
    const client = await eventually(() => room.clients.find((one) => one.sessionId === sessionId));
    const line = { id: 0, at: 0, kind: "joined", name: "x".repeat(100_000) } as const;
    await eventually(() => {
      for (let i = 0; i < 10; i++) client.send("chat:line", line);
      return !room.seats.has(sessionId);
    });
    await produced(server, "session/slow_reader");
    back();
    await expectCalm();
  });

  /** A seat whose socket is open, acknowledged, and never read from. */
  async function openDeafSocket(): Promise<string> {
    const body = { protocol: PROTOCOL_VERSION, name: newName() };
    const path = `/matchmake/joinById/${roomId}`;
    const { answer } = await server.call(path, { body, token: server.guest() });
    const { sessionId, processId } = answer as { sessionId: string; processId: string };
    const socket = connect(Number(new URL(server.endpoint).port), "127.0.0.1");
    sockets.push(socket);
    socket.write(
      [
        `GET /${processId}/${roomId}?sessionId=${sessionId} HTTP/1.1`,
        "Host: 127.0.0.1",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "\r\n",
      ].join("\r\n"),
    );
    await once(socket, "data");
    socket.pause();
    // One masked binary frame with one byte: the join is acknowledged.
    socket.write(Buffer.from([0x82, 0x81, 0, 0, 0, 0, Protocol.JOIN_ROOM]));
    return sessionId;
  }
});

describe("random frames", () => {
  const seed = 4_711;
  test(`thousands of them, seed ${seed}: each session goes on or ends with a reason`, async () => {
    const random = createRandom(seed);
    const kinds = [10, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22];
    const names = [
      "session:hello",
      "session:away",
      "chat:say",
      "chat:whisper",
      "lobby:kick",
      "lobby:configure",
    ];
    const below = (most: number) => Math.floor(random() * most);
    const frame = (): number[] => {
      const bytes = Array.from({ length: below(below(4) === 0 ? 200 : 12) }, () => below(256));
      const what = random();
      if (what < 0.04) return bytes;
      const kind = kinds[below(kinds.length)] ?? 0;
      if (what < 0.08) return [kind | (random() < 0.2 ? 0x80 : 0), ...bytes];
      if (what < 0.12) return [Protocol.ROOM_INPUT_RELIABLE, ...bytes.slice(0, 30)];
      // Mostly what gets through, so that a session lives long enough to be in many states.
      if (what < 0.9) return [Protocol.ROOM_INPUT_RELIABLE, 0x80 | below(3), below(256)];
      return [Protocol.ROOM_REQUEST, below(100), ...name(names[below(names.length)] ?? ""), ...bytes];
    };
    let sent = 0;
    const reasons = new Set<string>();
    const fuzz = async () => {
      while (sent < 1_000) {
        const bob = await join(server, roomId, { ready: false });
        for (let i = 0; i < 100 && !bob.isClosed; i++) {
          bob.frame(...frame());
          sent += 1;
          if (i % 5 === 0) await Promise.race([bob.settled(), bob.closed]);
        }
        if (!bob.isClosed) await Promise.race([bob.leave(), bob.closed]);
        reasons.add((await bob.closed).refusal.reason);
      }
    };
    await Promise.all(Array.from({ length: 25 }, fuzz));
    const expected = ["session/bad_message", "session/too_many_messages", "session/left"];
    expect([...reasons].filter((reason) => !expected.includes(reason))).toEqual([]);
    await eventually(() => server.plaza(roomId).seats.size === 1);
    await expectCalm();
  });
});

test("the frame guard stands: the private method it wraps is there, and is ours", async () => {
  const { Room } = await import("@colyseus/core");
  const receive = (Room.prototype as unknown as { _onMessage: { toString(): string } })._onMessage;
  expect(typeof receive).toBe("function");
  expect(receive.toString()).toContain("checkFrame");
});
