import { matchMaker } from "@colyseus/core";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { PlazaRoom } from "../src/world/PlazaRoom.ts";
import { eventually } from "./support/eventually.ts";
import { KeepingCluster } from "./support/KeepingCluster.ts";
import { type JoinAs, join, type Player, reconnect, refusalOf } from "./support/Player.ts";
import { HOLD_MS, TestServer } from "./support/server.ts";
import { skip } from "./support/skip.ts";

let server: TestServer;
const cluster = new KeepingCluster();
beforeAll(async () => {
  server = await TestServer.start({}, { cluster });
});
afterAll(() => server.stop());

interface Led {
  readonly roomId: string;
  readonly code: string;
  readonly ann: Player;
  readonly bob: Player;
  readonly rowdy: Player;
}

async function ledRoom(): Promise<Led> {
  // Nobody is led into it who looks for any room.
  const { roomId, code } = await server.openRoom({ title: "Mine", private: true });
  const [ann, bob, rowdy] = [
    await join(server, roomId, { name: "Ann" }),
    await join(server, roomId, { name: "Bob" }),
    await join(server, roomId, { name: "Rowdy" }),
  ];
  return { roomId, code, ann, bob, rowdy };
}

/** All of the room is lost, but for what its players hold. */
async function lose(...players: Player[]): Promise<void> {
  await handOn(...players);
  cluster.kept.clear();
}

async function handOn(...players: Player[]): Promise<void> {
  await server.plaza(players[0]?.room.roomId ?? "").handOn();
  await Promise.all(players.map(({ closed }) => closed));
}

/** Open the room of a ticket again, and go in with it. */
async function comeBack({ token, name, ticket }: Player, options: JoinAs = {}): Promise<Player> {
  const body = { ticket, protocol: PROTOCOL_VERSION };
  const { answer } = await server.call("/api/rooms/open", { body, token });
  return join(server, (answer as RoomResponse).roomId, { token, name, ticket, ...options });
}

/** So long the seats of a room that is opened again are kept for those who have a ticket. */
const RETURN_MS = 5_000;
const roomOf = ({ room }: Player) => server.plaza(room.roomId);
/** Name of the leader, as the room has it. */
const leaderOf = (player: Player) => roomOf(player).seats.get(roomOf(player).state.leader)?.name;
const kick = (by: Player, { sessionId }: Player) => by.room.request("lobby:kick", { sessionId });
const configure = (by: Player, wish: { title?: string; locked?: boolean }) =>
  by.room.request("lobby:configure", wish);
/** The ticket says how the room is by now. */
const isUpToDate = (player: Player) => eventually(() => readTicket(player).revision === revisionOf(player));
const readTicket = ({ ticket }: Player) => server.services.tickets.open(ticket) ?? { revision: -1 };
const revisionOf = (player: Player) => roomOf(player).settings.revision;

describe("a room that is opened again with a ticket of before its last changes", () => {
  test("becomes what it was as soon as somebody with a newer one comes, and whoever was kicked goes", async () => {
    const { ann, bob, rowdy, code } = await ledRoom();
    await kick(ann, rowdy);
    await configure(ann, { title: "Ours", locked: true });
    await isUpToDate(bob);
    await isUpToDate(ann);
    await lose(ann, bob);

    const back = await comeBack(rowdy);
    expect(roomOf(back).settings).toMatchObject({ code, title: "Mine", locked: false, banned: [] });
    // Was never its leader, and is not by being first.
    expect(leaderOf(back)).toBeUndefined();
    expect((await refusalOf(configure(back, { title: "Rowdy's" }))).reason).toBe("lobby/not_leader");

    const bobBack = await comeBack(bob);
    expect((await back.closed).refusal).toEqual({ reason: "lobby/kicked" });
    const room = roomOf(bobBack);
    expect(room.settings).toMatchObject({
      title: "Ours",
      locked: true,
      banned: [server.guestId(rowdy.token)],
    });
    expect(room.metadata).toMatchObject({ title: "Ours", locked: true });
    await eventually(() => bobBack.room.state.title === "Ours" && bobBack.room.state.locked);
    expect(leaderOf(bobBack)).toBeUndefined();
    const annBack = await comeBack(ann);
    expect(annBack.room.roomId).toBe(bobBack.room.roomId);
    expect(leaderOf(annBack)).toBe("Ann");
    for (const { token, ticket } of [rowdy, back]) {
      const again = join(server, room.roomId, { token, ticket });
      expect((await refusalOf(again)).reason).toBe("lobby/banned");
    }
    expect((await refusalOf(join(server, room.roomId))).reason).toBe("lobby/room_locked");
  });

  test("by who once led it is theirs only until then, however much they change", async () => {
    const { roomId } = await server.openRoom();
    const rowdy = await join(server, roomId, { name: "Rowdy" });
    const ann = await join(server, roomId, { name: "Ann" });
    await rowdy.leave();
    await eventually(() => leaderOf(ann) === "Ann");
    await configure(ann, { title: "Ours" });
    await isUpToDate(ann);
    await lose(ann);

    const back = await comeBack(rowdy);
    expect(leaderOf(back)).toBe("Rowdy");
    const wasAt = revisionOf(back);
    for (const title of ["One", "Two", "Three", "Four"]) await configure(back, { title });
    expect(revisionOf(back)).toBeGreaterThan(wasAt + 3);
    const annBack = await comeBack(ann);
    expect(leaderOf(annBack)).toBe("Ann");
    expect(annBack.welcome?.room.title).toBe("Ours");
    await eventually(() => back.room.state.leader === annBack.sessionId);
    // What was given out in between is older than this.
    expect(readTicket(annBack).revision).toBeGreaterThan(readTicket(back).revision);
    expect((await refusalOf(configure(back, { title: "Five" }))).reason).toBe("lobby/not_leader");
  });

  test("is led by the one whom the newest ticket names, if they are there already, and they are told", async () => {
    const { roomId } = await server.openRoom();
    const [rowdy, ann, bob] = [
      await join(server, roomId, { name: "Rowdy" }),
      await join(server, roomId, { name: "Ann" }),
      await join(server, roomId, { name: "Bob" }),
    ];
    const { ticket } = ann;
    await rowdy.leave();
    await isUpToDate(bob);
    await lose(ann, bob);
    await comeBack(rowdy);
    // Hers, by a bad chance, was not renewed.
    ann.ticket = ticket;
    const annBack = await comeBack(ann);
    expect(leaderOf(annBack)).toBe("Rowdy");
    const bobBack = await comeBack(bob);
    await eventually(() => leaderOf(bobBack) === "Ann");
    await eventually(() => annBack.lines.some((line) => line.kind === "leads" && line.name === "Ann"));
  });

  test("keeps out whom its leader has kicked before a newer ticket comes", async () => {
    const { ann, bob, rowdy } = await ledRoom();
    const tickets = [ann.ticket, rowdy.ticket] as const;
    await configure(ann, { title: "Ours" });
    await isUpToDate(bob);
    await lose(ann, bob, rowdy);
    // Theirs, by a bad chance, were not renewed.
    [ann.ticket, rowdy.ticket] = tickets;
    const annBack = await comeBack(ann);
    const rowdyBack = await comeBack(rowdy);
    await kick(annBack, rowdyBack);
    const bobBack = await comeBack(bob);
    expect(roomOf(bobBack).settings).toMatchObject({
      title: "Ours",
      banned: [server.guestId(rowdy.token)],
    });
  });

  test("passes the lead on when its leader does not come back", async () => {
    const { ann, bob } = await ledRoom();
    await lose(ann, bob);
    const bobBack = await comeBack(bob);
    skip(roomOf(bobBack), HOLD_MS / 2);
    expect(leaderOf(bobBack)).toBeUndefined();
    skip(roomOf(bobBack), HOLD_MS / 2);
    expect(leaderOf(bobBack)).toBe("Bob");
  });

  test("passes the lead on as well when a newer ticket names no leader", async () => {
    const { ann, bob } = await ledRoom();
    await lose(ann, bob);
    const bobBack = await comeBack(bob);
    const cleo = server.guest();
    const { leader: _, ...settings } = roomOf(bobBack).settings;
    const ofNobody = { ...settings, revision: settings.revision + 1 };
    const ticket = server.services.tickets.seal(ofNobody, server.guestId(cleo), ann.room.roomId);
    await join(server, bobBack.room.roomId, { token: cleo, ticket });
    expect(leaderOf(bobBack)).toBeUndefined();
    skip(roomOf(bobBack), HOLD_MS);
    expect(leaderOf(bobBack)).toBe("Bob");
  });

  test("learns nothing from another room of its code than the one it was opened from", async () => {
    const { roomId } = await server.openRoom({ title: "Ours" });
    const rowdy = await join(server, roomId, { name: "Rowdy" });
    const ann = await join(server, roomId, { name: "Ann" });
    await rowdy.leave();
    const again = await join(server, roomId, { token: rowdy.token });
    await kick(ann, again);
    await isUpToDate(ann);
    const wasAt = revisionOf(ann);
    await lose(ann);

    // Leads by then, and has a friend hold the ticket.
    const back = await comeBack(rowdy);
    for (const title of ["One", "Two", "Three", "Four"]) await configure(back, { title });
    skip(roomOf(back), RETURN_MS);
    const carl = await join(server, back.room.roomId, { name: "Carl" });
    expect(readTicket(carl).revision).toBeGreaterThan(wasAt);
    await lose(back, carl);

    const annBack = await comeBack(ann);
    const carlBack = await comeBack(carl);
    expect(carlBack.room.roomId).toBe(annBack.room.roomId);
    expect(roomOf(annBack).settings).toMatchObject({ title: "Ours", banned: [server.guestId(rowdy.token)] });
    expect(leaderOf(annBack)).toBe("Ann");
  });
});

test("a room that is handed on while its leader is awaited passes the lead on when they do not come", async () => {
  const { ann, bob } = await ledRoom();
  await lose(ann, bob);
  const bobBack = await comeBack(bob);
  await handOn(bobBack);
  const bobAgain = await comeBack(bobBack);
  expect(leaderOf(bobAgain)).toBeUndefined();
  skip(roomOf(bobAgain), HOLD_MS);
  expect(leaderOf(bobAgain)).toBe("Bob");
});

test("a room that was handed on and cannot be listed gives up its code, and all that was kept", async () => {
  const { ann, bob, code } = await ledRoom();
  await handOn(ann, bob);
  const restored = jest.spyOn(PlazaRoom.prototype, "restore");
  const driver = matchMaker.driver as Required<typeof matchMaker.driver>;
  const listed = jest.spyOn(driver, "insert").mockRejectedValueOnce(new Error("out of memory"));
  const body = { ticket: ann.ticket, protocol: PROTOCOL_VERSION };
  expect((await server.call("/api/rooms/open", { body, token: ann.token })).status).toBe(500);
  const unlisted = restored.mock.contexts[0] as PlazaRoom;
  restored.mockRestore();
  listed.mockRestore();
  expect(await cluster.homeOf(code)).toBeDefined();
  // Were this the end of the process, the next would find all.
  expect(cluster.kept.has(code)).toBe(true);
  // The time that an empty room has is over.
  Reflect.apply(Reflect.get(unlisted, "resetAutoDisposeTimeout"), unlisted, [0]);
  await eventually(async () => (await cluster.homeOf(code)) === undefined);
  expect(cluster.kept.has(code)).toBe(true);
  const bobBack = await comeBack(bob);
  expect(leaderOf(bobBack)).toBeUndefined();
  expect(leaderOf(await comeBack(ann))).toBe("Ann");
});

test("a room that was handed on is as it was then, whatever a ticket says", async () => {
  const { ann, rowdy, roomId } = await ledRoom();
  const settings = { ...roomOf(ann).settings, title: "Rowdy's", revision: 99 };
  await kick(ann, rowdy);
  await handOn(ann);
  const annBack = await comeBack(ann);
  const guest = server.guest();
  const ticket = server.services.tickets.seal(settings, server.guestId(guest), roomId);
  await join(server, annBack.room.roomId, { token: guest, ticket });
  expect(roomOf(annBack).settings).toMatchObject({ title: "Mine", banned: [server.guestId(rowdy.token)] });
});

describe("whoever comes back into a room that is opened again", () => {
  const joinedIn = (player: Player) =>
    [...player.history, ...player.lines].flatMap((line) => (line.kind === "joined" ? [line.name] : []));

  test("is not announced as somebody who has just come, and whoever is new is", async () => {
    const { ann, bob } = await ledRoom();
    await lose(ann, bob);
    const annBack = await comeBack(ann);
    const bobBack = await comeBack(bob);
    skip(roomOf(annBack), RETURN_MS);
    await join(server, annBack.room.roomId, { name: "Cleo" });
    await bobBack.leave();
    await join(server, annBack.room.roomId, { token: bob.token, name: "Bob" });
    await eventually(() => joinedIn(annBack).includes("Bob"));
    expect(joinedIn(annBack)).toEqual(["Cleo", "Bob"]);
  });

  test("is announced when they come later than a seat is held", async () => {
    const { ann, bob } = await ledRoom();
    await lose(ann, bob);
    const annBack = await comeBack(ann);
    skip(roomOf(annBack), HOLD_MS);
    await comeBack(bob);
    await eventually(() => joinedIn(annBack).includes("Bob"));
    expect(joinedIn(annBack)).toEqual(["Bob"]);
  });

  test("is announced when it was another room of this code that they were in", async () => {
    const { ann, bob } = await ledRoom();
    await lose(ann, bob);
    const annBack = await comeBack(ann);
    const guest = server.guest();
    const { settings } = roomOf(annBack);
    const ticket = server.services.tickets.seal(settings, server.guestId(guest), "another room");
    await join(server, annBack.room.roomId, { token: guest, name: "Carl", ticket });
    await eventually(() => joinedIn(annBack).includes("Carl"));
  });
});

test("a room is opened again also where there are as many as there may be, and a new one is not", async () => {
  const { ann, bob } = await ledRoom();
  await lose(ann, bob);
  const restore = server.configure({ MAX_ROOMS: 0 });
  const annBack = await comeBack(ann);
  const refusal = await server.refusalOfCall("/api/rooms", {
    body: { title: "A room", maxPlayers: 4, private: false },
    token: server.guest(),
  });
  restore();
  expect(refusal?.reason).toBe("lobby/too_many_rooms");
  expect(leaderOf(annBack)).toBe("Ann");
});

describe("the seats of a room that is opened again", () => {
  const quickPlay = async () => {
    const { answer } = await server.call("/api/quick-play", { body: {}, token: server.guest() });
    return (answer as RoomResponse).roomId;
  };

  test("are for a moment those of whoever has a ticket: then they are anybody's", async () => {
    const opened = await server.openRoom({ maxPlayers: 3 });
    const [ann, bob, cleo] = [
      await join(server, opened.roomId),
      await join(server, opened.roomId),
      await join(server, opened.roomId),
    ];
    await lose(ann, bob, cleo);
    await server.endRooms();
    const back = await comeBack(ann);
    const { roomId } = back.room;
    skip(roomOf(back), -HOLD_MS);
    expect(await quickPlay()).not.toBe(roomId);
    expect(roomOf(back).metadata.awaited).toBe(3);
    const stranger = { token: server.guest() };
    expect((await refusalOf(join(server, roomId, stranger))).reason).toBe("server/unavailable");
    const bobBack = await comeBack(bob);
    await configure(back, { locked: true });
    // Who cannot come in later either need not wait.
    expect((await refusalOf(join(server, roomId, stranger))).reason).toBe("lobby/room_locked");
    await configure(back, { locked: false });
    await comeBack(cleo);
    await bobBack.leave();
    expect(await quickPlay()).not.toBe(roomId);
    skip(roomOf(back), HOLD_MS + RETURN_MS);
    await eventually(async () => (await quickPlay()) === roomId);
    await join(server, roomId, stranger);
  });

  test("are anybody's where it is new", async () => {
    const { roomId } = await server.openRoom();
    await join(server, roomId);
    expect(roomOf(await join(server, roomId)).metadata.awaited).toBe(0);
  });
});

describe("a ticket", () => {
  test("of the room itself changes nothing in it, however old", async () => {
    const { ann, bob } = await ledRoom();
    await lose(ann, bob);
    const annBack = await comeBack(ann);
    const bobBack = await comeBack(bob);
    await configure(annBack, { title: "First" });
    await isUpToDate(bobBack);
    await bobBack.leave();
    await configure(annBack, { title: "Second" });
    await comeBack(bobBack);
    expect(roomOf(annBack).settings.title).toBe("Second");
    expect(server.logs.filter(({ roomId }) => roomId === annBack.room.roomId)).not.toContainEqual(
      expect.objectContaining({ event: "room_corrected" }),
    );
  });

  test("of another room that had the same code is none", async () => {
    const { ann, code, roomId } = await ledRoom();
    const settings = {
      ...server.plaza(roomId).settings,
      creator: "somebody else",
      locked: true,
      revision: 99,
    };
    const guest = server.guest();
    const ticket = server.services.tickets.seal(settings, server.guestId(guest), "another room");
    expect(server.services.tickets.open(ticket)?.code).toBe(code);
    await join(server, roomId, { token: guest, ticket });
    expect(server.plaza(roomId).settings.locked).toBe(false);
    await configure(ann, { locked: true });
    await ann.settled();
    const other = server.guest();
    const theirs = server.services.tickets.seal(settings, server.guestId(other), "another room");
    expect((await refusalOf(join(server, roomId, { token: other, ticket: theirs }))).reason).toBe(
      "lobby/room_locked",
    );
  });

  test("reaches those who were away when the room changed as soon as they are back", async () => {
    const { roomId, ann, bob, rowdy } = await ledRoom();
    await bob.drop();
    await eventually(() => server.plaza(roomId).seats.get(bob.sessionId)?.release);
    await configure(ann, { locked: true });
    await kick(ann, rowdy);
    const back = await reconnect(server, bob);
    await lose(ann, back);
    const again = await comeBack(back);
    expect(roomOf(again).settings).toMatchObject({ locked: true, banned: [server.guestId(rowdy.token)] });
  });

  test("is renewed before it is too old, also in a room where nothing changes", async () => {
    const { ann } = await ledRoom();
    await isUpToDate(ann);
    const { ticket } = ann;
    skip(roomOf(ann), 3_600_000);
    await eventually(() => ann.ticket !== ticket);
    expect(readTicket(ann).revision).toBe(roomOf(ann).settings.revision);
  });

  test("is not renewed for who is being kicked", async () => {
    const { ann, rowdy } = await ledRoom();
    await isUpToDate(rowdy);
    const { ticket } = rowdy;
    await kick(ann, rowdy);
    await rowdy.closed;
    expect(rowdy.ticket).toBe(ticket);
  });
});
