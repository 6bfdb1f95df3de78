import { matchMaker } from "@colyseus/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { order } from "../src/ops/cli/order.ts";
import { eventually } from "./support/eventually.ts";
import { join, type Player } from "./support/Player.ts";
import { produced } from "./support/produced.ts";
import { type LogLine, TestServer } from "./support/server.ts";
import { visit } from "./support/Visitor.ts";

const OPS_SECRET = "a secret for operators and nobody else";
const HOST = "127.0.0.1";

let server: TestServer;
let operations: string;
beforeAll(async () => {
  server = await TestServer.start({ OPS_PORT: "0", OPS_SECRET, PROCESS_NAME: "game-1" });
  operations = `http://${HOST}:${server.app.operations?.port}`;
});
afterAll(() => server.stop());
// Nobody of the test before is here any more.
beforeEach(async () => {
  await server.endRooms();
  const { clients } = await server.lobby();
  await eventually(() => clients.length === 0);
});

/** A command as it is typed. */
async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await order(
    ["--url", operations, ...args],
    { OPS_HOST: HOST, OPS_PORT: "off", OPS_SECRET },
    "olga",
    { out: (line) => void out.push(line), err: (line) => void err.push(line) },
  );
  return { code, out: out.join("\n"), err: err.join("\n") };
}

async function post(command: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${operations}/ops/${command}`, {
    method: "POST",
    headers: { authorization: `Bearer ${OPS_SECRET}`, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json(), headers: response.headers };
}

const audits = (): LogLine[] => server.logs.filter(({ event }) => event === "audit");

async function enter(names: readonly string[], options: Parameters<TestServer["openRoom"]>[0] = {}) {
  const { roomId, code } = await server.openRoom({ title: "Rose Garden", ...options });
  const players = await Promise.all(
    names.map((name) =>
      join(server, roomId, { name, ...(options.password && { password: options.password }) }),
    ),
  );
  return { roomId, code, players: players as [Player, ...Player[]] };
}
async function leaveAll(players: readonly Player[]): Promise<void> {
  await Promise.all(players.map((player) => player.leave()));
  const isGone = ({ room: { roomId }, sessionId }: Player) =>
    !server.hasRoom(roomId) || !server.plaza(roomId).seats.has(sessionId);
  await eventually(() => players.every(isGone));
}

describe("looking", () => {
  test("rooms are listed with where they are and what is special about them", async () => {
    const { code, players } = await enter(["Ann", "Bob"], { private: true, password: "pw" });
    const { code: exit, out } = await run("rooms");
    expect(exit).toBe(0);
    const [head, lobby, room, total] = out.split("\n");
    expect(head).toMatch(/^CODE +TITLE +PLAYERS +FLAGS +PROCESS +AGE$/);
    expect(lobby).toMatch(/^lobby +0\/500 +game-1 +\d+ s$/);
    expect(room).toMatch(new RegExp(`^${code} +Rose Garden +2/16 +private password +game-1 +\\d+ s$`));
    expect(total).toBe("2 rooms");
    await leaveAll(players);
  });

  test("players are listed with their rooms, visitors of the lobby among them, and no addresses", async () => {
    const { code, players } = await enter(["Ann", "Bob"]);
    const visitor = await visit(server, "Vera");
    const { out } = await run("players");
    expect(out).toMatch(new RegExp(`^Ann +\\S{8} +${players[0].sessionId} +${code} +active +\\d+ s$`, "m"));
    expect(out).toMatch(/^Vera +\S{8} +\S+ +lobby +visiting +\d+ s$/m);
    expect(out).toMatch(/3 players$/);
    expect(out).not.toContain(HOST);
    const here = await run("players", "--room", code, "--addresses");
    expect(here.out).toMatch(new RegExp(`^Bob .*${HOST}$`, "m"));
    expect(here.out).not.toContain("Vera");
    await Promise.all([leaveAll(players), visitor.leave()]);
  });

  test("processes tell what they are and whether they take players", async () => {
    const { out } = await run("processes");
    expect(out.split("\n")[1]).toMatch(
      new RegExp(`^game-1 +${matchMaker.processId} +dev +\\d+ +\\d+ +\\d+ \\S+ +ready$`),
    );
    const { answer } = await post("processes", {});
    expect(answer).toMatchObject({ processes: [{ name: "game-1", causes: [] }], findings: [] });
  });

  test("rooms of a process that died are found, and keep nobody from hearing of the rest", async () => {
    const { code, players } = await enter(["Ann"]);
    // What a process leaves behind that had no time to say goodbye.
    const dead = { ...(await matchMaker.query({}))[0], roomId: "deadroom", processId: "deadprocess" };
    Object.assign(dead, { metadata: { code: "DEAD", title: "Gone" } });
    await matchMaker.driver.persist(dead as never, true);
    const [rooms, people] = await Promise.all([run("rooms"), run("players")]);
    expect(rooms).toMatchObject({
      code: 0,
      err: "! the process deadprocess is listed and does not answer",
    });
    expect(rooms.out).toMatch(/^DEAD .*deadprocess/m);
    expect(people).toMatchObject({ code: 0, err: "! room DEAD: did not answer; its process may be gone" });
    expect(people.out).toContain(code);
    await matchMaker.driver.remove("deadroom");
    await leaveAll(players);
  });
});

describe("saying something", () => {
  test("reaches every room and the lobby, as nobody's line but the operator's", async () => {
    const [first, second] = await Promise.all([enter(["Ann"]), enter(["Bob"])]);
    const visitor = await visit(server);
    const { out, code } = await run("say", " back in\tfive ");
    expect([code, out]).toEqual([0, expect.stringMatching(/^said in .*: back in five$/)]);
    for (const { lines } of [first.players[0], second.players[0], visitor]) {
      const line = await eventually(() => lines.find(({ kind }) => kind === "announced"));
      expect(line).toEqual({
        kind: "announced",
        text: "back in five",
        id: expect.any(Number),
        at: expect.any(Number),
      });
    }
    // Into one room only.
    await run("say", "just you", "--room", first.code);
    await eventually(() => first.players[0].lines.some((line) => "text" in line && line.text === "just you"));
    await second.players[0].settled();
    expect(second.players[0].lines.some((line) => "text" in line && line.text === "just you")).toBe(false);
    // Whoever comes later reads it too.
    const late = await join(server, first.roomId);
    await eventually(() => late.history.some(({ kind }) => kind === "announced"));
    await Promise.all([leaveAll([...first.players, ...second.players, late]), visitor.leave()]);
  });

  test("is refused when there is nothing to say, too much, or nowhere", async () => {
    expect(await run("say", "  ")).toMatchObject({ code: 1, err: "there is nothing to say" });
    expect(await run("say", "x".repeat(201))).toMatchObject({
      code: 1,
      err: "a line has at most 200 characters",
    });
    expect(await run("say", "hello", "--room", "ZZZZ")).toMatchObject({
      code: 1,
      err: 'there is no room "ZZZZ"',
    });
  });
});

describe("removing somebody", () => {
  test("by name ends their session with its reason, and the others are told", async () => {
    const { code, players } = await enter(["Ann", "Bob"]);
    const [ann, bob] = players as [Player, Player];
    const { out } = await run("kick", "Ann");
    expect(out).toBe(`Ann (session ${ann.sessionId}) in ${code} was removed`);
    expect((await ann.closed).refusal).toEqual({ reason: "session/removed" });
    await produced(server, "session/removed");
    await eventually(() => bob.lines.some((line) => line.kind === "leaving" && line.cause === "removed"));
    // Not banned: back by the same door.
    const again = await join(server, server.plaza(bob.room.roomId).roomId, { name: "Ann", token: ann.token });
    await leaveAll([bob, again]);
  });

  test("also while their connection is lost and their seat is held", async () => {
    const { roomId, players } = await enter(["Ann", "Bob"]);
    const [ann, bob] = players as [Player, Player];
    await ann.drop();
    await eventually(() => server.plaza(roomId).seats.get(ann.sessionId)?.release);
    expect((await run("kick", ann.sessionId)).code).toBe(0);
    await eventually(() => server.plaza(roomId).seats.size === 1);
    await leaveAll([bob]);
  });

  test("for good keeps them out of that room", async () => {
    const { roomId, players } = await enter(["Ann", "Bob"]);
    const [ann, bob] = players as [Player, Player];
    bob.room.onMessage("session:ticket", () => undefined);
    ann.room.onMessage("session:ticket", () => undefined);
    const guest = server.services.guests.publicId(server.guestId(ann.token));
    expect((await run("kick", `guest:${guest}`, "--ban")).out).toMatch(/was banned$/);
    await ann.closed;
    await expect(join(server, roomId, { token: ann.token })).rejects.toMatchObject({
      message: "lobby/banned",
    });
    await leaveAll([bob]);
  });

  test("a name that fits two guests is refused with the list, and an id or a room decides", async () => {
    const [first, second] = await Promise.all([enter(["Ann"]), enter(["Ann"])]);
    const { code, err } = await run("kick", "Ann");
    expect(code).toBe(1);
    expect(err).toMatch(/^"Ann" fits more than one: take an id/);
    for (const { sessionId } of [...first.players, ...second.players]) expect(err).toContain(sessionId);
    await run("kick", "Ann", "--room", second.code);
    expect((await second.players[0].closed).refusal.reason).toBe("session/removed");
    await first.players[0].settled();
    expect(first.players[0].isClosed).toBe(false);
    await leaveAll(first.players);
  });

  test("who calls themselves as somebody else's id does not have them removed in their place", async () => {
    const { players } = await enter(["Ann"]);
    const [ann] = players;
    const { players: others } = await enter([ann.sessionId]);
    expect(await run("kick", ann.sessionId)).toMatchObject({
      code: 1,
      err: expect.stringContaining("more than one"),
    });
    await run("kick", `session:${ann.sessionId}`);
    expect((await ann.closed).refusal.reason).toBe("session/removed");
    await leaveAll(others);
  });

  test("a visitor of the lobby goes too; nobody by that name is said", async () => {
    const visitor = await visit(server, "Vera");
    const closed = new Promise((resolve) => visitor.room.onLeave((_code, text) => resolve(text)));
    expect((await run("kick", "Vera", "--ban")).out).toMatch(/in lobby was removed$/);
    expect(await closed).toBe("session/removed");
    expect(await run("kick", "Vera")).toMatchObject({
      code: 1,
      err: 'nobody here has the name or id "Vera"',
    });
  });
});

describe("the secret", () => {
  test("missing or wrong is refused, and so are guesses in a row, but nobody who has it", async () => {
    const wrong = { authorization: "Bearer a secret for operators and nobody elsf" };
    expect(await post("rooms", {}, { authorization: "" })).toMatchObject({ status: 401 });
    expect(await post("rooms", {}, wrong)).toMatchObject({ status: 401, answer: { error: "unauthorized" } });
    const many = await Promise.all(Array.from({ length: 12 }, () => post("rooms", {}, wrong)));
    expect(many.map(({ status }) => status).sort()).toEqual([...Array(8).fill(401), ...Array(4).fill(429)]);
    expect(Number(many.find(({ status }) => status === 429)?.headers.get("retry-after"))).toBeGreaterThan(0);
    for (let i = 0; i < 10; i++) await server.services.limits.operators.giveBack(HOST);
    for (let i = 0; i < 12; i++) expect((await run("rooms")).code).toBe(0);
  });

  test("is nowhere in the log, and neither is what was given instead", () => {
    const text = JSON.stringify(server.logs);
    expect(text).not.toContain("a secret for operators");
  });

  test("that the server does not have means that it takes no commands", async () => {
    const reset = server.configure({ OPS_SECRET: undefined });
    expect(await run("rooms")).toMatchObject({
      code: 1,
      err: "OPS_SECRET is not set here: this server takes no commands",
    });
    reset();
  });

  test("does not open the game's own port", async () => {
    const answer = await server.call("/ops/rooms", { body: {}, token: OPS_SECRET });
    expect(answer.status).toBe(404);
  });
});

describe("the audit", () => {
  test("has one line for each action: who, what was asked, what came of it", async () => {
    const { code, players } = await enter(["Ann"]);
    const before = audits().length;
    await run("kick", "Ann", "--as", "night shift");
    await run("kick", "Nobody");
    await run("players", "--addresses");
    const lines = audits().slice(before);
    const who = { event: "audit", address: HOST };
    expect(lines).toMatchObject([
      {
        ...who,
        operator: "night shift",
        action: "kick",
        asked: { who: "Ann", ban: false },
        outcome: "done",
        result: { people: [{ name: "Ann", code, sessionId: players[0].sessionId, removal: "removed" }] },
      },
      {
        ...who,
        operator: "olga",
        action: "kick",
        outcome: "refused",
        result: { sentence: expect.stringMatching(/nobody/) },
      },
      { ...who, action: "players", asked: { addresses: true }, outcome: "done" },
    ]);
    await players[0].closed;
  });

  test("is not to be forged by a name with line breaks", async () => {
    await run("rooms", "--as", 'a\n{"event":"audit"}');
    expect(audits().at(-1)?.operator).toBe('a {"event":"audit"}');
  });

  test("counts commands by what came of them, and nothing that was typed", async () => {
    await run("rooms");
    await post("no-such-command", {});
    await post("kick", { who: "" });
    const { values } = await server.services.metrics.commands.get();
    expect(values.map(({ labels }) => labels.command)).toEqual(expect.arrayContaining(["rooms", "kick"]));
    for (const { labels } of values) {
      expect(["processes", "rooms", "players", "say", "kick", "drain", "undrain"]).toContain(labels.command);
      expect(["done", "refused", "failed"]).toContain(labels.outcome);
    }
  });
});

describe("what is not understood", () => {
  test("is refused with a sentence", async () => {
    expect(await post("fly", {})).toMatchObject({ status: 404, answer: { error: "no_such_command" } });
    expect(await post("__proto__", {})).toMatchObject({ status: 404 });
    expect(await post("say", {})).toMatchObject({
      status: 400,
      answer: { sentence: '"text" is missing or wrong' },
    });
    expect(await post("say", "{")).toMatchObject({ status: 400, answer: { error: "bad_request" } });
    expect(await post("say", { text: "x".repeat(10_000) })).toMatchObject({ status: 413 });
    expect(
      (await fetch(`${operations}/ops/rooms`, { headers: { authorization: `Bearer ${OPS_SECRET}` } })).status,
    ).toBe(404);
  });

  test("the only process is not drained, and neither is one that is not there", async () => {
    expect(await run("drain", "game-1")).toMatchObject({
      code: 1,
      err: 'there is no other process that takes the players of "game-1"',
    });
    expect(server.app.drain.state).toBe("off");
    expect(await run("drain", "game-7")).toMatchObject({
      code: 1,
      err: 'no process is called "game-7"; there are: game-1',
    });
  });

  test("nothing at the address is a plain sentence", async () => {
    const out = { out: () => undefined, err: (line: string) => void lines.push(line) };
    const lines: string[] = [];
    const settings = { OPS_HOST: HOST, OPS_PORT: 1, OPS_SECRET };
    expect(await order(["rooms"], settings, "olga", out)).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(/^nothing answers at 127\.0\.0\.1:1: is OPS_PORT set there\?/),
    ]);
    expect(await order(["rooms"], { ...settings, OPS_PORT: "off" }, "olga", out)).toBe(2);
    expect(await order(["rooms"], { ...settings, OPS_SECRET: undefined }, "olga", out)).toBe(2);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^OPS_PORT is off/),
      expect.stringMatching(/^OPS_SECRET is not set/),
    ]);
  });
});
