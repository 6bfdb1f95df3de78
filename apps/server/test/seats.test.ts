import { matchMaker } from "@colyseus/core";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Presence } from "@tagalong/shared/session/presence.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { eventually, steps } from "./support/eventually.ts";
import { join, loseConnection, type Player, reconnect, refusalOf } from "./support/Player.ts";
import { produced } from "./support/produced.ts";
import { HOLD_MS, TestServer } from "./support/server.ts";
import { skip } from "./support/skip.ts";

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

async function openRoom(): Promise<string> {
  return (await server.openRoom()).roomId;
}

function presenceOf(player: Player, seenBy: Player): number | undefined {
  return seenBy.room.state.players.get(player.sessionId)?.presence;
}

/** Causes that the feed gives for one player's leaving. */
function leavingOf(name: string, heardBy: Player): string[] {
  return heardBy.lines.flatMap((line) => (line.kind === "leaving" && line.name === name ? [line.cause] : []));
}

describe("a lost connection", () => {
  test("holds the seat, and gives it back to the same session where it was", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId);
    const bob = await join(server, roomId);
    for (let i = 0; i < 10; i++) bob.move(i % 2, 1);
    await eventually(() => server.plaza(roomId).inputCounts(bob.sessionId)?.used === 10);
    const playerOf = () => server.plaza(roomId).state.players.get(bob.sessionId);
    const { x, y, facing } = playerOf() ?? {};

    await bob.drop();
    await eventually(() => presenceOf(bob, ann) === Presence.RECONNECTING);
    expect(ann.lines.filter(({ kind }) => kind === "dropped")).toMatchObject([{ name: bob.name }]);
    const back = await reconnect(server, bob);
    expect(back.sessionId).toBe(bob.sessionId);
    await eventually(() => presenceOf(bob, ann) === Presence.ACTIVE);

    expect(playerOf()).toMatchObject({ x, y, facing, motion: 0, name: bob.name });
    // The client, which has lost all it knew, is told where its player is.
    await eventually(() => back.truths[0]);
    expect(back.truths[0]).toMatchObject({ seq: 0, mover: { x, y, facing, motion: 0 } });
    await steps(server.plaza(roomId), 2);
    await eventually(() => {
      expect(back.room.state.toJSON()).toEqual(server.plaza(roomId).state.toJSON());
      return true;
    });
    // Where a course has led is not told to those who were there to follow it.
    const { courseX: _x, courseY: _y, ...shown } = playerOf()?.toJSON() ?? {};
    expect(ann.room.state.players.get(bob.sessionId)?.toJSON()).toEqual(shown);
    expect(ann.lines.filter(({ kind }) => kind === "returned")).toMatchObject([{ name: bob.name }]);
    expect(server.eventsOf(bob.sessionId)).toEqual(["connect", "join", "drop", "reconnect"]);
    // And the seat is as good as new: it can be lost and taken again.
    await back.drop();
    expect((await reconnect(server, back)).sessionId).toBe(bob.sessionId);
  });

  test("within the first moments of a session holds the seat too", async () => {
    const roomId = await openRoom();
    await join(server, roomId);
    const bob = await join(server, roomId, { ready: false });
    await bob.drop();
    const back = await reconnect(server, bob);
    expect(back.sessionId).toBe(bob.sessionId);
    await back.room.request("session:ready", {});
    await eventually(() => presenceOf(back, back) === Presence.ACTIVE);
  });

  test("that lasts ends the seat: the feed says why, and its place and its name are free", async () => {
    const { roomId } = await server.openRoom({ maxPlayers: 2 });
    const ann = await join(server, roomId);
    const bob = await join(server, roomId, { name: "Bob" });
    await bob.drop();
    await eventually(() => presenceOf(bob, ann) === Presence.RECONNECTING);
    // While held, the name and the place are kept.
    expect((await refusalOf(join(server, roomId, { name: "B o b" }))).reason).toBe("lobby/room_full");
    skip(server.plaza(roomId), HOLD_MS);
    await eventually(() => leavingOf("Bob", ann).length > 0);
    expect(leavingOf("Bob", ann)).toEqual(["timeout"]);
    expect(server.eventsOf(bob.sessionId)).toContain("timeout");
    const cleo = await eventually(() => join(server, roomId, { name: "Bob" }).catch(() => undefined));
    expect(cleo.welcome?.name).toBe("Bob");
    expect((await refusalOf(reconnect(server, bob))).reason).toBe("session/seat_expired");
    await produced(server, "session/seat_expired");
  });

  test("keeps the name for its owner", async () => {
    const roomId = await openRoom();
    await join(server, roomId);
    const bob = await join(server, roomId, { name: "Bob" });
    await bob.drop();
    await eventually(() => server.plaza(roomId).seats.get(bob.sessionId)?.release);
    expect((await refusalOf(join(server, roomId, { name: "B0b" }))).reason).toBe("name/taken");
    await reconnect(server, bob);
  });

  test("of everybody keeps the room as long as it holds a seat", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId);
    await ann.drop();
    await eventually(() => server.plaza(roomId).clients.length === 0);
    const back = await reconnect(server, ann);
    await loseConnection(server, back);
    skip(server.plaza(roomId), HOLD_MS);
    await eventually(() => !server.hasRoom(roomId));
    const refusal = await refusalOf(reconnect(server, back));
    expect(refusal.reason).toBe("lobby/room_closed");
    await produced(server, "lobby/room_closed");
  });

  test("does not let a whisper disappear", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId);
    const bob = await join(server, roomId);
    await bob.drop();
    await eventually(() => presenceOf(bob, ann) === Presence.RECONNECTING);
    const whisper = ann.room.request("chat:whisper", { name: bob.name, text: "there?" });
    expect((await refusalOf(whisper)).reason).toBe("chat/no_such_player");
  });

  test("that the server has not noticed yet: the new socket takes the seat, the old one is told", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId);
    const bob = await join(server, roomId);
    const back = await reconnect(server, bob);
    expect(back.sessionId).toBe(bob.sessionId);
    expect(await bob.closed).toMatchObject({ code: 4106, refusal: { reason: "session/replaced" } });
    await eventually(() => presenceOf(bob, ann) === Presence.ACTIVE);
    expect(leavingOf(bob.name, ann)).toEqual([]);
    expect(server.plaza(roomId).seats.size).toBe(2);
    await produced(server, "session/replaced");
  });

  test("is told apart from a leave, a kick and a closed tab of the same code", async () => {
    const roomId = await openRoom();
    const ann = await join(server, roomId);
    const [left, closed, cut] = [
      await join(server, roomId, { name: "Left" }),
      await join(server, roomId, { name: "Closed" }),
      await join(server, roomId, { name: "Cut" }),
    ];
    await left.leave();
    closed.room.connection.close(1000);
    await loseConnection(server, cut);
    await eventually(() => leavingOf("Left", ann).length > 0 && leavingOf("Closed", ann).length > 0);
    expect(leavingOf("Cut", ann)).toEqual([]);
    skip(server.plaza(roomId), HOLD_MS);
    await eventually(() => leavingOf("Cut", ann).length > 0);
    expect(leavingOf("Left", ann)).toEqual(["left"]);
    expect(leavingOf("Closed", ann)).toEqual(["left"]);
    expect(leavingOf("Cut", ann)).toEqual(["timeout"]);
  });
});

describe("the same guest twice", () => {
  test("in one room: the newer wins, and takes over the place and the lead", async () => {
    const roomId = await openRoom();
    const token = server.guest();
    const older = await join(server, roomId, { token, name: "Ann" });
    const bob = await join(server, roomId);
    for (let i = 0; i < 8; i++) older.move(0, 1);
    await eventually(() => server.plaza(roomId).inputCounts(older.sessionId)?.used === 8);
    const { x, y } = server.plaza(roomId).state.players.get(older.sessionId) ?? { x: 0, y: 0 };

    const newer = await join(server, roomId, { token, name: "Ann" });
    expect(await older.closed).toMatchObject({ code: 4106, refusal: { reason: "session/replaced" } });
    expect(newer.self).toMatchObject({ name: "Ann" });
    await eventually(() => newer.truths[0]);
    expect(newer.truths[0]).toMatchObject({ seq: 0, mover: { x, y } });
    await eventually(() => bob.room.state.leader === newer.sessionId);
    await eventually(() => Object.keys(bob.seen).length === 2);
    // Nobody came and nobody went, as far as the others can tell.
    expect(bob.lines.filter((line) => "name" in line && line.name === "Ann")).toEqual([]);
  });

  test("in another room: the newer wins there too, and the older room hears of it", async () => {
    const token = server.guest();
    const first = await openRoom();
    const bob = await join(server, first);
    const older = await join(server, first, { token });
    const newer = await join(server, await openRoom(), { token });
    expect((await older.closed).refusal.reason).toBe("session/replaced");
    expect(newer.isClosed).toBe(false);
    await eventually(() => leavingOf(older.name, bob).length > 0);
    expect(leavingOf(older.name, bob)).toEqual(["replaced"]);
  });

  test("in two rooms at the same moment: each hears of the other, and the last one stays", async () => {
    const { presence } = matchMaker;
    const publish = presence.publish.bind(presence);
    const told: unknown[] = [];
    presence.publish = (topic, data) =>
      void (topic === "session:seated" ? told.push(data) : publish(topic, data));
    const token = server.guest();
    const older = await join(server, await openRoom(), { token });
    const newer = await join(server, await openRoom(), { token });
    presence.publish = publish;
    expect(told).toMatchObject([{ sessionId: older.sessionId }, { sessionId: newer.sessionId }]);
    for (const data of told) publish("session:seated", data);
    expect((await older.closed).refusal.reason).toBe("session/replaced");
    await newer.settled();
    expect(newer.isClosed).toBe(false);
    // Later than any word that crosses another, whoever hears of a seat yields to it.
    presence.del(`seated:${server.guestId(token)}`);
    publish("session:seated", { ...(told[0] as object), sessionId: "another" });
    expect((await newer.closed).refusal.reason).toBe("session/replaced");
  });

  test("while the older seat is held: the newer wins, and the held one cannot come back", async () => {
    const roomId = await openRoom();
    const token = server.guest();
    const bob = await join(server, roomId);
    const older = await join(server, roomId, { token, name: "Ann" });
    await older.drop();
    await eventually(() => presenceOf(older, bob) === Presence.RECONNECTING);
    await join(server, roomId, { token, name: "Ann" });
    await eventually(() => server.plaza(roomId).seats.size === 2);
    expect((await refusalOf(reconnect(server, older))).reason).toBe("session/seat_expired");
  });

  test("a seat that is not greeted yet is not ended by one that was greeted before it, and ends it then", async () => {
    const token = server.guest();
    const late = await join(server, await openRoom(), { token, hello: false });
    const early = await join(server, await openRoom(), { token });
    await late.settled();
    await late.hello();
    expect((await early.closed).refusal.reason).toBe("session/replaced");
    expect(late.isClosed).toBe(false);
  });

  test("a guest who has not greeted does not end the older seat", async () => {
    const roomId = await openRoom();
    const token = server.guest();
    const older = await join(server, roomId, { token, name: "Ann" });
    const silent = await join(server, roomId, { token, name: "Ann", hello: false });
    await silent.settled();
    await older.settled();
    expect(older.isClosed).toBe(false);
    await silent.leave();
    expect(older.isClosed).toBe(false);
  });
});

describe("the leader", () => {
  async function ledRoom(): Promise<{ roomId: string; leader: Player; bob: Player; cleo: Player }> {
    const roomId = await openRoom();
    const leader = await join(server, roomId);
    return { roomId, leader, bob: await join(server, roomId), cleo: await join(server, roomId) };
  }
  const kick = (by: Player, sessionId: string) => by.room.request("lobby:kick", { sessionId });

  test("is whoever came first; the lead passes on to who has been there longest", async () => {
    const { leader, bob, cleo } = await ledRoom();
    expect(cleo.room.state.leader).toBe(leader.sessionId);
    await leader.leave();
    await eventually(() => cleo.room.state.leader === bob.sessionId);
    expect(cleo.lines.filter(({ kind }) => kind === "leads")).toMatchObject([{ name: bob.name }]);
  });

  test("keeps the lead through a lost connection, and passes it to somebody who is there", async () => {
    const { roomId, leader, bob, cleo } = await ledRoom();
    const room = server.plaza(roomId);
    await loseConnection(server, leader);
    skip(room, HOLD_MS / 2);
    expect(room.state.leader).toBe(leader.sessionId);
    await loseConnection(server, bob);
    skip(room, HOLD_MS / 2);
    await eventually(() => room.state.leader !== leader.sessionId);
    expect(room.seats.get(bob.sessionId)?.release).toBeDefined();
    expect(room.state.leader).toBe(cleo.sessionId);
  });

  test("can kick: the guest is told, the others hear why, and there is no way back", async () => {
    const { roomId, leader, bob, cleo } = await ledRoom();
    await kick(leader, bob.sessionId);
    expect(await bob.closed).toEqual({ code: 4147, refusal: { reason: "lobby/kicked" } });
    await produced(server, "lobby/kicked");
    await eventually(() => leavingOf(bob.name, cleo).length > 0);
    expect(leavingOf(bob.name, cleo)).toEqual(["kicked"]);
    expect(server.eventsOf(bob.sessionId)).toContain("kick");
    const { token } = bob;
    const ticket = bob.welcome?.roomTicket ?? "";
    for (const again of [{ token }, { token, name: "Other" }, { token, ticket }]) {
      expect((await refusalOf(join(server, roomId, again))).reason).toBe("lobby/banned");
    }
    await produced(server, "lobby/banned");
    expect((await refusalOf(reconnect(server, bob))).reason).toBe("session/seat_expired");
    // The place and the name are free for others.
    await join(server, roomId, { name: bob.name });
  });

  test("can kick a seat that is only held: it is gone, and cannot come back", async () => {
    const { roomId, leader, bob, cleo } = await ledRoom();
    await bob.drop();
    await eventually(() => presenceOf(bob, cleo) === Presence.RECONNECTING);
    await kick(leader, bob.sessionId);
    await eventually(() => leavingOf(bob.name, cleo).length > 0);
    expect(leavingOf(bob.name, cleo)).toEqual(["kicked"]);
    expect((await refusalOf(reconnect(server, bob))).reason).toBe("session/seat_expired");
    expect((await refusalOf(join(server, roomId, { token: bob.token }))).reason).toBe("lobby/banned");
  });

  test("nobody else can kick, rename or lock; and not everybody can be kicked", async () => {
    const { leader, bob, cleo } = await ledRoom();
    const reasons: Refusal[] = [
      await refusalOf(kick(bob, cleo.sessionId)),
      await refusalOf(bob.room.request("lobby:configure", { locked: true })),
    ];
    expect(reasons.map(({ reason }) => reason)).toEqual(["lobby/not_leader", "lobby/not_leader"]);
    expect((await refusalOf(kick(leader, leader.sessionId))).reason).toBe("lobby/cannot_kick_self");
    expect((await refusalOf(kick(leader, "nobody"))).reason).toBe("lobby/no_such_player");
    await produced(server, "lobby/not_leader");
    await produced(server, "lobby/cannot_kick_self");
    await produced(server, "lobby/no_such_player");
    expect([leader, bob, cleo].some(({ isClosed }) => isClosed)).toBe(false);
  });

  test("can lock the room: nobody new comes in, who was in comes back, and unlocking opens it", async () => {
    const { roomId, leader, bob } = await ledRoom();
    await leader.room.request("lobby:configure", { locked: true });
    await eventually(() => bob.room.state.locked);
    expect((await refusalOf(join(server, roomId))).reason).toBe("lobby/room_locked");
    await produced(server, "lobby/room_locked");
    await bob.drop();
    await eventually(() => presenceOf(bob, leader) === Presence.RECONNECTING);
    const back = await reconnect(server, bob);
    // Also after the hold ran out: a seat was theirs before.
    await loseConnection(server, back);
    skip(server.plaza(roomId), HOLD_MS);
    await eventually(() => leavingOf(bob.name, leader).length > 0);
    const ticket = bob.welcome?.roomTicket ?? "";
    await join(server, roomId, { token: bob.token, ticket });
    await leader.room.request("lobby:configure", { locked: false });
    await join(server, roomId);
  });

  test("a title that cannot be used is refused", async () => {
    const { leader } = await ledRoom();
    for (const title of ["", "\u200b", "x".repeat(33)]) {
      const refusal = await refusalOf(leader.room.request("lobby:configure", { title }));
      expect(refusal.reason).toBe("lobby/bad_title");
    }
    await produced(server, "lobby/bad_title");
  });
});
