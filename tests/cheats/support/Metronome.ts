import { Room, type StepContext } from "@colyseus/core";
import { TICK_MS } from "@tagalong/shared/world/tuning.ts";

/** Between two steps, so that sockets and promises have their turns. */
const PACE_MS = 5;

type SetFixedTimestep = Room["setFixedTimestep"];

/**
 * Rooms that step when a test says so. A tick is one tick then, on any machine and however busy it is: what a client
 * may gain is counted in ticks, and ten seconds of play take as long as their work does.
 *
 * Takes the place of the framework's timer, for every room that is opened after {@link Metronome.install}.
 */
export class Metronome {
  readonly #steps = new Map<Room, () => void>();
  readonly #setFixedTimestep: SetFixedTimestep = Room.prototype.setFixedTimestep;

  static install(): Metronome {
    const metronome = new Metronome();
    const original = metronome.#setFixedTimestep;
    Room.prototype.setFixedTimestep = function (this: Room, step, hz, options) {
      original.call(this, step, hz, options);
      metronome.#take(this, step);
    } as SetFixedTimestep;
    return metronome;
  }

  remove(): void {
    Room.prototype.setFixedTimestep = this.#setFixedTimestep;
  }

  /** One step of every room. What a step throws, this throws. */
  tick(): void {
    for (const step of this.#steps.values()) step();
  }

  /** Step again and again while something real is under way. */
  async during<T>(work: Promise<T>): Promise<T> {
    const timer = setInterval(() => this.tick(), PACE_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }

  #take(room: Room, step: (context: StepContext) => void): void {
    // Stopped but not forgotten: without a timer the framework would move the room's clock with each patch.
    clearInterval(timerOf(room));
    let now = room.clock.currentTime;
    Object.assign(room.clock, { now: () => now });
    const dt = TICK_MS / 1_000;
    const context = { dt, dtMs: TICK_MS, tick: 0, subSteps: 1, subDt: dt, subDtMs: TICK_MS };
    this.#steps.set(room, () => {
      if (timerOf(room) === undefined) return void this.#steps.delete(room);
      now += TICK_MS;
      room.clock.tick();
      step(context);
      context.tick += 1;
    });
  }
}

/** The framework's timer of a room that steps; `undefined` once the room is gone. */
function timerOf(room: Room): NodeJS.Timeout | undefined {
  return Reflect.get(room, "_simulationInterval");
}
