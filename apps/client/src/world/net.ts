import { Callbacks } from "@colyseus/sdk";
import { Presence } from "@tagalong/shared/session/presence.ts";
import { followCourse } from "@tagalong/shared/world/course.ts";
import { Motion, type MoveControls } from "@tagalong/shared/world/movement.ts";
import type { Player } from "@tagalong/shared/world/schema.ts";
import { TICK_MS } from "@tagalong/shared/world/tuning.ts";
import type { PlazaRoom } from "../session/connection.ts";
import { Playout } from "./Playout.ts";
import { Prediction } from "./prediction.ts";
import { type Sample, Track } from "./Track.ts";

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
  /** Newest place known: ahead of a remote player's drawn place, behind one's own. */
  serverX: number;
  serverY: number;
  /** Steps until the next dash; of others it is not known. */
  cooldownTicks: number;
}

export interface NetStats {
  /** Inputs sent and not yet acknowledged. */
  pending: number;
  /** Size of the last disagreement between prediction and server (u). */
  correction: number;
  /** How many disagreements there were so far. */
  corrections: number;
  /** Running average of the corrections (u): not 0 means the two sides step differently. */
  drift: number;
  /** Round trip of a ping (ms); 0 until the first answer. */
  ping: number;
  /** How unevenly patches arrive (ms). */
  jitter: number;
  /** Current step of the server, as estimated here. */
  tick: number;
  /** Motion of the others received and not drawn yet: what the network may be late by without being seen (ms). */
  buffered: number;
  /** How often the others had to be drawn somewhere else at once, because the network had failed for too long. */
  snaps: number;
}

interface Person {
  readonly entity: Player;
  readonly track: Track;
  readonly drawn: DrawnPlayer;
}

const PING_EVERY_MS = 2_000;

/**
 * The world of one room as one client sees it: sends the controls, predicts its own player with the shared
 * step, and draws the others a little in the past. Needs no DOM, so that the game, bots and tests share it.
 *
 * Make it before the room's first state arrives (the connection's `onRoom`): where the others are is counted from patch
 * to patch. Call {@link frame} once per drawn frame, before reading {@link players}.
 */
export class WorldNet {
  readonly room: PlazaRoom;
  readonly players = new Map<string, DrawnPlayer>();
  readonly stats: NetStats = {
    pending: 0,
    correction: 0,
    corrections: 0,
    drift: 0,
    ping: 0,
    jitter: 0,
    tick: 0,
    buffered: 0,
    snaps: 0,
  };
  readonly #prediction: Prediction;
  readonly #playout = new Playout();
  readonly #people = new Map<string, Person>();
  readonly #sample: Sample = { x: 0, y: 0, facing: 0, motion: 0 };
  #stopListening: (() => void) | undefined;
  #isPaused = false;
  #skipBacklog = false;
  #nextPingAt = 0;
  #reconciled = 0;

  constructor(room: PlazaRoom) {
    this.room = room;
    this.#prediction = new Prediction(room);
    // The room sends a patch with every step and says so to nobody; the clock measures the jitter against it.
    room.clock.setPatchInterval?.(TICK_MS);
    room.onStateChange(this.#onState);
  }

  get self(): DrawnPlayer | undefined {
    return this.players.get(this.room.sessionId);
  }

  /** While paused (hidden tab) nothing is sent; what would have been due is skipped, not caught up. */
  set paused(paused: boolean) {
    this.#isPaused = paused;
    this.#skipBacklog = true;
  }

  /**
   * Advance to this moment: send one input per tick that is due, then place everyone.
   *
   * @param now time of the frame on the `performance.now()` line (ms)
   * @param controls what the player holds right now
   */
  frame(now: number, controls: MoveControls): void {
    // Without a connection nothing is sent and nobody moves: the seat waits where it was.
    const mayMove = !this.#isPaused && !this.#skipBacklog && this.room.connection.isOpen;
    if (!this.#isPaused) this.#skipBacklog = false;
    this.#prediction.frame(now, mayMove ? controls : undefined);
    this.#playout.advance(now);
    for (const person of this.#people.values()) this.#place(person);
    this.#measure(now);
  }

  /** Where the server had another player at each of the last patches, oldest first. */
  samplesOf(sessionId: string): readonly { readonly x: number; readonly y: number }[] {
    return this.#people.get(sessionId)?.track.samples ?? [];
  }

  dispose(): void {
    this.room.onStateChange.remove(this.#onState);
    this.#stopListening?.();
    this.#prediction.dispose();
    this.players.clear();
    this.#people.clear();
  }

  /** The full state first, then one patch per step of the server, also when it changes nothing. */
  readonly #onState = (): void => {
    const isFullState = !this.#stopListening;
    if (isFullState) this.#listen();
    this.#playout.receive(this.room.clock.now());
    for (const { entity, track } of this.#people.values()) {
      track.stepX = entity.stepX;
      track.stepY = entity.stepY;
      if (!isFullState) followCourse(track);
      track.record(entity.facing, entity.motion);
    }
  };

  #listen(): void {
    const $ = Callbacks.get(this.room);
    const stops = [
      $.onAdd("players", (player, sessionId) => this.#add(player, sessionId)),
      $.onRemove("players", (_player, sessionId) => {
        this.#people.delete(sessionId);
        this.players.delete(sessionId);
      }),
    ];
    this.#stopListening = () => {
      for (const stop of stops) stop();
    };
  }

  #add(entity: Player, sessionId: string): void {
    const { name, guest, colour, hat, presence, facing, motion } = entity;
    const track = new Track(entity, this.#playout.newest + 1);
    const drawn: DrawnPlayer = {
      sessionId,
      isSelf: sessionId === this.room.sessionId,
      name,
      guest,
      colour,
      hat,
      presence,
      x: track.courseX,
      y: track.courseY,
      facing,
      motion,
      serverX: track.courseX,
      serverY: track.courseY,
      cooldownTicks: 0,
    };
    this.#people.set(sessionId, { entity, track, drawn });
    this.players.set(sessionId, drawn);
  }

  #place({ entity, track, drawn }: Person): void {
    drawn.name = entity.name;
    drawn.guest = entity.guest;
    drawn.colour = entity.colour;
    drawn.hat = entity.hat;
    drawn.presence = entity.presence;
    // Also oneself, only until the server has said where that is, a moment after it let us in.
    if (!drawn.isSelf || !this.#placeSelf(drawn)) this.#placeOther(drawn, track);
  }

  /** `false` when it is not known yet. */
  #placeSelf(self: DrawnPlayer): boolean {
    const { truth, predicted, drawn } = this.#prediction;
    if (!truth || !predicted || !drawn) return false;
    self.x = drawn.x;
    self.y = drawn.y;
    self.facing = predicted.facing;
    self.motion = predicted.motion;
    self.cooldownTicks = predicted.cooldownTicks;
    self.serverX = truth.x;
    self.serverY = truth.y;
    return true;
  }

  #placeOther(drawn: DrawnPlayer, track: Track): void {
    track.sample(this.#playout.at, this.#sample);
    drawn.x = this.#sample.x;
    drawn.y = this.#sample.y;
    drawn.facing = this.#sample.facing;
    drawn.motion = this.#sample.motion;
    drawn.serverX = track.courseX;
    drawn.serverY = track.courseY;
    // Whoever is not here walks no further; their last pose must not walk on the spot.
    if (drawn.presence === Presence.RECONNECTING || drawn.presence === Presence.LEAVING) {
      drawn.motion = Motion.IDLE;
    }
  }

  #measure(now: number): void {
    const { stats, room } = this;
    const { count, correction, drift } = this.#prediction.reconciled;
    stats.jitter = room.clock.jitter();
    stats.tick = Math.floor(room.clock.serverNow() / TICK_MS);
    stats.pending = this.#prediction.pending;
    stats.drift = drift;
    stats.buffered = this.#playout.bufferedMs;
    stats.snaps = this.#playout.snaps;
    if (count !== this.#reconciled) {
      this.#reconciled = count;
      stats.correction = correction;
      if (correction > 0) stats.corrections += 1;
    }
    if (now >= this.#nextPingAt && room.connection.isOpen) {
      this.#nextPingAt = now + PING_EVERY_MS;
      room.ping((ms) => {
        stats.ping = ms;
      });
    }
  }
}
