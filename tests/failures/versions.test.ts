import { beforeAll, expect, jest, test } from "@jest/globals";
import * as protocol from "@tagalong/shared/session/protocol.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { LobbyConnection } from "../../apps/client/src/lobby/lobbyConnection.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Tab } from "../system/support/client.ts";
import { atEnd } from "./support/atEnd.ts";
import { Fleet } from "./support/Fleet.ts";

const OLD = protocol.PROTOCOL_VERSION;
const NEW = OLD + 1;
/** More than one process would be given, were they spread over both. */
const ROOMS = 4;
/** What waits asks again every few seconds. */
const UPDATED_MS = 20_000;

// The client's core a second time, as the page of the next version has it.
jest.resetModules();
jest.unstable_mockModule("@tagalong/shared/session/protocol.ts", () => ({
  ...protocol,
  PROTOCOL_VERSION: NEW,
}));
const next = {
  ...(await import("../system/support/client.ts")),
  ...(await import("../../apps/client/src/lobby/lobbyConnection.ts")),
};

const OLD_PAGE = { Tab, LobbyConnection };
const NEW_PAGE = { Tab: next.Tab, LobbyConnection: next.LobbyConnection };
type Page = typeof OLD_PAGE;

const behind: Refusal = mismatch(OLD, NEW);
const ahead: Refusal = mismatch(NEW, OLD);
function mismatch(server: number, client: number): Refusal {
  return {
    reason: "session/version_mismatch",
    detail: { server: String(server), client: String(client) },
  };
}

let fleet: Fleet;
let ann: Tab;
let olga: Tab;
let doors: { old: string; new: string };
beforeAll(async () => {
  fleet = await Fleet.start({ names: ["old"] });
  ann = openTab(OLD_PAGE);
  await create(ann, "Ann");
  olga = openTab(OLD_PAGE);
  await olga.enter(ann.code, "Olga");
  await fleet.add("new", {}, NEW);
  doors = { old: await fleet.entry("old"), new: await fleet.entry("new") };
});

function openTab(
  page: Page,
  endpoint = fleet.endpoint,
  options: ConstructorParameters<typeof Tab>[1] = {},
): Tab {
  const tab = new page.Tab(endpoint, options);
  tab.connection.onRoom((room) => room.onMessage("session:notice", () => undefined));
  atEnd(async () => {
    if (tab.connection.state.name === "connected") await tab.connection.leave();
    else tab.connection.cancel();
  });
  return tab;
}

/** The same tab with the page loaded anew, which is the new one. */
function reload({ lasting, store }: Tab): Tab {
  return openTab(NEW_PAGE, fleet.endpoint, { lasting, store });
}

function openLobby(page: Page, endpoint = fleet.endpoint): LobbyConnection {
  const lobby = new page.LobbyConnection(endpoint, openTab(page, endpoint).connection.guest);
  lobby.onRoom((room) => {
    for (const type of ["chat:history", "chat:line", "session:notice"] as const) {
      room.onMessage(type, () => undefined);
    }
  });
  atEnd(() => lobby.close());
  lobby.open();
  return lobby;
}

async function create(tab: Tab, name: string): Promise<void> {
  const room = { title: "Ours", maxPlayers: 16, private: false };
  await tab.connection.join({ target: { kind: "create", room }, name });
  await tab.ready();
}

/** Name of the process that its room is on. */
async function homeOf({ room: { roomId } }: Tab): Promise<string | undefined> {
  return (await fleet.listings()).find((listing) => listing.roomId === roomId)?.home;
}

/** Join, and tell what became of it for now. */
async function tries(tab: Tab, code: string): Promise<Refusal | undefined> {
  void tab.connection.join({ target: { kind: "code", code }, name: "Stranger" });
  await eventually(() => ["waiting", "disconnected"].includes(tab.connection.state.name));
  return tab.refusal;
}

test("a new page that asks for any room, or opens one, is on a new process at once", async () => {
  const quick = openTab(NEW_PAGE);
  await quick.connection.join({ target: { kind: "quick" }, name: "Quick" });
  expect(await homeOf(quick)).toBe("new");
  for (let left = ROOMS; left > 0; left--) {
    const tab = openTab(NEW_PAGE);
    await create(tab, "Newcomer");
    expect(await homeOf(tab)).toBe("new");
  }
});

test("an old page that asks an old process stays on those", async () => {
  const quick = openTab(OLD_PAGE, doors.old);
  await quick.connection.join({ target: { kind: "quick" }, name: "Quick" });
  expect(quick.code).toBe(ann.code);
  await quick.connection.leave();
  for (let left = ROOMS; left > 0; left--) {
    const tab = openTab(OLD_PAGE, doors.old);
    await create(tab, "Late");
    expect(await homeOf(tab)).toBe("old");
    await tab.connection.leave();
  }
});

test("an old page that asks for a new room, or a new process, is told to reload", async () => {
  const nora = openTab(NEW_PAGE);
  await create(nora, "Nora");
  for (const door of [doors.old, doors.new]) {
    const tab = openTab(OLD_PAGE, door);
    expect(await tries(tab, nora.code)).toEqual(ahead);
    expect(tab.connection.state.name).toBe("disconnected");
    const reloaded = reload(tab);
    await reloaded.enter(nora.code, "Stranger");
    expect(reloaded.code).toBe(nora.code);
    await reloaded.connection.leave();
  }
});

test("everybody is in a lobby of their version, and sees the rooms of both", async () => {
  const nora = openTab(NEW_PAGE);
  await create(nora, "Nora");
  const lobbies = [openLobby(OLD_PAGE, doors.old), openLobby(NEW_PAGE)];
  const codes = [ann.code, nora.code];
  await eventually(() => lobbies.every(({ rooms }) => codes.every((code) => rooms?.has(code))));
  const ids = lobbies.map(({ state }) => state.name === "open" && state.room.roomId);
  const homes = (await fleet.listings()).filter(({ kind }) => kind === "lobby");
  expect(ids.map((id) => homes.find(({ roomId }) => roomId === id)?.home)).toEqual(["old", "new"]);
});

test("new pages wait for a room on an old process, and are in it by themselves when that has gone", async () => {
  const { code } = ann;
  const waiting = [doors.old, doors.new].map((door) => openTab(NEW_PAGE, door));
  for (const tab of waiting) {
    expect(await tries(tab, code)).toEqual(behind);
    expect(tab.connection.state.name).toBe("waiting");
  }
  // One door is gone with its process.
  waiting[0]?.connection.cancel();
  const [, stranger] = waiting as [Tab, Tab];
  // Whoever reloads in the middle of it has the new page, and their room is still on the old process.
  const early = reload(olga);
  olga.cut();
  void early.connection.resume();
  await eventually(() => early.refusal?.detail);
  expect(early.connection.state.name).toBe("reconnecting");
  expect(early.refusal).toEqual(behind);

  await fleet.drain("old");
  await ann.reaches("disconnected", UPDATED_MS);
  expect(ann.refusal).toEqual(ahead);
  const reloaded = reload(ann);
  expect(await reloaded.connection.resume()).toBe(true);
  await Promise.all([early, stranger].map((tab) => tab.reaches("connected", UPDATED_MS)));
  const all = [reloaded, early, stranger];
  expect(all.map(({ code }) => code)).toEqual(all.map(() => code));
  expect(new Set(all.map(({ room }) => room.roomId)).size).toBe(1);
  const names = all.map((tab) => tab.as("connected").welcome.name);
  expect(names).toEqual(["Ann", "Olga", "Stranger"]);
  expect(await homeOf(reloaded)).toBe("new");
  expect(fleet.faults()).toEqual([]);
});
