import { beforeAll, expect, test } from "@jest/globals";
import { type GuestResponse, PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { callApi, refusalOf } from "../../apps/client/src/session/api.ts";
import { eventually } from "../../apps/server/test/support/eventually.ts";
import { Company } from "./support/Company.ts";
import { Fleet } from "./support/Fleet.ts";
import { Meter, noiseMs, reportInterruptions } from "./support/Meter.ts";
import { Report } from "./support/Report.ts";
import { KINDS, knock, openRoom, PASSWORD, STRANGERS, scattered, type TestRoom } from "./support/rooms.ts";
import { meanwhile, play } from "./support/time.ts";
import { Visitor } from "./support/Visitor.ts";

const NAMES = ["a", "b", "c"];
const PLAYERS_PER_ROOM = 2;
const AWAY_MS = 20_000;
/** A process finds out within this; until then it may still take a request that then gets no further (ms). */
const NOTICED_MS = 3_000;
const ANSWER_MS = 3_000;
const READY_MS = 10_000;

interface Attempt {
  readonly path: string;
  readonly at: number;
  readonly ms: number;
  readonly why: string | undefined;
}

let fleet: Fleet;
let company: Company;
let visitor: Visitor;
/** Of somebody who has played here before. */
let token: string;
const rooms: TestRoom[] = [];
const meter = new Meter();
const report = new Report("redis");
beforeAll(async () => {
  fleet = await Fleet.start({ names: NAMES });
  company = new Company(fleet.endpoint);
  for (const kind of KINDS) rooms.push(await openRoom(company, kind, PLAYERS_PER_ROOM));
  ({ token } = await callApi<GuestResponse>(fleet.endpoint, "/api/guest", { body: {} }));
  visitor = await new Visitor(fleet.endpoint).enter("Vera");
});

const players = () => rooms.flatMap((room) => room.players);
const servers = () => NAMES.map((name) => fleet.server(name));
const listed = () =>
  rooms
    .filter(({ kind }) => kind !== "private")
    .map(({ code }) => code)
    .sort();

async function readiness(): Promise<{ status: number; causes: string[] }[]> {
  return Promise.all(
    servers().map(async ({ operationsEndpoint }) => {
      const answer = await fetch(`${operationsEndpoint}/readyz`);
      const { causes = [] } = (await answer.json()) as { causes?: string[] };
      return { status: answer.status, causes };
    }),
  );
}
const allReady = async () => (await readiness()).every(({ status }) => status === 200);

/** Everything that a client asks on its way into a room, each once and without the client's patience. */
async function askForEverything(attempts: Attempt[], since: number): Promise<void> {
  const [room] = rooms;
  const questions: [path: string, body?: object][] = [
    ["/api/quick-play", {}],
    ["/api/rooms", { title: "New", maxPlayers: 8, private: true }],
    [`/api/rooms/${room?.code}`],
    ["/api/lobby"],
    [`/matchmake/joinById/${room?.roomId}`, { protocol: PROTOCOL_VERSION, name: "Stranger" }],
  ];
  await Promise.all(
    questions.map(async ([path, body]) => {
      const begun = Date.now();
      const why = await ask(path, body);
      attempts.push({ path: path.split("/", 3).join("/"), at: begun - since, ms: Date.now() - begun, why });
    }),
  );
}

async function ask(path: string, body: object | undefined): Promise<string | undefined> {
  try {
    await callApi(fleet.endpoint, path, { token, ...(body && { body }) });
    return undefined;
  } catch (error) {
    return refusalOf(error).reason;
  }
}

/** What players in a room do all evening. */
async function walkAndTalk(text: string): Promise<void> {
  for (const {
    players: [speaker, listener],
  } of rooms) {
    if (!speaker || !listener) throw new Error("nobody is there");
    await speaker.say(text);
    await eventually(() => listener.lines.some((line) => line.kind === "say" && line.text === text));
    const seen = () => listener.bot.net?.players.get(speaker.room.sessionId);
    const { x, y } = await eventually(() => seen() && { ...seen() });
    await eventually(() => seen()?.x !== x || seen()?.y !== y);
  }
}

/** All is found again as it was: by list, code and quick play, and nothing that should not be. */
async function expectAllFound(): Promise<void> {
  expect(rooms.flatMap(scattered)).toEqual([]);
  await eventually(() => {
    const codes = visitor.rooms.map(({ code }) => code).sort();
    expect(codes).toEqual(listed());
    for (const { code, players: inside } of visitor.rooms)
      expect([code, inside]).toEqual([code, PLAYERS_PER_ROOM]);
    return true;
  }, READY_MS);
  for (const { kind, code } of rooms) {
    const password = kind === "password" ? { password: `not ${PASSWORD}` } : {};
    expect([kind, await knock(company, { kind: "code", code, ...password })]).toEqual([
      kind,
      STRANGERS[kind],
    ]);
  }
  expect(await knock(company, { kind: "quick" })).toBeUndefined();
  const codes = (await fleet.listings()).flatMap(({ code }) => code ?? []);
  expect(new Set(codes).size).toBe(codes.length);
}

function longest(of: readonly Attempt[]): number {
  return Math.max(0, ...of.map(({ ms }) => ms));
}

/** Take Redis away, look at what that does, and give it back. */
async function outage(
  what: string,
  awayMs: number,
  take: () => Promise<void>,
  giveBack: () => Promise<void>,
) {
  const attempts: Attempt[] = [];
  const causes = new Set<string>();
  let unreadyMs = Number.NaN;
  let since = 0;
  const interruptions = await meter.during(players(), servers(), async () => {
    since = Date.now();
    await take();
    const look = async () => {
      const states = await readiness();
      for (const state of states) for (const cause of state.causes) causes.add(cause);
      if (Number.isNaN(unreadyMs) && states.every(({ status }) => status === 503))
        unreadyMs = Date.now() - since;
    };
    const knockOn = () => askForEverything(attempts, since);
    const evening = async () => {
      await play(awayMs / 2);
      await walkAndTalk(`${what} is away`);
      await play(since + awayMs - Date.now());
    };
    // Somebody with patience: the client waits for a way in by itself.
    const patient = company.invite({ target: { kind: "quick" }, name: "Patience" });
    const patience = play(NOTICED_MS).then(() => patient.enter());
    await meanwhile(100, look, meanwhile(500, knockOn, evening()));
    await giveBack();
    const back = Date.now();
    await eventually(allReady, READY_MS);
    report.add({
      what: `${what}: ready again after`,
      value: Date.now() - back,
      unit: "ms",
      atMost: READY_MS,
    });
    await patience;
    report.add({
      what: `${what}: a waiting player was in after`,
      value: Date.now() - back,
      unit: "ms",
    });
    await patient.leave();
    await expectAllFound();
  });
  report.add({
    what: `${what}: reported as not ready after`,
    value: unreadyMs,
    unit: "ms",
    atMost: NOTICED_MS + noiseMs(interruptions),
  });
  report.add({ what: `${what}: cause given by readiness`, value: [...causes].join("; ") });
  report.add({
    what: `${what}: the slowest answer`,
    value: longest(attempts),
    unit: "ms",
    atMost: ANSWER_MS + noiseMs(interruptions),
  });
  const reasons = new Map<string, number>();
  for (const { why = "let in" } of attempts) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  report.add({
    what: `${what}: answers`,
    value: [...reasons].map(([why, count]) => `${count} × ${why}`).join(", "),
  });
  reportInterruptions(report, what, interruptions);
  // As long as a process has not noticed, it may still take a request.
  const noticedMs = Math.max(NOTICED_MS, unreadyMs);
  expect(attempts.filter(({ at, why }) => at > noticedMs && why !== "server/unavailable")).toEqual([]);
  expect(players().flatMap(({ changes }) => changes)).toEqual([]);
}

test("Redis is gone for 20 seconds: rooms go on, nobody gets in, and all is found again", async () => {
  await outage(
    "gone for 20 s",
    AWAY_MS,
    () => fleet.redis.end(),
    () => fleet.redis.resume(),
  );
});

test("Redis stands still for 20 seconds, with all sockets open", async () => {
  await outage(
    "frozen for 20 s",
    AWAY_MS,
    async () => fleet.redis.freeze(),
    async () => fleet.redis.thaw(),
  );
});

test("Redis is restarted and all its data is lost: nobody in a room notices", async () => {
  const interruptions = await meter.during(players(), servers(), async () => {
    const answers = new Set<string | undefined>();
    const lookUp = async () => {
      for (const why of await Promise.all(rooms.map(({ code }) => ask(`/api/rooms/${code}`, undefined)))) {
        answers.add(why);
      }
    };
    const restart = async () => {
      await fleet.redis.end();
      await fleet.redis.resume();
      const back = Date.now();
      await eventually(async () => {
        const codes = (await fleet.listings()).flatMap(({ code }) => code ?? []).sort();
        expect(codes).toEqual(rooms.map(({ code }) => code).sort());
        return allReady();
      }, READY_MS);
      report.add({
        what: "restarted: all listed and ready after",
        value: Date.now() - back,
        unit: "ms",
        atMost: READY_MS,
      });
    };
    await meanwhile(20, lookUp, restart());
    // An empty Redis is no reason to say that a room is not there.
    expect([...answers].filter((why) => why !== undefined && why !== "server/unavailable")).toEqual([]);
    await expectAllFound();
    await walkAndTalk("restarted");
  });
  reportInterruptions(report, "restarted", interruptions);
  expect(players().flatMap(({ changes }) => changes)).toEqual([]);
  expect(await allReady()).toBe(true);
});

/** How Redis can be of no use although it runs, and what the readiness then says. */
const USELESS = [
  {
    what: "stands still",
    cause: "no answer from Redis",
    take: async () => fleet.redis.freeze(),
    giveBack: async () => fleet.redis.thaw(),
  },
  {
    what: "is full",
    cause: "Redis cannot be used: OOM",
    take: () => fleet.redis.ask("CONFIG", "SET", "maxmemory", "1"),
    giveBack: () => fleet.redis.ask("CONFIG", "SET", "maxmemory", "0"),
  },
  {
    what: "is somebody's replica",
    cause: "Redis cannot be used: READONLY",
    take: () => fleet.redis.ask("REPLICAOF", "127.0.0.1", "1"),
    giveBack: () => fleet.redis.ask("REPLICAOF", "NO", "ONE"),
  },
];
test.each(USELESS)("Redis $what: who is sent away goes, and rooms are listed as they are", async (way) => {
  const room = await openRoom(company, "plain", 3);
  const short = await openRoom(company, "plain", 1);
  const [leader, rude, tired] = room.players;
  const [last] = short.players;
  if (!leader || !rude || !tired || !last) throw new Error("nobody is there");
  await way.take();
  const title = `Redis ${way.what}`;
  await leader.room.request("lobby:configure", { title });
  await leader.room.request("lobby:kick", { sessionId: rude.room.sessionId });
  await eventually(() => rude.why === "lobby/kicked");
  const gone = new Promise((resolve) => tired.room.onLeave(resolve));
  await Promise.all([tired.leave(), last.leave(), gone]);
  await eventually(async () => (await readiness()).every(({ causes }) => causes.includes(way.cause)));
  await way.giveBack();
  await eventually(allReady, READY_MS);
  await eventually(() => {
    const listing = visitor.rooms.find(({ code }) => code === room.code);
    return listing?.title === title && listing.players === 1;
  }, READY_MS);
  await leader.leave();
  const ended = [short.code, room.code];
  await eventually(async () => {
    const codes = (await fleet.listings()).map(({ code }) => code);
    return ended.every((code) => !codes.includes(code) && !visitor.rooms.some((one) => one.code === code));
  }, READY_MS);
});

test("new rooms, new players and the lobby's chat are as before", async () => {
  await Promise.all(KINDS.map((kind) => openRoom(company, kind, 2)));
  const other = await new Visitor(fleet.endpoint).enter("Viktor");
  await visitor.say("still here");
  await eventually(() => other.lines.some((line) => line.kind === "say" && line.text === "still here"));
});

test("no process ended, and nothing of this went wrong unseen", () => {
  expect(servers().filter(({ hasEnded }) => hasEnded)).toEqual([]);
  expect(fleet.faults()).toEqual([]);
  expect(report.broken).toEqual([]);
});
