import { beforeAll, expect, test } from "@jest/globals";
import { KEYS, LOCK } from "../../apps/server/src/cluster/scripts.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Tab } from "../system/support/client.ts";
import { Company } from "./support/Company.ts";
import { Fleet } from "./support/Fleet.ts";
import type { Player } from "./support/Player.ts";
import { Report } from "./support/Report.ts";
import { openRoom, PASSWORD, STRANGERS } from "./support/rooms.ts";
import { Visitor } from "./support/Visitor.ts";

const NAMES = ["a", "b", "c"];
const QUICK = 60;
const ROOM_SIZE = 16;
const NEW_ROOMS = 30;
const TWIN_ROUNDS = 8;
/** One process has the lobby, which is a room. */
const LOBBY_LOAD = 4;

let fleet: Fleet;
let company: Company;
let doors: readonly string[];
const report = new Report("split");
beforeAll(async () => {
  fleet = await Fleet.start({ names: NAMES });
  company = new Company(fleet.endpoint);
  doors = await Promise.all(NAMES.map((name) => fleet.entry(name)));
});

/** How often each of them is there. */
function counts(values: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
}
const sizes = (of: Map<string, number>) => [...of.values()].sort((a, b) => b - a).join(", ");

/** So many at once, in turn by each of the processes. */
async function burst(count: number, options: Parameters<Company["invite"]>[0]): Promise<Player[]> {
  const players = Array.from({ length: count }, (_, index) =>
    company.invite({ ...options, endpoint: doors[index % doors.length] }),
  );
  await Promise.all(players.map((player) => player.bot.join()));
  return players;
}

test("60 who ask for quick play at once, by three processes, fill few rooms", async () => {
  const begun = performance.now();
  const players = await burst(QUICK, { target: { kind: "quick" }, walk: "still" });
  const ms = Math.round(performance.now() - begun);
  expect(players.filter(({ isPlaying }) => !isPlaying).map(({ why }) => why)).toEqual([]);
  const rooms = counts(players.map(({ code }) => code));
  report.add({ what: "60 quick plays at once: until all play", value: ms, unit: "ms" });
  report.add({ what: "60 quick plays at once: players in each room", value: sizes(rooms) });
  const least = Math.ceil(QUICK / ROOM_SIZE);
  report.add({ what: "60 quick plays at once: rooms opened", value: rooms.size, atMost: least + 2 });
  await Promise.all(players.map((player) => player.leave()));
});

test("30 new rooms at once are spread over the processes, and no two have the same code", async () => {
  // Those before have left, and everybody knows.
  await eventually(async () => (await fleet.loads()).every((load) => load <= LOBBY_LOAD));
  const room = { title: "New", maxPlayers: 4, private: false };
  const players = await burst(NEW_ROOMS, { target: { kind: "create", room }, walk: "still" });
  expect(players.filter(({ isPlaying }) => !isPlaying).map(({ why }) => why)).toEqual([]);
  const homes = counts(players.map(({ home }) => home));
  const spread = Math.max(...homes.values()) - Math.min(...homes.values());
  report.add({ what: "30 new rooms at once: on each process", value: sizes(homes) });
  // What was placed is forgotten by halves with each beat, and one may fall into the burst.
  report.add({
    what: "30 new rooms at once: most minus fewest",
    value: spread,
    atMost: NEW_ROOMS / NAMES.length,
  });
  expect(homes.size).toBe(NAMES.length);
  expect(new Set(players.map(({ code }) => code)).size).toBe(NEW_ROOMS);
  await Promise.all(players.map((player) => player.leave()));
});

test("a guest who takes a seat on another process gives up the older one", async () => {
  const rooms = await openRoomsApart();
  const [first, second] = rooms;
  const [door = "", otherDoor = ""] = doors;
  const tab = new Tab(door);
  await tab.enter(first.code, "Twin");
  const other = new Tab(otherDoor, { lasting: tab.lasting });
  await other.enter(second.code, "Twin");
  await tab.reaches("disconnected");
  expect(tab.refusal?.reason).toBe("session/replaced");
  expect(other.connection.state.name).toBe("connected");
  await other.connection.leave();
});

test("a guest who takes two seats at the same moment, on two processes, keeps one of them", async () => {
  const rooms = await openRoomsApart();
  for (let left = TWIN_ROUNDS; left > 0; left--) {
    const tab = new Tab(doors[0] ?? "");
    await tab.connection.guest.token();
    const tabs = [tab, new Tab(doors[1] ?? "", { lasting: tab.lasting })];
    await Promise.all(
      tabs.map(({ connection }, index) =>
        connection.join({ target: { kind: "code", code: rooms[index]?.code ?? "" }, name: "Twin" }),
      ),
    );
    const ended = await eventually(() =>
      tabs.find(({ connection }) => connection.state.name === "disconnected"),
    );
    expect(ended.refusal?.reason).toBe("session/replaced");
    const kept = tabs.find((one) => one !== ended) as Tab;
    await kept.room.request("session:ready", {});
    await kept.connection.leave();
  }
});

test("a password, a lock, a hidden room and a ban hold whichever process one comes in by", async () => {
  const visitor = await new Visitor(doors[0] ?? "").enter("Vera");
  for (const kind of ["password", "locked", "private"] as const) {
    const room = await openRoom(company, kind, 1);
    for (const endpoint of doors) {
      const password = kind === "password" ? { password: `not ${PASSWORD}` } : {};
      const target = { kind: "code", code: room.code, ...password } as const;
      const stranger = company.invite({ target, endpoint, name: "Stranger" });
      await stranger.bot.join();
      expect([kind, stranger.why]).toEqual([kind, STRANGERS[kind]]);
      await stranger.leave();
    }
    const isListed = () => visitor.rooms.some(({ code }) => code === room.code);
    if (kind === "private") expect(isListed()).toBe(false);
    else await eventually(isListed);
  }

  const { code, players } = await openRoom(company, "plain", 1);
  const banned = new Tab(doors[1] ?? "");
  await banned.enter(code, "Rowdy");
  await players[0]?.room.request("lobby:kick", { sessionId: banned.room.sessionId });
  await banned.reaches("disconnected");
  expect(banned.refusal?.reason).toBe("lobby/kicked");
  for (const endpoint of doors) {
    const again = new Tab(endpoint, { lasting: banned.lasting });
    await again.connection.join({ target: { kind: "code", code }, name: "Rowdy" });
    expect(again.refusal?.reason).toBe("lobby/banned");
  }
  visitor.leave();
});

test("visitors who came in by different processes see one list and hear each other", async () => {
  const visitors = await Promise.all(doors.map((door, index) => new Visitor(door).enter(`Visitor ${index}`)));
  const { code } = await openRoom(company, "plain", 1);
  for (const visitor of visitors) {
    await eventually(() => visitor.rooms.some((room) => room.code === code));
    await visitor.say("hello");
  }
  const heard = (visitor: Visitor) => visitor.lines.filter((line) => line.kind === "say").length;
  await eventually(() => visitors.every((visitor) => heard(visitor) >= visitors.length));
  for (const visitor of visitors) visitor.leave();
});

test("a lock is held by one who is alive: what the dead held is anybody's at once", async () => {
  const take = async (processId: string) =>
    (await fleet.redis.ask("EVAL", LOCK, "1", KEYS.lock("test"), `${processId} token`, "5000"))[0] === "1";
  await fleet.redis.ask("SET", KEYS.process("alive"), "{}", "PX", "3000");
  expect([await take("dead"), await take("alive"), await take("other")]).toEqual([true, true, false]);
  await fleet.redis.ask("DEL", KEYS.process("alive"));
  expect(await take("other")).toBe(true);
});

test("nothing of this went wrong unseen", () => {
  expect(fleet.faults()).toEqual([]);
  expect(report.broken).toEqual([]);
});

/** Two rooms on two processes. */
async function openRoomsApart() {
  const first = await openRoom(company, "plain", 1);
  for (let left = 6; left > 0; left--) {
    const second = await openRoom(company, "plain", 1);
    if (second.home !== first.home) return [first, second] as const;
  }
  throw new Error("all rooms are on one process");
}
