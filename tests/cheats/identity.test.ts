import { Protocol } from "@colyseus/core";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import { Presence } from "@tagalong/shared/session/presence.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import type { MoveControls } from "@tagalong/shared/world/movement.ts";
import { INPUT_CREDIT_MAX, LEAVING_MS, TICK_MS } from "@tagalong/shared/world/tuning.ts";
import { join, type Player, refusalOf } from "../../apps/server/test/support/Player.ts";
import { Arena } from "./support/Arena.ts";
import { snapshot, truthOf } from "./support/Bystander.ts";
import { inputFrame, messageFrame, requestFrame } from "./support/frames.ts";
import { RawClient, settle } from "./support/RawClient.ts";

const EAST: MoveControls = { dx: 1, dy: 0, dash: 0 };

let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open();
});
afterAll(async () => {
  console.info(`cheats of identity: ${arena.work.report()}`);
  await arena.close();
});

/** A cheat that is a real client, for what is asked and answered. */
function enterReal(): Promise<Player> {
  return arena.metronome.during(join(arena.server, arena.room.roomId));
}

/** Everything about one player that others can see, besides where an honest walk takes them. */
function looks(sessionId: string) {
  const { name, guest, colour, hat, presence } = truthOf(arena.room, { sessionId });
  return { name, guest, colour, hat, presence, leader: arena.room.state.leader };
}

/** Lines that the real client in the room has read since. */
function listen(): () => ChatLine[] {
  const { lines } = arena.witness;
  const from = lines.length;
  return () => lines.slice(from);
}

describe("a message that names somebody else", () => {
  /** Each message there is, filled with claims to be them. */
  const asSomebody = (them: { sessionId: string; guest: string; name: string }): [string, object][] => [
    ["session:hello", { protocol: PROTOCOL_VERSION, build: "x", ...them }],
    ["session:ready", { ...them }],
    ["session:away", { away: true, ...them }],
    ["session:rename", { ...them, name: "Somebody new" }],
    ["chat:say", { text: "I am not me", from: them, ...them }],
    ["chat:whisper", { text: "nor am I", from: them, ...them, name: arena.witness.name }],
  ];

  test("is about its sender, whatever it names", async () => {
    const cheat = await enterReal();
    const { client } = arena.bystander;
    const before = looks(client.sessionId);
    const read = listen();
    const them = { sessionId: client.sessionId, guest: before.guest, name: before.name };
    for (const [type, payload] of asSomebody(them)) {
      await arena.metronome.during(cheat.room.request(type as "session:ready", payload as never));
    }
    await arena.play(2, [], () => undefined);
    expect(looks(client.sessionId)).toEqual(before);
    expect(looks(cheat.sessionId)).toMatchObject({ name: "Somebody new", presence: Presence.AWAY });
    await arena.metronome.during(arena.witness.settled());
    const authors = read().flatMap((line) => ("from" in line ? [line.from.sessionId] : []));
    expect(authors).toEqual([cheat.sessionId, cheat.sessionId]);
    await cheat.leave();
    await arena.expectCalm();
  });

  test("asks for the leader's powers in vain", async () => {
    const cheat = await enterReal();
    const { client } = arena.bystander;
    const before = looks(client.sessionId);
    const { sessionId } = client;
    const leader = arena.witness.sessionId;
    const wishes: [string, object][] = [
      ["lobby:kick", { sessionId }],
      ["lobby:kick", { sessionId: leader }],
      ["lobby:kick", { sessionId, leader: cheat.sessionId, from: leader }],
      ["lobby:configure", { title: "Mine", locked: true, sessionId: leader }],
    ];
    const counted = await arena.counting(["lobby/not_leader"], async () => {
      for (const [type, payload] of wishes) {
        const refusal = await arena.metronome.during(
          refusalOf(cheat.room.request(type as "session:ready", payload as never)),
        );
        expect(refusal).toEqual({ reason: "lobby/not_leader" });
      }
    });
    expect(counted).toEqual({ "lobby/not_leader": wishes.length });
    expect(looks(sessionId)).toEqual(before);
    expect(arena.room.state.locked).toBe(false);
    await cheat.leave();
    await arena.expectCalm();
  });

  test("and a whole recorded session of theirs act for whoever sends them, and for nobody else", async () => {
    const theirs = [
      Uint8Array.of(Protocol.JOIN_ROOM),
      requestFrame("session:hello", { protocol: PROTOCOL_VERSION, build: "test" }, 1),
      requestFrame("session:ready", {}, 2),
      messageFrame("session:away", { away: true }),
      ...new Array<Uint8Array>(10).fill(inputFrame(EAST)),
      Uint8Array.of(Protocol.PING),
      messageFrame("session:away", { away: false }),
      Uint8Array.of(Protocol.LEAVE_ROOM),
    ];
    const before = looks(arena.bystander.client.sessionId);
    const cheat = await arena.enter();
    await arena.play(theirs.length, [cheat], (tick) => cheat.deliver(theirs[tick] ?? new Uint8Array()));
    expect(cheat.closedFor).toBe("session/left");
    expect(looks(arena.bystander.client.sessionId)).toEqual(before);
    await arena.expectCalm();
  });
});

describe("a token", () => {
  test("with somebody else's claims and another signature opens nothing", async () => {
    const victim = await arena.enter();
    const [claims, signature] = victim.token.split(".");
    const [ownClaims, ownSignature] = arena.server.guest().split(".");
    const forged = [
      `${claims}.${ownSignature}`,
      `${ownClaims}.${signature}`,
      `${claims}.`,
      `${claims}.${"A".repeat(signature?.length ?? 0)}`,
      `${claims}.${signature}.${signature}`,
      claims ?? "",
      victim.sessionId,
      truthOf(arena.room, victim).guest,
    ];
    const counted = await arena.counting(["session/token_invalid"], async () => {
      for (const token of forged) {
        await expect(arena.enter({ token })).rejects.toThrow("session/token_invalid");
      }
    });
    expect(counted).toEqual({ "session/token_invalid": forged.length });
    expect(victim.closedFor).toBeUndefined();
    await victim.leave();
    await arena.expectCalm();
  });

  test("that was stolen makes its thief the one who bears it: the owner is told, and there is one player", async () => {
    const victim = await arena.enter();
    await arena.play(5, [victim], () => victim.input(EAST));
    const before = snapshot(truthOf(arena.room, victim));
    const counted = await arena.counting(["session/replaced"], async () => {
      const thief = await arena.enter({ token: victim.token });
      expect(victim.closedFor).toBe("session/replaced");
      const { x, y } = truthOf(arena.room, thief);
      expect({ x, y }).toEqual({ x: before.x, y: before.y });
      const used = await arena.play(10, [thief, victim], () => {
        victim.input(EAST);
        thief.input(EAST);
      });
      expect(used).toEqual(new Array(10).fill(1));
      await thief.leave();
    });
    expect(counted).toEqual({ "session/replaced": 1 });
    await arena.expectCalm();
  });
});

describe("a reconnection token", () => {
  test("of somebody who is connected, stolen, brings their seat and no second one; once", async () => {
    const victim = await arena.enter();
    const token = victim.reconnectionToken;
    const before = { seats: arena.room.seats.size, place: snapshot(truthOf(arena.room, victim)) };
    const counted = await arena.counting(["session/replaced"], async () => {
      const thief = await victim.reconnect(token);
      thief.greet();
      expect(victim.closedFor).toBe("session/replaced");
      expect(arena.room.seats.size).toBe(before.seats);
      expect(thief.sessionId).toBe(victim.sessionId);
      const { x, y } = truthOf(arena.room, thief);
      expect({ x, y }).toEqual({ x: before.place.x, y: before.place.y });
      const used = await arena.play(10, [thief], () => {
        victim.input(EAST);
        thief.input(EAST);
      });
      expect(used).toEqual(new Array(10).fill(1));
      // It was used up.
      await expect(victim.reconnect(token)).rejects.toThrow("session/seat_expired");
      expect(thief.closedFor).toBeUndefined();
      await thief.leave();
    });
    expect(counted).toEqual({ "session/replaced": 1 });
    await arena.expectCalm();
  });

  test("of one's own opens no other seat, neither a taken one nor a held one", async () => {
    const cheat = await arena.enter();
    const victim = await arena.enter();
    const held = await arena.enter();
    await held.drop();
    for (const sessionId of [victim.sessionId, held.sessionId]) {
      for (const reconnectionToken of [cheat.reconnectionToken, sessionId, "", undefined]) {
        const counted = await arena.counting(["session/seat_expired"], () =>
          RawClient.knock(arena.server, arena.room.roomId, sessionId, reconnectionToken),
        );
        expect(counted).toEqual({ "session/seat_expired": 1 });
      }
    }
    expect(victim.closedFor).toBeUndefined();
    const back = await held.reconnect();
    back.greet();
    expect(truthOf(arena.room, back).presence).toBe(Presence.ACTIVE);
    for (const client of [cheat, victim, back]) await client.leave();
    await arena.expectCalm();
  });
});

describe("before the seat is approved", () => {
  const FRAMES: [string, Uint8Array][] = [
    ["an input", inputFrame(EAST)],
    ["a line of chat", messageFrame("chat:say", { text: "too early" })],
    ["a request to say something", requestFrame("chat:say", { text: "too early" })],
    ["a whisper", requestFrame("chat:whisper", { name: "x", text: "too early" })],
    ["that the world is drawn", requestFrame("session:ready", {})],
    ["another name", requestFrame("session:rename", { name: "Early bird" })],
    ["that the tab is hidden", messageFrame("session:away", { away: true })],
    ["a kick", requestFrame("lobby:kick", { sessionId: "x" })],
    ["another title", requestFrame("lobby:configure", { title: "Mine" })],
  ];
  const STAGES = ["connected", "acknowledged"] as const;

  test.each(FRAMES)("%s ends the session and does nothing", async (_what, frame) => {
    for (const until of STAGES) {
      const read = listen();
      const cheat = await arena.enter({ until });
      const counted = await arena.counting(["session/bad_message"], () =>
        // Over and over in one go: the end of the session is the end of it.
        arena.play(2, [cheat], () => {
          for (let i = 0; i < 20; i++) cheat.deliver(frame);
        }),
      );
      expect({ until, reason: cheat.closedFor }).toEqual({ until, reason: "session/bad_message" });
      expect(counted).toEqual({ "session/bad_message": 1 });
      expect(arena.room.seats.has(cheat.sessionId)).toBe(false);
      expect(arena.room.state.players.has(cheat.sessionId)).toBe(false);
      await arena.metronome.during(arena.witness.settled());
      expect(read()).toEqual([]);
    }
    await arena.expectCalm();
  });
});

describe("while the world is loading", () => {
  test("inputs are refused and counted, and none of them is kept for later", async () => {
    const cheat = await arena.enter({ until: "greeted" });
    const before = snapshot(truthOf(arena.room, cheat));
    const early = await arena.play(30, [cheat], () => {
      for (let i = 0; i < 3; i++) cheat.input(EAST);
    });
    expect(early).toEqual(new Array(30).fill(0));
    expect(snapshot(truthOf(arena.room, cheat))).toEqual(before);
    expect(arena.room.inputCounts(cheat.sessionId)).toMatchObject({ used: 0, refused: 90 });
    cheat.deliver(requestFrame("session:ready", {}));
    const later = await arena.play(INPUT_CREDIT_MAX, [cheat], () => undefined);
    expect(later).toEqual(new Array(INPUT_CREDIT_MAX).fill(0));
    await cheat.leave();
    await arena.expectCalm();
  });

  test("a tab that says it is hidden is still loading: that is no way to move early", async () => {
    const cheat = await arena.enter({ until: "greeted" });
    const used = await arena.play(10, [cheat], (tick) => {
      cheat.away(tick % 2 === 0);
      cheat.input(EAST);
    });
    expect(used).toEqual(new Array(10).fill(0));
    await cheat.leave();
    await arena.expectCalm();
  });
});

describe("on the way out", () => {
  const LEAVING_TICKS = Math.floor(LEAVING_MS / TICK_MS) - 1;

  const ENDINGS: [string, (cheat: RawClient) => void][] = [
    ["who said goodbye", (cheat) => cheat.send(Protocol.LEAVE_ROOM)],
    ["who was closed for a bad frame", (cheat) => cheat.send(31)],
    [
      "who was kicked",
      ({ sessionId }) => {
        const seat = arena.room.seats.get(sessionId);
        if (seat) arena.room.endSeat(seat, { reason: "lobby/kicked" });
      },
    ],
  ];
  test.each(ENDINGS)("somebody %s goes nowhere, says nothing and counts nothing", async (_who, end) => {
    const cheat = await arena.enter();
    await arena.play(1, [cheat], () => {
      // In the same turn, before and after: what waits in the queue is lost with the seat.
      for (let i = 0; i < 10; i++) cheat.input(EAST);
      end(cheat);
      for (let i = 0; i < 10; i++) cheat.input(EAST);
    });
    await settle();
    const player = truthOf(arena.room, cheat);
    const before = snapshot(player);
    expect(player.presence).toBe(Presence.LEAVING);
    const read = listen();
    const counted = await arena.counting(["session/bad_message", "session/too_many_messages"], () =>
      arena.play(LEAVING_TICKS, [cheat], () => {
        for (let i = 0; i < 10; i++) cheat.input({ ...EAST, dash: 1 });
        cheat.deliver(messageFrame("chat:say", { text: "still here" }));
        cheat.away(false);
        cheat.greet();
        cheat.send(31);
      }),
    );
    expect(counted).toEqual({ "session/bad_message": 0, "session/too_many_messages": 0 });
    expect(snapshot(player)).toEqual(before);
    await arena.play(3, [], () => undefined);
    expect(arena.room.state.players.has(cheat.sessionId)).toBe(false);
    await arena.metronome.during(arena.witness.settled());
    expect(read().filter(({ kind }) => kind === "say")).toEqual([]);
    await arena.expectCalm();
  });

  test("a seat that is held does not move, whatever its old socket still says", async () => {
    const cheat = await arena.enter();
    await arena.play(3, [cheat], () => cheat.input({ ...EAST, dash: 1 }));
    await cheat.drop();
    const player = truthOf(arena.room, cheat);
    const { x, y } = player;
    await arena.play(30, [cheat], () => cheat.input(EAST));
    expect(player.presence).toBe(Presence.RECONNECTING);
    expect({ x: player.x, y: player.y }).toEqual({ x, y });
    const back = await cheat.reconnect();
    back.greet();
    await back.leave();
    await arena.expectCalm();
  });

  test("a socket that was taken over cannot end the session of the one that took over", async () => {
    const old = await arena.enter();
    const now = await old.reconnect();
    now.greet();
    const counted = await arena.counting(["session/bad_message", "session/message_too_big"], () => {
      old.send(31);
      old.fail("WS_ERR_UNSUPPORTED_MESSAGE_LENGTH");
      old.fail("WS_ERR_INVALID_OPCODE");
    });
    expect(counted).toEqual({ "session/bad_message": 0, "session/message_too_big": 0 });
    expect(now.closedFor).toBeUndefined();
    await now.leave();
    await arena.expectCalm();
  });
});
