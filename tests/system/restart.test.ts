import { afterEach, describe, expect, test } from "@jest/globals";
import { LobbyConnection } from "../../apps/client/src/lobby/lobbyConnection.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Tab } from "./support/client.ts";
import { freePort } from "./support/freePort.ts";
import { ServerProcess } from "./support/process.ts";

const servers: ServerProcess[] = [];
const tabs: Tab[] = [];
afterEach(async () => {
  for (const { connection } of tabs.splice(0)) {
    if (connection.state.name === "connected") await connection.leave();
    else connection.cancel();
  }
  for (const server of servers.splice(0)) await server.terminate();
});

async function start(port: number, settings?: Record<string, string>): Promise<ServerProcess> {
  const server = await ServerProcess.start(port, settings);
  servers.push(server);
  return server;
}
function openTab(server: ServerProcess): Tab {
  const tab = new Tab(server.endpoint);
  tabs.push(tab);
  return tab;
}

describe("a restart", () => {
  test("brings everybody back by itself, into a room of the same code, passwords and locks included", async () => {
    const port = await freePort();
    const first = await start(port);
    const room = { title: "Ours", maxPlayers: 8, private: false };

    const [ann, bob, cleo, dora] = [openTab(first), openTab(first), openTab(first), openTab(first)];
    await ann.connection.join({ target: { kind: "create", room: { ...room, password: "pw" } }, name: "Ann" });
    await bob.enter(ann.code, "Bob", "pw");
    await cleo.connection.join({
      target: { kind: "create", room: { ...room, private: true } },
      name: "Cleo",
    });
    await dora.enter(cleo.code, "Dora");
    await cleo.room.request("lobby:configure", { locked: true });
    // A ticket says how the room was when it was given: these two get theirs through the locked door.
    for (const tab of [cleo, dora]) {
      tab.connection.drop();
      await tab.reaches("connected");
      tab.changes.length = 0;
    }
    const all = [ann, bob, cleo, dora];
    const codes = all.map(({ code }) => code);
    const lobby = new LobbyConnection(first.endpoint, ann.connection.guest);
    lobby.onRoom((room) => room.onMessage("chat:history", () => undefined));
    lobby.open();
    await eventually(() => lobby.rooms?.size === 1);

    expect(await first.terminate()).toBe(0);
    expect(first.stderr).toBe("");
    for (const tab of all) {
      await tab.reaches("reconnecting");
      const drop = tab.changes.find(({ to }) => to.name === "reconnecting");
      expect(drop?.to).toMatchObject({ refusal: { reason: "session/server_restarting" }, attempt: 1 });
    }

    await start(port);
    for (const tab of all) await tab.reaches("connected");
    expect(all.map(({ code }) => code)).toEqual(codes);
    for (const [one, other] of [
      [ann, bob],
      [cleo, dora],
    ] as const) {
      expect(one.room.roomId).toBe(other.room.roomId);
      await eventually(() => one.room.state.players?.size === 2);
    }
    expect(ann.as("connected").welcome.room.title).toBe("Ours");
    await eventually(() => cleo.room.state.locked);
    await eventually(() => lobby.rooms?.size === 1);
    expect([...(lobby.rooms?.values() ?? [])][0]).toMatchObject({ code: ann.code, password: true });
    lobby.close();

    // Strangers still need the password, and still find the other room locked.
    const stranger = new Tab(first.endpoint);
    await stranger.connection.join({ target: { kind: "code", code: ann.code, password: "no" }, name: "Eve" });
    expect(stranger.refusal?.reason).toBe("lobby/password_wrong");
    stranger.connection.cancel();
    await stranger.connection.join({ target: { kind: "code", code: cleo.code }, name: "Eve" });
    expect(stranger.refusal?.reason).toBe("lobby/room_locked");
  });

  test("while a player waits can be cancelled, and is not tried any more", async () => {
    const server = await start(await freePort());
    const tab = openTab(server);
    await tab.connection.join({ target: { kind: "quick" }, name: "Ann" });
    await server.terminate();
    await eventually(
      () => tab.connection.state.name === "reconnecting" && tab.as("reconnecting").attempt > 1,
    );
    expect(tab.as("reconnecting").refusal.reason).toBe("session/server_unreachable");
    tab.connection.cancel();
    expect(tab.refusal?.reason).toBe("session/cancelled");
  });
});

describe("the process", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("ends in order on %s, with nobody there", async (signal) => {
    const server = await start(await freePort());
    expect(await server.terminate(signal)).toBe(0);
    expect(server.events()).toEqual(["listening", "stopping", "draining", "drained", "stopped"]);
  });

  test("does not end by a rejection that nobody handles, and logs it", async () => {
    const server = await start(await freePort());
    const tab = openTab(server);
    await tab.connection.join({ target: { kind: "quick" }, name: "Ann" });
    server.cause("reject");
    await eventually(() => server.logs.some(({ msg }) => msg === "unhandled rejection"));
    expect((await fetch(`${server.endpoint}/healthz`)).status).toBe(200);
    await tab.room.request("chat:say", { text: "still here" });
    expect(tab.connection.state.name).toBe("connected");
    expect(await server.terminate()).toBe(0);
  });

  test("ends in order by an exception that nobody catches: the players are told, the exit code says it", async () => {
    const server = await start(await freePort());
    const tab = openTab(server);
    await tab.connection.join({ target: { kind: "quick" }, name: "Ann" });
    server.cause("throw");
    expect(await server.ended()).toBe(1);
    const drop = await eventually(() => tab.changes.find(({ to }) => to.name === "reconnecting"));
    expect(drop.to).toMatchObject({ refusal: { reason: "session/server_restarting" } });
    expect(server.logs.some(({ msg, level }) => msg === "uncaught exception" && level === 60)).toBe(true);
  });

  test("tells at the start what it exposes where; the operations port only when it is asked for", async () => {
    const [off] = (await start(await freePort())).logs;
    expect(off).toMatchObject({ event: "listening", operations: "off" });
    const port = await freePort();
    const on = await start(await freePort(), { OPS_PORT: String(port) });
    const operations = { host: "127.0.0.1", port, exposed: ["/metrics", "/healthz", "/readyz"] };
    expect(on.logs[0]).toMatchObject({ exposed: expect.not.arrayContaining(["/metrics"]), operations });
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain("tagalong_rooms");
    await expect(ServerProcess.start(await freePort(), { OPS_PORT: String(port) })).rejects.toThrow(
      `Port ${port} is taken: set OPS_PORT to a free one, or see with npm run doctor who has it.`,
    );
    expect(await on.terminate()).toBe(0);
  });

  test("says what is wrong with its settings, all of it, and exits with 1", async () => {
    await expect(
      ServerProcess.start(await freePort(), { SESSION_SECRET: "", MAX_ROOMS: "many" }),
    ).rejects.toThrow(/ended with 1: MAX_ROOMS[\s\S]*SESSION_SECRET/);
  });
});
