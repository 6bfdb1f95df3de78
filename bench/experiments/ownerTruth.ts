/**
 * What it costs to tell each player the exact state of their own, by how it is said: time of the server for one patch, and
 * bytes on top of what everybody gets. No sockets.
 *
 *     npm run owner-truth -w @tagalong/bench -- [players]
 */
import { getMessageBytes, Protocol } from "@colyseus/core";
import { Encoder, type Schema, StateView, schema, t } from "@colyseus/schema";
import { Facing, Motion, type Mover, stepMover } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import { writeTruth } from "@tagalong/shared/world/truth.ts";
import { TICK_HZ, TICK_MS, TRUTH_AUDIT_TICKS } from "@tagalong/shared/world/tuning.ts";
import { spreadOf } from "../statistics.ts";
import { createWalk } from "../trace.ts";

const players = Number(process.argv[2] ?? 100);
const TICKS = 10 * TICK_HZ;
const OWNER = 1;

Encoder.BUFFER_SIZE = 1024 * 1024;

/** One way to say it: what the server does for one patch, and how many bytes all owners together get by it. */
interface Way {
  readonly name: string;
  patch(movers: readonly Mover[], tick: number): number;
}

/** Fields that only their owner's view holds: every client's patch is encoded for itself. */
function throughViews(movers: readonly Mover[]): Way {
  const Own = schema(
    {
      x: t.float32().default(0).view(OWNER),
      y: t.float32().default(0).view(OWNER),
      dashTicks: t.uint8().default(0).view(OWNER),
      cooldownTicks: t.uint8().default(0).view(OWNER),
    },
    "Own",
  );
  const Root = schema({ players: t.map(Own) }, "Root");
  const state = new Root();
  const encoder = new Encoder(state);
  const owned = movers.map((_, index) => {
    const own = new Own();
    state.players.set(`s${index}`, own);
    const view = new StateView();
    view.add(own as unknown as Schema, OWNER);
    return { own, view };
  });
  encoder.encodeAll();
  encoder.discardChanges();
  return {
    name: "owner-only fields through a view",
    patch() {
      for (const [index, { own }] of owned.entries()) {
        const { x, y, dashTicks, cooldownTicks } = movers[index] ?? own;
        Object.assign(own, { x, y, dashTicks, cooldownTicks });
      }
      if (!encoder.hasChanges) return 0;
      const it = { offset: 0 };
      encoder.encode(it);
      const shared = it.offset;
      let bytes = 0;
      for (const { view } of owned) bytes += encoder.encodeView(view, shared, it).length - shared;
      encoder.discardChanges();
      return bytes;
    },
  };
}

function asMessages(name: string, isDue: (index: number, tick: number) => boolean): Way {
  return {
    name,
    patch(movers, tick) {
      let bytes = 0;
      for (const [index, mover] of movers.entries()) {
        if (!isDue(index, tick)) continue;
        // With the two bytes of a WebSocket frame of its own.
        bytes += getMessageBytes.raw(Protocol.ROOM_DATA, "world:truth", writeTruth(tick, mover)).length + 2;
      }
      return bytes;
    },
  };
}

const walks = Array.from({ length: players }, (_, index) => createWalk(index));
const movers = walks.map((_, index): Mover => {
  const { x, y } = PLAZA_MAP.spawns[index % PLAZA_MAP.spawns.length] ?? { x: 0, y: 0 };
  return { x, y, facing: Facing.SOUTH, motion: Motion.IDLE, dashTicks: 0, cooldownTicks: 0 };
});
const ways: readonly Way[] = [
  throughViews(movers),
  asMessages("a message with every patch", () => true),
  asMessages("a message a second (in use)", (index, tick) => (tick + index) % TRUTH_AUDIT_TICKS === 0),
];
const figures = ways.map(() => ({ ms: [] as number[], bytes: 0 }));
// All of them tick by tick, so that whatever else the machine does meets all alike.
for (let tick = 0; tick < TICKS; tick++) {
  for (const [index, mover] of movers.entries()) {
    const heading = walks[index]?.(tick * TICK_MS) ?? { dx: 0, dy: 0 };
    stepMover(mover, { ...heading, dash: 0 }, 1 / TICK_HZ, PLAZA_MAP);
  }
  for (const [index, way] of ways.entries()) {
    const begin = performance.now();
    const bytes = way.patch(movers, tick);
    figures[index]?.ms.push(performance.now() - begin);
    if (figures[index]) figures[index].bytes += bytes;
  }
}

console.log(`${players} players, ${TICKS} patches at ${TICK_HZ}/s`);
console.table(
  ways.map(({ name }, index) => {
    const { ms = [], bytes = 0 } = figures[index] ?? {};
    const spread = spreadOf(ms);
    return {
      way: name,
      "B/s per client": ((bytes / players / TICKS) * TICK_HZ).toFixed(0),
      "ms per patch p50": spread.p50.toFixed(3),
      "ms per patch p99": spread.p99.toFixed(3),
    };
  }),
);
