import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { PlazaRoom } from "../src/world/PlazaRoom.ts";
import { eventually, steps } from "./support/eventually.ts";
import { join, type Player, refusalOf } from "./support/Player.ts";
import { produced } from "./support/produced.ts";
import { TestServer } from "./support/server.ts";

let server: TestServer;
let elsewhere: Player;
let elsewhereRoom: PlazaRoom;
beforeAll(async () => {
  server = await TestServer.start();
  const { roomId } = await server.openRoom();
  elsewhere = await join(server, roomId);
  elsewhereRoom = server.plaza(roomId);
});
afterAll(() => server.stop());

async function enter(): Promise<{ room: PlazaRoom; ann: Player; bob: Player }> {
  const { roomId } = await server.openRoom();
  const ann = await join(server, roomId);
  return { room: server.plaza(roomId), ann, bob: await join(server, roomId) };
}

async function expectOthersPlayOn(): Promise<void> {
  const used = elsewhereRoom.inputCounts(elsewhere.sessionId)?.used ?? 0;
  elsewhere.move(0, 1);
  await eventually(() => (elsewhereRoom.inputCounts(elsewhere.sessionId)?.used ?? 0) > used);
  expect(elsewhere.isClosed).toBe(false);
}

/** How often an exception of this origin was counted and logged. */
async function exceptions(where: string): Promise<number> {
  const { values } = await server.services.metrics.exceptions.get();
  const counted = values.find(({ labels }) => labels.where === where)?.value ?? 0;
  const logged = server.logs.filter(({ event, method }) => event === "exception" && method === where);
  expect(logged).toHaveLength(counted);
  return counted;
}

function broken(): never {
  throw new Error("broken on purpose");
}

describe("a throw", () => {
  test("in a handler costs its message and nothing else", async () => {
    const { room, ann, bob } = await enter();
    const before = await exceptions("onMessage");
    const { chatAuthor } = room;
    room.chatAuthor = broken;
    expect((await refusalOf(ann.say("lost"))).reason).toBe("session/internal_error");
    room.chatAuthor = chatAuthor;
    // One that takes its time, too.
    Reflect.set(room, "onRenamed", broken);
    const renamed = ann.room.request("session:rename", { name: "Anna" });
    expect((await refusalOf(renamed)).reason).toBe("session/internal_error");
    expect(await exceptions("onMessage")).toBe(before + 2);
    await ann.say("heard");
    await eventually(() => bob.lines.some((line) => line.kind === "say" && line.text === "heard"));
    expect(bob.lines.some((line) => line.kind === "say" && line.text === "lost")).toBe(false);
    await expectOthersPlayOn();
  });

  test("in the step ends that room for all in it, with one reason, and no other room", async () => {
    const { room, ann, bob } = await enter();
    const { roomId } = room;
    const before = await exceptions("setFixedTimestep");
    room.inputs.get = broken;
    for (const player of [ann, bob]) {
      expect(await player.closed).toEqual({ code: 4115, refusal: { reason: "session/internal_error" } });
    }
    await produced(server, "session/internal_error");
    await eventually(() => !server.hasRoom(roomId));
    // Once, not with every step until the room is gone.
    expect(await exceptions("setFixedTimestep")).toBe(before + 1);
    // The room logs where it happened.
    expect(server.logs.findLast(({ method }) => method === "setFixedTimestep")).toMatchObject({ roomId });
    await expectOthersPlayOn();
  });

  test("in the step while a seat is held ends the held seat too", async () => {
    const { room, ann, bob } = await enter();
    const { roomId } = room;
    await bob.drop();
    await eventually(() => room.seats.get(bob.sessionId)?.release);
    room.inputs.get = broken;
    expect((await ann.closed).code).toBe(4115);
    await eventually(() => !server.hasRoom(roomId));
    await expectOthersPlayOn();
  });

  test("in a timer leaves the room as it is", async () => {
    const { room, ann } = await enter();
    room.clock.setTimeout(broken, 1);
    await eventually(async () => (await exceptions("setTimeout")) === 1);
    await steps(room, 2);
    expect(ann.isClosed).toBe(false);
    await expectOthersPlayOn();
  });

  test("while somebody takes a seat refuses that one, and frees the place", async () => {
    const { room, ann } = await enter();
    const { setTimeout } = room.clock;
    room.clock.setTimeout = broken as never;
    await expect(join(server, room.roomId)).rejects.toThrow();
    room.clock.setTimeout = setTimeout;
    await eventually(() => room.clients.length === 2);
    await join(server, room.roomId);
    expect(ann.isClosed).toBe(false);
    expect(room.seats.size).toBe(3);
  });

  test("while somebody leaves does not keep the room or its other players from going on", async () => {
    const { room, ann, bob } = await enter();
    const { announceLeave } = room.plugins.chat;
    room.plugins.chat.announceLeave = broken;
    await bob.leave();
    await eventually(() => room.clients.length === 1);
    room.plugins.chat.announceLeave = announceLeave;
    expect(room.seats.size).toBe(1);
    await steps(room, 2);
    expect(ann.isClosed).toBe(false);
    await ann.say("still here");
    await expectOthersPlayOn();
  });

  test("in a route is an answer with a reason, and tells nothing of the error", async () => {
    const { guests } = server.services;
    const { issue } = guests;
    guests.issue = broken;
    const { status, answer } = await server.call("/api/guest", { body: {} });
    guests.issue = issue;
    expect({ status, answer }).toEqual({ status: 500, answer: { error: "session/internal_error" } });
    expect(server.logs.some(({ event, method }) => event === "exception" && method === "POST /guest")).toBe(
      true,
    );
  });

  test("at the door is a refusal with a reason, and tells nothing of the error", async () => {
    const { guestList } = server.services;
    const { check } = guestList;
    guestList.check = broken;
    const refused = join(server, elsewhereRoom.roomId);
    await expect(refused).rejects.toThrow("session/internal_error");
    guestList.check = check;
    await join(server, elsewhereRoom.roomId);
  });
});
