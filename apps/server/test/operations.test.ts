import { Protocol } from "@colyseus/core";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { PRESENCE_NAMES } from "@tagalong/shared/session/presence.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { REASONS } from "@tagalong/shared/session/reasons.ts";
import { COMMANDS } from "../src/ops/commands.ts";
import { frameKind } from "../src/session/BaseRoom.ts";
import { eventually, steps } from "./support/eventually.ts";
import { join, type Player, reconnect, refusalOf } from "./support/Player.ts";
import { TestServer } from "./support/server.ts";

const OPS_SECRET = "a secret for operators and nobody else";

let server: TestServer;
let operations: string;
beforeAll(async () => {
  server = await TestServer.start({ OPS_PORT: "0", OPS_SECRET, BUILD_ID: 'a "build"' });
  operations = `http://127.0.0.1:${server.app.operations?.port}`;
});
afterAll(() => server.stop());

const scrape = async () => (await fetch(`${operations}/metrics`)).text();

/** Figures by their name and labels, as Prometheus reads them. */
async function figures(): Promise<Record<string, number>> {
  const lines = (await scrape()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** What changed while something was done, of the named figures. */
async function changes(names: readonly string[], act: () => Promise<unknown>): Promise<number[]> {
  const before = await figures();
  await act();
  const after = await figures();
  return names.map((name) => (after[name] ?? 0) - (before[name] ?? 0));
}

async function enter(count: number) {
  const { roomId, code } = await server.openRoom({ title: "Rose Garden" });
  const players = await Promise.all(Array.from({ length: count }, () => join(server, roomId)));
  return { room: server.plaza(roomId), roomId, code, players: players as [Player, ...Player[]] };
}
const leaveAll = (players: readonly Player[]) => Promise.all(players.map((player) => player.leave()));

describe("the figures", () => {
  test("come in the form that Prometheus reads, those of the process among them", async () => {
    const { status, headers } = await fetch(`${operations}/metrics`);
    expect([status, headers.get("content-type")]).toEqual([200, expect.stringContaining("version=0.0.4")]);
    const shown = await figures();
    // Of an event loop that was asked a moment ago there is nothing to tell yet.
    const ours = Object.entries(shown).filter(([name]) => name.startsWith("tagalong_"));
    expect(ours.filter(([, value]) => !Number.isFinite(value))).toEqual([]);
    expect(shown.process_resident_memory_bytes).toBeGreaterThan(1e6);
    expect(shown).toHaveProperty("nodejs_eventloop_lag_p99_seconds");
    expect(shown[`tagalong_build_info{build="a \\"build\\"",protocol="${PROTOCOL_VERSION}"}`]).toBe(1);
  });

  test("tell rooms, sockets and players as they are now", async () => {
    const { room, players } = await enter(3);
    const [ann, bob, cleo] = players as [Player, Player, Player];
    const silent = await join(server, room.roomId, { hello: false });
    await bob.room.request("session:away", { away: true });
    await cleo.drop();
    await eventually(() => room.seats.get(cleo.sessionId)?.release);
    expect(await figures()).toMatchObject({
      'tagalong_rooms{room="lobby"}': 1,
      'tagalong_rooms{room="plaza"}': 1,
      // Without the lost one; with the one who has not greeted, and is no player yet.
      'tagalong_connections{room="plaza"}': 3,
      'tagalong_players{presence="loading"}': 0,
      'tagalong_players{presence="active"}': 1,
      'tagalong_players{presence="away"}': 1,
      'tagalong_players{presence="reconnecting"}': 1,
    });
    const back = await reconnect(server, cleo);
    await leaveAll([ann, bob, back, silent]);
    await eventually(async () => (await figures())['tagalong_rooms{room="plaza"}'] === undefined);
    expect((await figures())['tagalong_players{presence="active"}']).toBe(0);
  });

  test("count who joins, is refused, drops, comes back and leaves, and why", async () => {
    const names = [
      "tagalong_joins_total",
      'tagalong_refusals_total{reason="name/taken"}',
      'tagalong_refusals_total{reason="chat/empty"}',
      'tagalong_chat_lines_total{kind="say"}',
      "tagalong_drops_total",
      "tagalong_reconnects_total",
      'tagalong_leaves_total{cause="left"}',
      'tagalong_leaves_total{cause="kicked"}',
      'tagalong_refusals_total{reason="lobby/kicked"}',
    ];
    const counted = await changes(names, async () => {
      const { room, roomId, players } = await enter(2);
      const [ann, bob] = players as [Player, Player];
      expect(await refusalOf(join(server, roomId, { name: ann.name }))).toMatchObject({
        reason: "name/taken",
      });
      await refusalOf(ann.say(" "));
      await ann.say("hello");
      await ann.drop();
      const back = await reconnect(server, ann);
      const seat = room.seats.get(bob.sessionId);
      if (seat) room.endSeat(seat, { reason: "lobby/kicked" });
      await bob.closed;
      await back.leave();
      await eventually(() => room.seats.size === 0);
    });
    expect(Object.fromEntries(names.map((name, index) => [name, counted[index]]))).toEqual(
      Object.fromEntries(names.map((name) => [name, name === names[0] ? 2 : 1])),
    );
  });

  test("count the inputs of a walk while it goes on", async () => {
    const { room, players } = await enter(1);
    const [ann] = players;
    const [used] = await changes(['tagalong_inputs_total{fate="used"}'], async () => {
      for (let i = 0; i < 10; i++) ann.move(1, 0);
      await eventually(() => room.inputCounts(ann.sessionId)?.used === 10);
    });
    expect(used).toBe(10);
    await leaveAll(players);
  });

  test("know each step, and those that took longer than a tick", async () => {
    const { room, players } = await enter(1);
    const names = ["tagalong_tick_seconds_count", "tagalong_tick_overruns_total"];
    const [ticks = 0] = await changes(names, () => steps(room, 5));
    expect(ticks).toBeGreaterThanOrEqual(5);
    const plot = room.broadcastPatch.bind(room);
    const [, overruns] = await changes(names, async () => {
      room.broadcastPatch = () => {
        room.broadcastPatch = plot;
        const end = performance.now() + 50;
        while (performance.now() < end);
        return plot();
      };
      await steps(room, 3);
    });
    expect(overruns).toBeGreaterThanOrEqual(1);
    await leaveAll(players);
  });

  test("count every byte of a patch that a socket is given, and full states beside them", async () => {
    const { room, players } = await enter(3);
    const [ann] = players;
    let given = 0;
    const watch = (client: { raw(data: Uint8Array): void }) => {
      const raw = client.raw.bind(client);
      client.raw = (data) => {
        if (frameKind(data) === Protocol.ROOM_STATE_PATCH) given += data.byteLength;
        raw(data);
      };
    };
    // Read within one turn of the event loop: no step comes in between.
    const counted = async (kind: "patch" | "full") =>
      (await server.services.metrics.stateBytes.get()).values.find(({ labels }) => labels.kind === kind)
        ?.value ?? 0;
    const before = await counted("patch");
    for (const client of room.clients) watch(client);
    for (let i = 0; i < 10; i++) ann.move(1, 0);
    // Fifteen patches of nine bytes and more, for three.
    await eventually(() => given > 15 * 3 * 9);
    const after = await counted("patch");
    expect(after - before).toBe(given);
    const [full] = await changes(['tagalong_state_bytes_total{kind="full"}'], async () => {
      await (await join(server, room.roomId)).leave();
    });
    expect(full).toBeGreaterThan(100);
    await leaveAll(players);
  });

  test("hold nothing that comes from outside: no name, room, code, text, address or id", async () => {
    const { roomId, code, players } = await enter(2);
    const [ann, bob] = players as [Player, Player];
    for (const name of ['a",reason="x', "a}1", "a\\b", "$(ls)", "__proto__", "{room}"]) {
      await expect(join(server, name)).rejects.toThrow();
      const { roomId } = await server.openRoom({ title: name });
      const hostile = await join(server, roomId, { name });
      await refusalOf(hostile.room.request("chat:whisper", { name, text: name }));
      hostile.room.send(name as never, {} as never);
      await hostile.closed;
      await fetch(`${server.endpoint}/${encodeURIComponent(name)}`);
      await fetch(`${operations}/ops/${encodeURIComponent(name)}`, { method: "POST" });
      await fetch(`${operations}/ops/kick`, {
        method: "POST",
        headers: { authorization: `Bearer ${OPS_SECRET}`, "content-type": "application/json" },
        body: JSON.stringify({ who: name, room: name, operator: name }),
      });
    }
    await ann.say("a secret between us");
    await refusalOf(join(server, "nosuchroom"));
    await refusalOf(join(server, roomId, { name: "adm\u0000in" }));
    // A name of a message that no room has.
    bob.room.send("sneaky:label" as never, {} as never);
    await bob.closed;
    const text = await scrape();
    const secrets = [ann.name, bob.name, ann.sessionId, ann.token, server.guestId(ann.token), roomId, code];
    for (const secret of [...secrets, "Rose", "secret between", "127.0.0.1", "nosuchroom", "sneaky"]) {
      expect(text).not.toContain(secret);
    }
    const words: Record<string, readonly string[]> = {
      reason: Object.keys(REASONS),
      cause: ["left", "timeout", "kicked", "replaced", "removed"],
      presence: [...PRESENCE_NAMES],
      room: ["lobby", "plaza"],
      fate: ["used", "dropped", "refused"],
      command: Object.keys(COMMANDS),
      outcome: ["done", "refused", "failed"],
      where: ["onMessage", "setFixedTimestep"],
      build: ['a \\"build\\"'],
      protocol: [String(PROTOCOL_VERSION)],
      kind: [
        "say",
        "me",
        "whisper",
        "joined",
        "leaving",
        "dropped",
        "returned",
        "renamed",
        "leads",
        "announced",
        "patch",
        "full",
      ],
    };
    const labels = [...text.matchAll(/^tagalong_\w+\{(.*)\}/gm)].flatMap(([, inner = ""]) => [
      ...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g),
    ]);
    expect(new Set(labels.map(([, label]) => label)).size).toBeGreaterThan(6);
    // The bounds of a histogram are numbers of ours.
    const unknown = labels
      .filter(([, label]) => label !== "le")
      .filter(([, label = "", word = ""]) => !words[label]?.includes(word));
    expect(unknown).toEqual([]);
    await ann.leave();
  });
});

describe("the two ports", () => {
  test("have only their health in common", async () => {
    for (const path of ["/healthz", "/readyz"]) {
      expect(await (await fetch(`${operations}${path}`)).json()).toEqual({ ok: true });
      expect((await server.call(path)).answer).toEqual({ ok: true });
    }
    for (const path of ["/", "/api/lobby", "/matchmake/joinById/x"]) {
      expect((await fetch(`${operations}${path}`)).status).toBe(404);
    }
    expect((await server.call("/metrics")).status).toBe(404);
    expect((await fetch(`${operations}/metrics`, { method: "POST" })).status).toBe(404);
  });

  test("take neither sockets nor seats on the second one", async () => {
    const socket = new WebSocket(operations.replace("http", "ws"));
    const opened = await new Promise((resolve) => {
      socket.addEventListener("open", () => resolve(true));
      socket.addEventListener("error", () => resolve(false));
    });
    expect(opened).toBe(false);
  });
});

// The last one: nothing is left after it.
test("while the last room is closing the second port says so, and then it is gone", async () => {
  const { roomId } = await server.openRoom();
  const room = server.plaza(roomId);
  const dispose = room.onDispose.bind(room);
  let letGo: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  room.onDispose = async () => {
    await held;
    dispose();
  };
  const stopped = server.stop();
  await eventually(async () => (await fetch(`${operations}/readyz`)).status === 503);
  expect(await (await fetch(`${operations}/readyz`)).json()).toEqual({
    ok: false,
    causes: ["shutting down"],
  });
  expect((await fetch(`${operations}/healthz`)).status).toBe(200);
  letGo?.();
  await stopped;
  await expect(fetch(`${operations}/healthz`)).rejects.toThrow();
  const events = server.logs.map(({ event }) => String(event));
  expect(events.filter((event) => event.startsWith("stop"))).toEqual(["stopping", "stopped"]);
});
