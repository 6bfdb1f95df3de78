/**
 * What it costs to tell everybody where everybody is, by how it is said: the same walk of the bench over the same
 * map, encoded by the framework's own encoder. No sockets: bytes inside the patches, and how far off the result is.
 *
 *     npm run encodings -w @tagalong/bench -- [players]
 */
import { Decoder, Encoder, type Schema, schema, t } from "@colyseus/schema";
import { type PlottedCourse, plotCourse } from "@tagalong/shared/world/course.ts";
import { Facing, Motion, type Mover, stepMover } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import {
  COURSE_TOLERANCE,
  POSITION_STEPS_PER_UNIT as GRID,
  TICK_HZ,
  TICK_MS,
} from "@tagalong/shared/world/tuning.ts";
import { createWalk } from "../trace.ts";

const players = Number(process.argv[2] ?? 100);
const SECONDS = 30;
const TICKS = SECONDS * TICK_HZ;

interface Place {
  x: number;
  y: number;
}
type Body = Schema & { facing: number; motion: number };

/** One way to say it: writes the truth into a synced body, and reads it back on the other side. */
interface Encoding {
  readonly name: string;
  create(): Body;
  write(body: Body, truth: Mover, tick: number): void;
  /** @param seen what the receiver has of it, kept from patch to patch */
  read(body: Body, seen: Place, tick: number): void;
}

const pose = { facing: t.uint8().default(0), motion: t.uint8().default(0) };
const Positions = schema({ ...pose, x: t.float32().default(0), y: t.float32().default(0) }, "Positions");
const Quantised = schema({ ...pose, x: t.uint16().default(0), y: t.uint16().default(0) }, "Quantised");
const Absolute = schema(
  {
    ...pose,
    x: t.float32().default(0),
    y: t.float32().default(0),
    stepX: t.number().default(0),
    stepY: t.number().default(0),
    since: t.uint8().default(0),
  },
  "Absolute",
);
const Steps = schema({ ...pose, stepX: t.number().default(0), stepY: t.number().default(0) }, "Steps");

const newCourse = (): PlottedCourse => ({
  courseX: 0,
  courseY: 0,
  stepX: 0,
  stepY: 0,
  trueX: 0,
  trueY: 0,
  isLanding: false,
});

/** @param unit what the fields count in, as a share of a pixel */
function positions(name: string, create: () => Body & Place, unit: number): Encoding {
  return {
    name,
    create,
    write: (body, { x, y }) => void Object.assign(body, { x: Math.round(x * unit), y: Math.round(y * unit) }),
    read: (body, seen) => {
      const { x, y } = body as Body & Place;
      Object.assign(seen, { x: x / unit, y: y / unit });
    },
  };
}

/** A course with its own beginning: it needs no memory, and costs the position and the time with every change. */
function absolute(): Encoding {
  const plotted = new WeakMap<Body, PlottedCourse>();
  return {
    name: "course from a place and a time",
    create: () => new Absolute(),
    write(body, truth, tick) {
      const course = plotted.get(body) ?? newCourse();
      plotted.set(body, course);
      const { stepX, stepY } = course;
      plotCourse(course, truth);
      if (course.stepX === stepX && course.stepY === stepY) return;
      const { courseX: x, courseY: y } = course;
      Object.assign(body, { x, y, stepX: course.stepX, stepY: course.stepY, since: tick & 0xff });
    },
    read(body, seen, tick) {
      const { x, y, stepX, stepY, since } = body as InstanceType<typeof Absolute>;
      // Older than the byte can say: only who stands still may be.
      const ticks = stepX === 0 && stepY === 0 ? 0 : (tick - since) & 0xff;
      Object.assign(seen, { x: x + (stepX / GRID) * ticks, y: y + (stepY / GRID) * ticks });
    },
  };
}

function steps(name: string, tolerance: number): Encoding {
  const plotted = new WeakMap<Body, PlottedCourse>();
  return {
    name,
    create: () => new Steps(),
    write(body, truth) {
      const course = plotted.get(body) ?? newCourse();
      plotted.set(body, course);
      plotCourse(course, truth, tolerance);
      Object.assign(body, { stepX: course.stepX, stepY: course.stepY });
    },
    read(body, seen) {
      const { stepX, stepY } = body as InstanceType<typeof Steps>;
      seen.x += stepX / GRID;
      seen.y += stepY / GRID;
    },
  };
}

const ENCODINGS: readonly Encoding[] = [
  positions("positions, float32", () => new Positions(), GRID),
  positions("positions, 16 bits of 1/16 px", () => new Quantised(), 16),
  absolute(),
  steps("steps, tolerance 0", 0),
  steps(`steps, tolerance ${COURSE_TOLERANCE} (in use)`, COURSE_TOLERANCE),
  steps("steps, tolerance 2", 2),
];

function measure({ name, create, write, read }: Encoding) {
  const Root = schema({ players: t.map(create().constructor as new () => Schema) }, "Root");
  const state = new Root();
  const encoder = new Encoder(state);
  const decoder = new Decoder(new Root());
  const walks = Array.from({ length: players }, (_, index) => createWalk(index));
  const movers = walks.map((_, index): Mover => {
    const { x, y } = PLAZA_MAP.spawns[index % PLAZA_MAP.spawns.length] ?? { x: 0, y: 0 };
    return { x, y, facing: Facing.SOUTH, motion: Motion.IDLE, dashTicks: 0, cooldownTicks: 0 };
  });
  const bodies = movers.map((_, index) => {
    const body = create();
    state.players.set(`s${index}`, body);
    return body;
  });
  decoder.decode(encoder.encodeAll());
  encoder.discardChanges();
  const seen = movers.map((): Place => ({ x: 0, y: 0 }));
  let bytes = 0;
  let farthest = 0;
  for (let tick = 0; tick < TICKS; tick++) {
    for (const [index, mover] of movers.entries()) {
      const heading = walks[index]?.(tick * TICK_MS) ?? { dx: 0, dy: 0 };
      stepMover(mover, { ...heading, dash: 0 }, 1 / TICK_HZ, PLAZA_MAP);
      const body = bodies[index];
      if (!body) throw new Error("fewer bodies than movers");
      body.facing = mover.facing;
      body.motion = mover.motion;
      write(body, mover, tick);
    }
    const patch = encoder.hasChanges ? encoder.encode() : new Uint8Array();
    // The first one brings everybody.
    if (tick > 0) bytes += patch.length;
    if (patch.length > 0) decoder.decode(patch);
    encoder.discardChanges();
    for (const [index, mover] of movers.entries()) {
      const body = decoder.state.players.get(`s${index}`) as Body | undefined;
      const place = seen[index];
      if (!body || !place) throw new Error("a player did not arrive");
      read(body, place, tick);
      farthest = Math.max(farthest, Math.hypot(place.x - mover.x, place.y - mover.y));
    }
  }
  return {
    encoding: name,
    "kB/s in patches": (bytes / SECONDS / 1000).toFixed(2),
    "B/player/patch": (bytes / TICKS / players).toFixed(2),
    "off by at most px": farthest.toFixed(3),
  };
}

console.log(`${players} players, ${SECONDS} s at ${TICK_HZ} patches/s`);
console.table(ENCODINGS.map(measure));
