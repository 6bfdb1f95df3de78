import { beforeAll, expect, test } from "@jest/globals";
import { createRandom, pick } from "@tagalong/shared/lib/random.ts";
import type { JoinTarget } from "../../apps/client/src/session/joinRequest.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Company } from "../failures/support/Company.ts";
import { Fleet } from "../failures/support/Fleet.ts";
import { Meter, reportInterruptions } from "../failures/support/Meter.ts";
import type { Player } from "../failures/support/Player.ts";
import { Report } from "../failures/support/Report.ts";
import { meanwhile, play } from "../failures/support/time.ts";
import { Visitor } from "../failures/support/Visitor.ts";
import { slopeOf } from "./slope.ts";

const NAMES = ["a", "b", "c"];
const PLAYERS = 100;
/** So many arrive at a time in the beginning. */
const ARRIVING = 10;
const VISITORS = 6;
const SOAK_MS = Number(process.env.SOAK_MINUTES ?? 30) * 60_000;
const HOUR_MS = 3_600_000;
/** Until code is compiled, and all is as large as it gets. */
const WARM_UP = 0.3;
/**
 * Slopes of shorter runs are told and not judged: for some minutes a process still compiles what runs often and fills its
 * caches, which rises as a leak does. What is left when all are gone is judged in every run.
 */
const JUDGED_FROM_MS = 15 * 60_000;
const READINGS = 40;
/** Somebody does something else so often (ms): each of them about every 15 s. */
const WHIM_MS = 150;
const SEAT_HOLD_SECONDS = 5;
/** Longer than their seats are held. */
const OFFLINE_MS = 8_000;

/** What may rise without anybody having to care: at 1 MB an hour a process with 512 MB lasts for weeks between deploys. */
const HEAP_MB_PER_HOUR = 1;
const HANDLES_PER_HOUR = 10;
/**
 * A slope that is no more than this many times its own error is chance. Three would do if each reading knew nothing of the
 * one before.
 */
const CHANCE = 5;
/** What a process has more, empty after the run than before it: compiled code, and buffers of their final size. */
const HEAP_REST_MB = 15;
const HANDLES_REST = 6;
/** How long it may take until what is kept for a while is gone, in a process or in Redis: limits count by the minute. */
const REST_MS = 90_000;

/** What stays in Redis when nobody is there, and why. Anything else that does not expire by itself soon is left over. */
const EXPLAINED: readonly { readonly key: RegExp; readonly why: string }[] = [
  { key: /^processes$/, why: "the set of processes" },
  { key: /^process:/, why: "the latest report of a process; expires 3 s after it" },
  { key: /^process-load:/, why: "how loaded each process is" },
  { key: /^session-secret$/, why: "shows a process whether it has the same secret as the others" },
  { key: /^roomcaches$/, why: "the list of rooms: the lobby" },
  { key: /^roomcount$/, why: "the framework's count of rooms and players by process" },
];

let fleet: Fleet;
let company: Company;
const meter = new Meter();
const report = new Report("soak");
/** Another one with each run: who does what when depends on the machine anyway. */
const SEED = Number(process.env.SOAK_SEED ?? Date.now());
const random = createRandom(SEED);
/** Everybody who was ever there. */
const everybody: Player[] = [];
const busy = new Set<Player>();
const visitors: Visitor[] = [];
const counts = { joins: 0, leaves: 0, drops: 0, outages: 0, lines: 0 };
beforeAll(async () => {
  const settings = { SEAT_HOLD_SECONDS: String(SEAT_HOLD_SECONDS) };
  fleet = await Fleet.start({ names: NAMES, settings });
  company = new Company(fleet.endpoint);
});

const servers = () => NAMES.map((name) => fleet.server(name));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function total(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const kinds = [...new Set(counts.flatMap(Object.keys))].sort();
  return Object.fromEntries(kinds.map((kind) => [kind, sum(counts.map((one) => one[kind] ?? 0))]));
}

interface Reading {
  /** Since the beginning (ms). */
  readonly at: number;
  readonly rooms: number;
  /** Of all processes together, after a collection of garbage (MB). */
  readonly heapMb: number;
  /** Of all processes together, without those of the clients' sockets. */
  readonly handles: number;
  /** All of them, by the system's names. */
  readonly handlesByKind: Readonly<Record<string, number>>;
  /** The longest of any since the reading before (ms). */
  readonly serversMs: number;
  readonly starvedMs: number;
}

async function read(since: number): Promise<Reading> {
  const of = await Promise.all(servers().map((server) => server.readings()));
  const sockets = await Promise.all(servers().map((server) => server.metric("tagalong_connections")));
  return {
    at: performance.now() - since,
    rooms: sum(await Promise.all(servers().map((server) => server.metric("tagalong_rooms")))),
    heapMb: sum(of.map(({ heapUsed, external }) => heapUsed + external)) / 1e6,
    handles: sum(of.flatMap(({ handles }) => Object.values(handles))) - sum(sockets),
    handlesByKind: total(of.map(({ handles }) => handles)),
    serversMs: Math.max(...of.map(({ ownMs }) => ownMs)),
    starvedMs: Math.max(...of.map(({ starvedMs }) => starvedMs)),
  };
}

function invite(): Player {
  const player = company.invite({ target: { kind: "quick" } });
  everybody.push(player);
  return player;
}

/** Where somebody goes next: mostly anywhere, sometimes to a friend, sometimes to a room of their own. */
function wish(): JoinTarget {
  const friends = company.players.filter(({ isPlaying }) => isPlaying);
  const dice = random();
  if (dice < 0.25 && friends.length > 0) return { kind: "code", code: pick(friends, random).code };
  if (dice > 0.12 + 0.25) return { kind: "quick" };
  const room = {
    title: "Soaked",
    maxPlayers: 8,
    private: dice < 0.31,
    ...(dice < 0.29 && { password: "pw" }),
  };
  return { kind: "create", room };
}

/** Somebody does something. Whoever is at something already, or on their way, is left alone. */
async function whim(): Promise<void> {
  if (random() < 0.05) visit();
  const player = pick(company.players, random);
  if (busy.has(player)) return;
  busy.add(player);
  try {
    await follow(player);
  } finally {
    busy.delete(player);
  }
}

async function follow(player: Player): Promise<void> {
  const { name } = player.connection.state;
  if (name === "idle" || name === "disconnected") {
    player.isOffline = false;
    counts.joins += 1;
    player.begin();
    await player.goTo(wish());
  } else if (name === "connected") await doSomething(player);
}

async function doSomething(player: Player): Promise<void> {
  const dice = random();
  if (dice < 0.4) {
    counts.lines += 1;
    // A line may be one too many, or the last one: which is what the limits are for.
    await player.say("all is well").catch(() => undefined);
  } else if (dice < 0.65) {
    counts.leaves += 1;
    await player.leave();
    // Every third of them never comes back, and somebody new does.
    if (random() < 1 / 3) {
      company.dismiss(player);
      invite();
    }
  } else if (dice < 0.85) {
    counts.drops += 1;
    player.connection.drop();
  } else if (dice < 0.9) {
    counts.outages += 1;
    player.isOffline = true;
    player.connection.drop();
    setTimeout(() => {
      player.isOffline = false;
    }, OFFLINE_MS).unref();
  }
}

function visit(): void {
  const visitor = pick(visitors, random);
  if (visitor.isThere) visitor.leave();
  else visitor.come("Visitor");
}

/** A rise that is more than chance, and more than anybody would have to care for. */
function reportSlope(
  what: string,
  unit: string,
  readings: readonly Reading[],
  of: (one: Reading) => number,
  least: number,
) {
  const { slope, error } = slopeOf(
    readings.map((one) => ({ x: one.at / HOUR_MS, y: of(one), z: one.rooms })),
  );
  report.add({
    what: `${what}, slope after the warm-up, for an equal number of rooms (all processes; ± ${error.toFixed(1)})`,
    value: Number(slope.toFixed(1)),
    unit: `${unit}/h`,
    ...(SOAK_MS >= JUDGED_FROM_MS && { atMost: Number((least * NAMES.length + CHANCE * error).toFixed(1)) }),
  });
}

test(
  "100 players who come, walk, talk, vanish and go leave nothing behind",
  async () => {
    const since = performance.now();
    // The lobby opens with the first who asks: it is there from then on.
    for (let index = 0; index < VISITORS; index++) visitors.push(new Visitor(fleet.endpoint));
    await visitors[0]?.enter("Visitor");
    visitors[0]?.leave();
    await play(3_000);
    const before = await read(since);
    for (let left = PLAYERS; left > 0; left -= ARRIVING) {
      await Promise.all(Array.from({ length: ARRIVING }, async () => invite().goTo(wish())));
    }

    const readings: Reading[] = [];
    const playing: number[] = [];
    const interruptions = await meter.during([], [], async () => {
      const failures: unknown[] = [];
      const underWay = new Set<Promise<void>>();
      const whims = () => {
        const one = whim()
          .catch((error: unknown) => void failures.push(error))
          .finally(() => underWay.delete(one));
        underWay.add(one);
      };
      const look = async () => {
        readings.push(await read(since));
        playing.push(company.players.filter(({ isPlaying }) => isPlaying).length);
      };
      await meanwhile(SOAK_MS / READINGS, look, meanwhile(WHIM_MS, whims, play(SOAK_MS)));
      await Promise.all(underWay);
      expect(failures).toEqual([]);
    });
    const gapMs = Math.round(Math.max(...everybody.map(({ largestGapMs }) => largestGapMs)));
    const serversMs = Math.max(...readings.map((reading) => reading.serversMs));
    const starvedMs = Math.max(...readings.map((reading) => reading.starvedMs));

    report.add({
      what: "minutes; players at a time, on average",
      value: `${SOAK_MS / 60_000}; ${Math.round(sum(playing) / playing.length)}`,
    });
    report.add({ what: "seed (SOAK_SEED)", value: SEED });
    report.add({ what: "players in all", value: everybody.length });
    report.add({
      what: "joins asked for, leaves, drops, outages, lines",
      value: Object.values(counts).join(", "),
    });
    const warm = readings.filter(({ at }) => at > WARM_UP * SOAK_MS);
    report.add({
      what: "heaps of all processes, first and last reading",
      value: `${warm[0]?.heapMb.toFixed(1)}, ${warm.at(-1)?.heapMb.toFixed(1)}`,
      unit: "MB",
    });
    report.add({
      what: "rooms, first and last reading after the warm-up",
      value: `${warm[0]?.rooms}, ${warm.at(-1)?.rooms}`,
    });
    reportSlope("heap", "MB", warm, ({ heapMb }) => heapMb, HEAP_MB_PER_HOUR);
    reportSlope("open handles", "handles", warm, ({ handles }) => handles, HANDLES_PER_HOUR);
    reportInterruptions(report, "all the time", { ...interruptions, gapMs, serversMs, starvedMs });
    await reportRefusals();

    for (const player of everybody) {
      player.isOffline = false;
      await player.leave();
    }
    for (const visitor of visitors) visitor.leave();
    await expectNobodyLeft();
    const most = before.handles + HANDLES_REST * NAMES.length;
    const after = await atRest(
      () => read(since),
      ({ handles }) => handles <= most,
    );
    report.add({
      what: "heaps: growth from before anybody came to empty again",
      value: Math.round(after.heapMb - before.heapMb),
      unit: "MB",
      atMost: HEAP_REST_MB * NAMES.length,
    });
    report.add({
      what: "open handles: growth from before anybody came to empty again",
      value: after.handles - before.handles,
      atMost: HANDLES_REST * NAMES.length,
    });
    report.add({
      what: "open handles by kind, before anybody came and empty again",
      value: [before, after].map(({ handlesByKind }) => listOf(handlesByKind)).join("; "),
    });
    await reportRedis();
    expect(servers().filter(({ hasEnded }) => hasEnded)).toEqual([]);
    expect(
      sum(await Promise.all(servers().map((server) => server.metric("tagalong_exceptions_total")))),
    ).toBe(0);
    expect(fleet.faults()).toEqual([]);
    expect(report.broken).toEqual([]);
  },
  SOAK_MS + 240_000,
);

/**
 * What there is when all came to rest, or after a while. Rooms that ended leave timers for two seconds, connections that
 * figures were read by are kept for some more, and so is in Redis who took the last seat: the first reading would judge
 * those.
 */
async function atRest<T>(look: () => Promise<T>, isAtRest: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + REST_MS;
  for (;;) {
    const seen = await look();
    if (isAtRest(seen) || performance.now() > deadline) return seen;
    await play(500);
  }
}

const listOf = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");

async function reportRefusals(): Promise<void> {
  const counted = new Map<string, number>();
  for (const server of servers()) {
    for (const [reason, count] of await server.metricBy("tagalong_refusals_total", "reason")) {
      counted.set(reason, (counted.get(reason) ?? 0) + count);
    }
  }
  for (const [reason, count] of [...counted].sort(([, a], [, b]) => b - a)) {
    report.add({ what: `refusals, kicks and closes: ${reason}`, value: count });
  }
}

async function expectNobodyLeft(): Promise<void> {
  const count = async (name: string) =>
    sum(await Promise.all(servers().map((server) => server.metric(name))));
  await eventually(
    async () => {
      expect((await fleet.listings()).filter(({ kind }) => kind !== "lobby")).toEqual([]);
      expect(await count("tagalong_players")).toBe(0);
      expect(await count(`tagalong_rooms{room="plaza"}`)).toBe(0);
      expect(await count("tagalong_connections")).toBe(0);
      return true;
    },
    (SEAT_HOLD_SECONDS + 15) * 1_000,
  );
}

async function reportRedis(): Promise<void> {
  const keys = await atRest(
    async () => [...(await fleet.redis.keys())],
    (all) => all.every(([key]) => whyIsLeft(key) !== undefined),
  );
  const kinds = new Map(keys.map(([key, size]) => [key.replace(/:.*/, ":…"), { key, size }]));
  for (const [kind, { key, size }] of kinds) {
    report.add({ what: `left in Redis, ${whyIsLeft(key) ?? "NOT EXPLAINED"}: ${kind}`, value: size });
  }
  expect(keys.map(([key]) => key).filter((key) => whyIsLeft(key) === undefined)).toEqual([]);
}

const whyIsLeft = (key: string) => EXPLAINED.find((one) => one.key.test(key))?.why;
