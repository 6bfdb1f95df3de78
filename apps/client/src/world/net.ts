import { Callbacks, type InputHandle } from "@colyseus/sdk";
import { Predict, type Reconciler } from "@colyseus/sdk/predict";
import { Presence } from "@tagalong/shared/session/presence.ts";
import { type MoveControls, stepMover } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import { MOVER_FIELDS, type Player } from "@tagalong/shared/world/schema.ts";
import { INTERPOLATION_DELAY_MS, SNAP_DISTANCE, TICK_MS } from "@tagalong/shared/world/tuning.ts";
import type { PlazaRoom } from "../session/connection.ts";

/** One player as drawn in this frame. The object is reused: read it, do not keep it. */
export interface DrawnPlayer {
  readonly sessionId: string;
  readonly isSelf: boolean;
  name: string;
  /** Short public id of the guest. */
  guest: string;
  colour: number;
  hat: number;
  presence: number;
  x: number;
  y: number;
  facing: number;
  motion: number;
  /** Server truth as last received: ahead of a remote player's drawn place, behind one's own. */
  serverX: number;
  serverY: number;
  /** Steps until the next dash; known for oneself at once, for others as received. */
  cooldownTicks: number;
}

export interface NetStats {
  /** Inputs sent and not yet acknowledged. */
  pending: number;
  /** Size of the last disagreement between prediction and server (u). */
  correction: number;
  /** Running average of the corrections (u): not 0 means the two sides step differently. */
  drift: number;
  /** Round trip of a ping (ms); 0 until the first answer. */
  ping: number;
  /** How unevenly patches arrive (ms). */
  jitter: number;
  /** Current step of the server, as estimated here. */
  tick: number;
  /** Bytes received in state frames over the last full second. */
  patchBytesPerSecond: number;
}

/** A pose that is due later: facing and motion are drawn on the same delayed timeline as the position. */
interface LaterPose {
  /** Server time of the patch that brought it (ms since the room began). */
  at: number;
  facing: number;
  motion: number;
}

/** One input frame being written: the fields of the schema `MoveInput`. */
type InputFrame = { -readonly [K in keyof MoveControls]: MoveControls[K] };

const PING_EVERY_MS = 2_000;
/** In the SDK's frame header: the low five bits are the kind of frame. */
const FRAME_KIND_MASK = 0x1f;
const STATE_FRAMES: ReadonlySet<number> = new Set([14, 15]);

/**
 * The world of one room as one client sees it: sends the controls, predicts its own player with the shared
 * step, and draws the others a little in the past. Wraps the SDK's prediction; needs no DOM, so that the
 * game, bots and tests share it.
 *
 * Call {@link frame} once per drawn frame, before reading {@link players}.
 */
export class WorldNet {
  readonly room: PlazaRoom;
  readonly players = new Map<string, DrawnPlayer>();
  readonly stats: NetStats = {
    pending: 0,
    correction: 0,
    drift: 0,
    ping: 0,
    jitter: 0,
    tick: 0,
    patchBytesPerSecond: 0,
  };
  readonly #predict: Predict;
  readonly #input: InputHandle<InputFrame>;
  readonly #entities = new Map<string, Player>();
  readonly #later = new Map<string, LaterPose[]>();
  #me: Reconciler<Player, InputFrame> | undefined;
  #paused = false;
  #skipBacklog = false;
  #nextPingAt = 0;
  #bytes = 0;
  #bytesSince = 0;
  #reconciled = 0;

  constructor(room: PlazaRoom) {
    this.room = room;
    this.#input = room.input<InputFrame>();
    this.#predict = Predict.get(room, { mode: "lerp", delay: INTERPOLATION_DELAY_MS });
    this.#predict.attachAll("players", {
      mode: "lerp",
      fields: ["x", "y"],
      snap: SNAP_DISTANCE,
    });
    const $ = Callbacks.get(room);
    $.onAdd("players", (player, sessionId) => {
      this.#add(player, sessionId);
      if (sessionId === room.sessionId) return;
      $.listen(player, "facing", () => this.#queuePose(player, sessionId));
      $.listen(player, "motion", () => this.#queuePose(player, sessionId));
    });
    $.onRemove("players", (_player, sessionId) => {
      this.#entities.delete(sessionId);
      this.#later.delete(sessionId);
      this.players.delete(sessionId);
    });
    this.#countBytes();
  }

  get self(): DrawnPlayer | undefined {
    return this.players.get(this.room.sessionId);
  }

  /** While paused (hidden tab) nothing is sent; what would have been due is skipped, not caught up. */
  set paused(paused: boolean) {
    this.#paused = paused;
    this.#skipBacklog = true;
  }

  /**
   * Advance to this moment: send one input per tick that is due, then place everyone.
   *
   * @param now time of the frame on the `performance.now()` line (ms)
   * @param controls what the player holds right now
   */
  frame(now: number, controls: MoveControls): void {
    let due = this.#predict.tick(now);
    // Without a connection nothing is sent and nobody moves: the seat waits where it was.
    if (this.#paused || this.#skipBacklog || !this.room.connection.isOpen) due = 0;
    if (!this.#paused) this.#skipBacklog = false;
    for (; due > 0; due--) {
      const { data } = this.#input;
      data.dx = controls.dx;
      data.dy = controls.dy;
      data.dash = controls.dash;
      this.#input.send();
    }
    for (const [sessionId, entity] of this.#entities) this.#place(sessionId, entity);
    this.#measure(now);
  }

  dispose(): void {
    this.#predict.dispose();
    this.players.clear();
    this.#entities.clear();
    this.#later.clear();
  }

  #add(entity: Player, sessionId: string): void {
    this.#entities.set(sessionId, entity);
    const isSelf = sessionId === this.room.sessionId;
    this.players.set(sessionId, {
      sessionId,
      isSelf,
      name: entity.name,
      guest: entity.guest,
      colour: entity.colour,
      hat: entity.hat,
      presence: entity.presence,
      x: entity.x,
      y: entity.y,
      facing: entity.facing,
      motion: entity.motion,
      serverX: entity.x,
      serverY: entity.y,
      cooldownTicks: entity.cooldownTicks,
    });
    if (isSelf) {
      this.#me = this.#predict.reconciler<Player, InputFrame>(entity, {
        input: this.#input,
        fields: MOVER_FIELDS,
        snap: SNAP_DISTANCE,
        // Only turns the SDK's drift telemetry on; nothing is logged below this many units.
        warnOnDivergence: SNAP_DISTANCE,
        step: (context, mover, input) => stepMover(mover, input, context.dt, PLAZA_MAP),
      });
    }
  }

  #queuePose({ facing, motion }: Player, sessionId: string): void {
    const poses = this.#later.get(sessionId) ?? [];
    poses.push({ at: this.room.clock.lastServerTime(), facing, motion });
    this.#later.set(sessionId, poses);
  }

  #place(sessionId: string, entity: Player): void {
    const drawn = this.players.get(sessionId);
    if (!drawn) return;
    drawn.name = entity.name;
    drawn.guest = entity.guest;
    drawn.colour = entity.colour;
    drawn.hat = entity.hat;
    drawn.presence = entity.presence;
    drawn.serverX = entity.x;
    drawn.serverY = entity.y;
    drawn.x = this.#predict.value(entity, "x");
    drawn.y = this.#predict.value(entity, "y");
    if (drawn.isSelf && this.#me) {
      drawn.facing = this.#me.state.facing;
      drawn.motion = this.#me.state.motion;
      drawn.cooldownTicks = this.#me.state.cooldownTicks;
      return;
    }
    drawn.cooldownTicks = entity.cooldownTicks;
    const poses = this.#later.get(sessionId) ?? [];
    const { clock } = this.room;
    const drawnAt = clock.renderNow() - INTERPOLATION_DELAY_MS - clock.smoothedRtt() / 2;
    for (let pose = poses[0]; pose && pose.at <= drawnAt; pose = poses[0]) {
      drawn.facing = pose.facing;
      drawn.motion = pose.motion;
      poses.shift();
    }
    // Whoever is not here walks no further; their last pose must not walk on the spot.
    if (drawn.presence === Presence.RECONNECTING || drawn.presence === Presence.LEAVING) {
      drawn.motion = 0;
    }
  }

  #measure(now: number): void {
    const { stats, room } = this;
    stats.jitter = room.clock.jitter();
    stats.tick = Math.floor(room.clock.serverNow() / TICK_MS);
    if (this.#me) {
      stats.pending = this.#me.pendingCount;
      stats.drift = this.#me.drift.ema;
      if (this.#me.reconcileSeq !== this.#reconciled) {
        this.#reconciled = this.#me.reconcileSeq;
        stats.correction = this.#me.lastCorrectionMag;
      }
    }
    if (now >= this.#nextPingAt && room.connection.isOpen) {
      this.#nextPingAt = now + PING_EVERY_MS;
      room.ping((ms) => {
        stats.ping = ms;
      });
    }
    if (now - this.#bytesSince >= 1_000) {
      stats.patchBytesPerSecond = Math.round((this.#bytes * 1_000) / (now - this.#bytesSince));
      this.#bytes = 0;
      this.#bytesSince = now;
    }
  }

  #countBytes(): void {
    const { events } = this.room.connection;
    const receive = events.onmessage;
    events.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      const kind = new Uint8Array(event.data, 0, 1)[0] ?? 0;
      if (STATE_FRAMES.has(kind & FRAME_KIND_MASK)) this.#bytes += event.data.byteLength;
      receive?.(event);
    };
  }
}
