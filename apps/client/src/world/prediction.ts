import type { InputHandle } from "@colyseus/sdk";
import { Predict, type Reconciler } from "@colyseus/sdk/predict";
import { type MoveControls, type Mover, stepMover } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import { copyMover, MOVER_FIELDS, readTruth } from "@tagalong/shared/world/truth.ts";
import { INPUTS_UNDER_WAY_MAX, SNAP_DISTANCE, TICK_HZ, TICK_MS } from "@tagalong/shared/world/tuning.ts";
import type { PlazaRoom } from "../session/connection.ts";
import { InputPacer } from "./InputPacer.ts";

/** One input frame being written: the fields of the schema `MoveInput`. */
type InputFrame = { -readonly [K in keyof MoveControls]: MoveControls[K] };

interface Point {
  x: number;
  y: number;
}

/** An input that the server has not acknowledged yet. */
interface Sent {
  readonly seq: number;
  readonly controls: MoveControls;
}

const STANDING: MoveControls = { dx: 0, dy: 0, dash: 0 };
/** As the framework computes it on both sides: truth and prediction must step by the same number, to the bit. */
const STEP_SECONDS = 1 / TICK_HZ;

/**
 * One's own player: moved in the same frame as the keys, and set right by the server.
 *
 * The server acknowledges inputs with every patch and sends no position: stepping the acknowledged inputs gives it, to the
 * bit. When something else moved the player, or an input moved nobody, the server says so with `world:truth`. What
 * comes out is the server's state as of the last acknowledged input; the SDK's reconciler rewinds to it and replays the rest.
 */
export class Prediction {
  readonly #input: InputHandle<InputFrame>;
  readonly #predict: Predict;
  readonly #sent: Sent[] = [];
  /** Truths that are about inputs whose acknowledgement has not arrived yet. */
  readonly #told: ReturnType<typeof readTruth>[] = [];
  readonly #truth: Mover = { x: 0, y: 0, facing: 0, motion: 0, dashTicks: 0, cooldownTicks: 0 };
  readonly #pacer = new InputPacer();
  #me: Reconciler<Mover, InputFrame> | undefined;
  #frameAt: number | undefined;
  /** What the newest step is drawn from, and where the player was drawn last, both but for the correction (u). */
  #from: Point = { x: 0, y: 0 };
  #shown: Point = { x: 0, y: 0 };
  /** What is left to be seen of corrections: fades away (u). */
  readonly #fading: Point = { x: 0, y: 0 };

  /** @param room before its first state */
  constructor(room: PlazaRoom) {
    this.#input = room.input<InputFrame>();
    this.#predict = Predict.get(room);
    room.onMessage("world:truth", (truth) => void this.#told.push(readTruth(truth)));
  }

  /** The server's state of the player, as of the last acknowledged input. Undefined until it is known. */
  get truth(): Readonly<Mover> | undefined {
    return this.#me && this.#truth;
  }

  /** The player after all inputs. */
  get predicted(): Readonly<Mover> | undefined {
    return this.#me?.state;
  }

  /** Where to draw the player: on the way to the newest step, with what is left of a correction (u). */
  get drawn(): Readonly<Point> | undefined {
    return this.#me && { x: this.#shown.x + this.#fading.x, y: this.#shown.y + this.#fading.y };
  }

  /** Inputs sent and not yet acknowledged. */
  get pending(): number {
    return this.#me?.pendingCount ?? 0;
  }

  /** How often server and prediction were compared, the disagreement found last, and its running average (u). */
  get reconciled(): { count: number; correction: number; drift: number } {
    const me = this.#me;
    return {
      count: me?.reconcileSeq ?? 0,
      correction: me?.lastCorrectionMag ?? 0,
      drift: me?.drift.ema ?? 0,
    };
  }

  /**
   * Take in what the server said, then send one input for each step that is due.
   *
   * @param now time of the frame on the `performance.now()` line (ms)
   * @param controls what is held, or undefined when nothing may be sent
   */
  frame(now: number, controls: MoveControls | undefined): void {
    const elapsedMs = this.#frameAt === undefined ? 0 : Math.max(0, now - this.#frameAt);
    this.#frameAt = now;
    this.#advanceTruth();
    this.#correct(now, elapsedMs);
    const due = this.#pacer.advance(elapsedMs, controls ?? STANDING);
    if (!this.#me) return;
    for (let step = 0; step < due; step++) this.#step(this.#me, controls);
    const { share } = this.#pacer;
    const { x, y } = this.#me.state;
    this.#shown = {
      x: this.#from.x + (x - this.#from.x) * share,
      y: this.#from.y + (y - this.#from.y) * share,
    };
  }

  dispose(): void {
    this.#predict.dispose();
  }

  #step(me: Reconciler<Mover, InputFrame>, controls: MoveControls | undefined): void {
    if (!controls || me.pendingCount >= INPUTS_UNDER_WAY_MAX) {
      // Nobody moves: drawn is where the last step led.
      this.#from = { x: me.state.x, y: me.state.y };
      return;
    }
    const { dx, dy, dash } = controls;
    // An early step begins where the one before it was drawn, which it has cut short.
    this.#from = this.#pacer.isEarly ? { ...this.#shown } : { x: me.state.x, y: me.state.y };
    Object.assign(this.#input.data, { dx, dy, dash });
    this.#sent.push({ seq: this.#input.sentCount + 1, controls: { dx, dy, dash } });
    this.#input.send();
  }

  /** Let the SDK compare and replay. What that moves the player by is not seen at once, but for a teleport. */
  #correct(now: number, elapsedMs: number): void {
    const before = this.#me && { x: this.#me.state.x, y: this.#me.state.y };
    this.#predict.tick(now);
    if (!this.#me || !before) return;
    const by = { x: this.#me.state.x - before.x, y: this.#me.state.y - before.y };
    const isTeleport = Math.hypot(by.x, by.y) > SNAP_DISTANCE;
    const left = Math.exp(-elapsedMs / TICK_MS);
    for (const axis of ["x", "y"] as const) {
      this.#from[axis] += by[axis];
      this.#shown[axis] += by[axis];
      this.#fading[axis] = isTeleport ? 0 : this.#fading[axis] * left - by[axis];
    }
  }

  /** The server's state moves on with its acknowledgements. */
  #advanceTruth(): void {
    const acknowledged = this.#input.lastProcessed;
    for (let told = this.#told[0]; told && told.seq <= acknowledged; told = this.#told[0]) {
      this.#stepTruth(told.seq);
      copyMover(told.mover, this.#truth);
      this.#told.shift();
      this.#me ??= this.#begin();
    }
    this.#stepTruth(acknowledged);
  }

  #stepTruth(acknowledged: number): void {
    for (let sent = this.#sent[0]; sent && sent.seq <= acknowledged; sent = this.#sent[0]) {
      stepMover(this.#truth, sent.controls, STEP_SECONDS, PLAZA_MAP);
      this.#sent.shift();
    }
  }

  #begin(): Reconciler<Mover, InputFrame> {
    this.#from = { x: this.#truth.x, y: this.#truth.y };
    this.#shown = { ...this.#from };
    return this.#predict.reconciler<Mover, InputFrame>(this.#truth, {
      input: this.#input,
      fields: MOVER_FIELDS,
      snap: SNAP_DISTANCE,
      // Smoothed here, with the steps that come early.
      smoothMs: 0,
      // Only turns the SDK's drift telemetry on; nothing is logged below this many units.
      warnOnDivergence: SNAP_DISTANCE,
      step: (context, mover, input) => stepMover(mover, input, context.dt, PLAZA_MAP),
    });
  }
}
