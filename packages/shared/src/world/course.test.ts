import { Decoder, Encoder } from "@colyseus/schema";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Course, followCourse, type Place, plotCourse } from "./course.ts";
import { Player, PlazaState } from "./schema.ts";
import { COURSE_TOLERANCE, POSITION_STEPS_PER_UNIT } from "./tuning.ts";

const newCourse = (): Course => ({ courseX: 0, courseY: 0, stepX: 0, stepY: 0 });
const distance = (a: Place, b: Place) => Math.hypot(a.x - b.x, a.y - b.y);
const placeOf = ({ courseX, courseY }: Course): Place => ({ x: courseX, y: courseY });

/** One end that plots and another that only ever hears of changed steps. */
class Link {
  readonly sent = { ...newCourse(), trueX: 0, trueY: 0, isLanding: false };
  readonly seen = newCourse();
  /** Patches that had to carry something. */
  changes = 0;

  patch(truth: Place, tolerance?: number): void {
    const { stepX, stepY } = this.sent;
    plotCourse(this.sent, truth, tolerance);
    if (stepX !== this.sent.stepX || stepY !== this.sent.stepY) this.changes += 1;
    this.seen.stepX = this.sent.stepX;
    this.seen.stepY = this.sent.stepY;
    followCourse(this.seen);
  }
}

const onGrid = (value: number) => Math.round(value * POSITION_STEPS_PER_UNIT) / POSITION_STEPS_PER_UNIT;
const coordinate = fc.double({ min: -4_000, max: 4_000, noNaN: true });
const place = fc.record({ x: coordinate, y: coordinate });
/** Walks of any rules: straight stretches, standing, curves that never are straight, walls, teleports. */
const walk = fc
  .array(
    fc.record({
      ticks: fc.integer({ min: 1, max: 40 }),
      speed: fc.constantFrom(0, 0.01, 0.3, 2.5, 5, 14),
      heading: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
      turn: fc.constantFrom(0, 0, 0, 0.01, 0.2),
      teleport: fc.option(place, { freq: 6, nil: undefined }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((legs) => {
    const places: Place[] = [];
    let at: Place = { x: 100, y: 100 };
    for (const { ticks, speed, heading, turn, teleport } of legs) {
      if (teleport) at = teleport;
      for (let tick = 0; tick < ticks; tick++) {
        const angle = heading + turn * tick;
        // A wall to the east and one to the south: whoever meets it slides along.
        const x = Math.min(at.x + Math.cos(angle) * speed, 4_000);
        const y = Math.min(at.y + Math.sin(angle) * speed, 4_000);
        at = { x, y };
        places.push(at);
      }
    }
    return places;
  });

describe("any walk", () => {
  /** Rounding to the grid, on both axes. */
  const ROUNDING = Math.SQRT1_2 / POSITION_STEPS_PER_UNIT;

  test("is drawn within the tolerance at every single patch", () => {
    fc.assert(
      fc.property(walk, fc.constantFrom(0, 0.1, COURSE_TOLERANCE, 2), (places, tolerance) => {
        const link = new Link();
        for (const truth of places) {
          link.patch(truth, tolerance);
          expect(distance(placeOf(link.seen), truth)).toBeLessThanOrEqual(Math.max(tolerance, ROUNDING));
        }
      }),
    );
  });

  test("is exactly the same on both ends, however long it lasts", () => {
    fc.assert(
      fc.property(walk, (places) => {
        const link = new Link();
        for (const truth of places) link.patch(truth);
        expect(link.sent).toMatchObject(link.seen);
        expect([onGrid(link.seen.courseX), onGrid(link.seen.courseY)]).toEqual([
          link.seen.courseX,
          link.seen.courseY,
        ]);
      }),
    );
  });

  test("on the grid and without a tolerance is exact", () => {
    fc.assert(
      fc.property(walk, (places) => {
        const link = new Link();
        for (const { x, y } of places) {
          const truth = { x: onGrid(x), y: onGrid(y) };
          link.patch(truth, 0);
          expect(distance(placeOf(link.seen), truth)).toBe(0);
        }
      }),
    );
  });

  test("of someone who joined on the way is the same as for those who were there", () => {
    fc.assert(
      fc.property(walk, fc.nat(100), (places, joinAt) => {
        const link = new Link();
        let late: Course | undefined;
        for (const [tick, truth] of places.entries()) {
          link.patch(truth);
          if (late) {
            Object.assign(late, { stepX: link.sent.stepX, stepY: link.sent.stepY });
            followCourse(late);
            expect(late).toEqual(link.seen);
          } else if (tick >= joinAt) {
            const { courseX, courseY, stepX, stepY } = link.sent;
            late = { courseX, courseY, stepX, stepY };
          }
        }
      }),
    );
  });
});

describe("what is sent", () => {
  /** Where a straight walk leads, tick by tick. */
  const straight = (from: Place, dx: number, dy: number, ticks: number) =>
    Array.from({ length: ticks }, (_, tick) => ({
      x: from.x + dx * (tick + 1),
      y: from.y + dy * (tick + 1),
    }));
  const started = () => {
    const link = new Link();
    link.patch({ x: 100, y: 100 });
    link.patch({ x: 100, y: 100 });
    link.changes = 0;
    return link;
  };
  const walkOn = (link: Link, places: Place[]) => {
    for (const truth of places) link.patch(truth);
    return link.changes;
  };

  test("is nothing while nobody moves, and nothing while somebody walks straight on", () => {
    const link = started();
    expect(walkOn(link, straight({ x: 100, y: 100 }, 0, 0, 100))).toBe(0);
    expect(walkOn(link, straight({ x: 100, y: 100 }, 3.53125, -3.53125, 1_000))).toBe(1);
  });

  test("is one change for a start, a turn or a stop", () => {
    const link = started();
    expect(walkOn(link, straight({ x: 100, y: 100 }, 5, 0, 20))).toBe(1);
    expect(walkOn(link, straight({ x: 200, y: 100 }, 0, 5, 20))).toBe(2);
    expect(walkOn(link, straight({ x: 200, y: 200 }, 0, 0, 20))).toBe(3);
  });

  test("is two changes for a teleport: there, and no further", () => {
    const link = started();
    expect(walkOn(link, straight({ x: 3_000, y: 50 }, 0, 0, 20))).toBe(2);
    expect(placeOf(link.seen)).toEqual({ x: 3_000, y: 50 });
  });

  test("is no more for somebody who is drawn a little off all the way: nobody swings about the truth", () => {
    const link = started();
    // A step too short to be told of, and then straight on.
    link.patch({ x: 100, y: 100.4 });
    expect(walkOn(link, straight({ x: 100, y: 100.4 }, 5, 0, 100))).toBeLessThanOrEqual(2);
    expect(walkOn(link, straight({ x: 600, y: 100.4 }, 0, 0, 100))).toBeLessThanOrEqual(4);
  });

  test("of a curve is a change for a few patches, not for each", () => {
    const link = started();
    const circle = Array.from({ length: 300 }, (_, tick) => ({
      x: 100 + 200 * Math.sin(tick * 0.02),
      y: 100 + 200 - 200 * Math.cos(tick * 0.02),
    }));
    expect(walkOn(link, circle)).toBeLessThan(circle.length / 2);
  });

  test("for a speed off the grid is a change only when it has added up to the tolerance", () => {
    const link = started();
    const perTick = 5 + 0.01;
    const ticks = 1_000;
    expect(walkOn(link, straight({ x: 100, y: 100 }, perTick, 0, ticks))).toBeLessThan(ticks / 5);
  });
});

describe("on the wire", () => {
  test("a straight walk costs no byte, and a late joiner draws the very same", () => {
    const state = new PlazaState();
    const encoder = new Encoder(state);
    const early = new Decoder(new PlazaState());
    early.decode(encoder.encodeAll());
    const players = Array.from({ length: 5 }, (_, index) => {
      const player = new Player({ name: `Ann ${index}`, guest: "g", x: 500, y: 400 });
      state.players.set(`s${index}`, player);
      return player;
    });
    const places = new Map<string, Course>();
    const patch = (receiver: Decoder<PlazaState>, bytes: Uint8Array) => {
      if (bytes.length > 0) receiver.decode(bytes);
      for (const [id, { stepX, stepY }] of receiver.state.players) {
        const course = places.get(id) ?? newCourse();
        Object.assign(course, { stepX, stepY });
        followCourse(course);
        places.set(id, course);
      }
    };
    let bytes = 0;
    for (let tick = 0; tick < 300; tick++) {
      for (const [index, player] of players.entries()) {
        // Each turns once a second, not all at once.
        const second = Math.floor((tick + index * 6) / 30);
        player.x += (second % 3) * 2 - 2;
        player.y += second % 2;
        plotCourse(player, player);
      }
      const encoded = encoder.hasChanges ? encoder.encode() : new Uint8Array();
      if (tick > 0) bytes += encoded.length;
      patch(early, encoded);
      encoder.discardChanges();
      for (const [index, player] of players.entries()) {
        expect(placeOf(places.get(`s${index}`) ?? newCourse())).toEqual({ x: player.x, y: player.y });
      }
    }
    expect(bytes / (300 * players.length)).toBeLessThan(0.5);

    const late = new Decoder(new PlazaState());
    late.decode(encoder.encodeAll());
    for (const [id, { courseX, courseY, stepX, stepY }] of late.state.players) {
      expect({ courseX, courseY, stepX, stepY }).toEqual(places.get(id));
    }
  });
});
