import { Presence } from "@tagalong/shared/session/presence.ts";
import { Motion } from "@tagalong/shared/world/movement.ts";
import { SNAP_DISTANCE } from "@tagalong/shared/world/tuning.ts";
import type Phaser from "phaser";
import { type Art, CHARACTERS } from "./art.ts";
import { Bubble } from "./Bubble.ts";
import { easeShare, type View } from "./camera.ts";
import { DashMeter } from "./DashMeter.ts";
import { Depth } from "./depths.ts";
import type { Effects } from "./Effects.ts";
import { NamePlate } from "./NamePlate.ts";
import { type Box, PLATE_HEIGHT, type PlateBox } from "./plates.ts";
import { bodyFrame, hatFrame, isMirrored, sideOf, stepOf, waveFrame } from "./pose.ts";

/** What a view draws: one player at one moment. */
export interface PlayerLook {
  readonly name: string;
  readonly colour: number;
  readonly hat: number;
  readonly presence: number;
  readonly x: number;
  readonly y: number;
  readonly facing: number;
  readonly motion: number;
  readonly cooldownTicks: number;
}

/** What all views of one frame have in common. */
export interface Moment {
  now: number;
  elapsedMs: number;
  view: View;
}

/** The stage a view plays on. */
export interface Stage {
  readonly scene: Phaser.Scene;
  readonly art: Art;
  readonly effects: Effects;
  readonly reducedMotion: boolean;
}

/** In world units, up from the feet. */
const PLATE_BOTTOM = 62;
const BODY_MIDDLE = 22;
const MARK = { x: 19, y: 46 } as const;

const WAVE_MS = 1_200;
const WAVE_PICTURE_MS = 190;
const SQUASH_MS = 170;
const DUST_EVERY = 26;
const FADE_MS = 130;
const SHRINK_MS = 70;
/** Legs that go for this long without getting anywhere stand still. */
const BLOCKED_AFTER_MS = 90;
const BREATH_MS = 2_600;

const OPACITY: Readonly<Record<number, number>> = {
  [Presence.LOADING]: 0.5,
  [Presence.ACTIVE]: 1,
  [Presence.AWAY]: 0.78,
  [Presence.RECONNECTING]: 0.45,
  [Presence.LEAVING]: 0,
};
const MARKS: Readonly<Record<number, string>> = {
  [Presence.LOADING]: "mark/loading",
  [Presence.AWAY]: "mark/away",
  [Presence.RECONNECTING]: "mark/reconnecting",
};

/** Draws one player from given numbers. Knows no room, and not who predicted or interpolated them. */
export class PlayerView {
  readonly #stage: Stage;
  readonly #shadow: Phaser.GameObjects.Image;
  readonly #ring: Phaser.GameObjects.Image | undefined;
  readonly #body: Phaser.GameObjects.Image;
  readonly #hat: Phaser.GameObjects.Image;
  readonly #mark: Phaser.GameObjects.Image;
  readonly #plate: NamePlate;
  readonly #plateBox: PlateBox;
  readonly #meter: DashMeter | undefined;
  #bubble: Bubble | undefined;

  #presence: number;
  #x: number;
  #y: number;
  #motion: number = Motion.IDLE;
  #alpha: number;
  /** How much of the plate is there: it fades in, and out where another's is more important. */
  #plateShare = 0;
  /** 1 is full size; shrinks away on leaving. */
  #size = 1;
  #walked = 0;
  #movedAt = 0;
  #dashedAt = Number.NEGATIVE_INFINITY;
  #dashDust = 0;
  #waveUntil = Number.NEGATIVE_INFINITY;
  #bodyFrame = "";
  #hatFrame = "";
  #markFrame = "";
  /** So that a crowd does not breathe in step. */
  #phase = 0;

  constructor(stage: Stage, look: PlayerLook, isSelf: boolean) {
    const { scene, art } = stage;
    this.#stage = stage;
    this.#presence = look.presence;
    this.#x = look.x;
    this.#y = look.y;
    this.#alpha = OPACITY[look.presence] ?? 1;
    this.#shadow = art.image(CHARACTERS, "shadow").setDepth(Depth.SHADOW);
    this.#ring = isSelf ? art.image(CHARACTERS, "ring").setDepth(Depth.RING) : undefined;
    this.#body = art.body();
    this.#hat = art.hat();
    this.#mark = art.image(CHARACTERS, "mark/away");
    this.#plate = new NamePlate(scene, art, isSelf);
    this.#plateBox = {
      x: 0,
      bottom: 0,
      width: 0,
      height: PLATE_HEIGHT,
      distance: 0,
      isSelf,
      isSpeaking: false,
      isShown: false,
    };
    this.#meter = isSelf ? new DashMeter(scene) : undefined;
  }

  /** Where the plate is now, for whoever decides which of them are shown. */
  plateFrom({ x, y }: { readonly x: number; readonly y: number }): Readonly<PlateBox> {
    this.#plateBox.distance = Math.hypot(this.#x - x, this.#y - y);
    return this.#plateBox;
  }

  /** What is said right now, if anything, and what it covers. */
  get bubbleBox(): Readonly<Box> | undefined {
    return this.#bubble?.box;
  }

  set showsPlate(isShown: boolean) {
    this.#plateBox.isShown = isShown;
  }

  update(look: PlayerLook, isLeader: boolean, moment: Moment): void {
    const { now, elapsedMs } = moment;
    this.#noticePresence(look, now);
    this.#noticeMotion(look, now);
    const isLeaving = look.presence === Presence.LEAVING;
    this.#alpha += ((OPACITY[look.presence] ?? 1) - this.#alpha) * easeShare(elapsedMs, FADE_MS);
    this.#size += ((isLeaving ? 0 : 1) - this.#size) * easeShare(elapsedMs, SHRINK_MS);
    this.#poseBody(look, now);
    this.#placeGround(look);
    this.#placeMark(look, now);
    this.#placeText(look, isLeader, moment);
    if (isLeaving) this.#meter?.update(look.x, look.y, 0, now);
    else this.#meter?.update(look.x, look.y, look.cooldownTicks, now);
  }

  /** A newcomer's sparkle and wave. */
  arrive(now: number): void {
    const { effects, reducedMotion } = this.#stage;
    if (reducedMotion) return;
    this.#waveUntil = now + WAVE_MS;
    effects.play("sparkle", this.#x, this.#y - BODY_MIDDLE, this.#y + 0.5, now);
  }

  say(text: string, now: number): void {
    this.#bubble?.destroy();
    this.#bubble = new Bubble(this.#stage.scene, text, now, !this.#stage.reducedMotion);
  }

  /** For whoever goes without a word: the poof that `leaving` would have played. */
  vanish(now: number): void {
    if (this.#presence === Presence.LEAVING) return;
    this.#stage.effects.play("poof", this.#x, this.#y - BODY_MIDDLE, this.#y + 0.5, now);
  }

  destroy(): void {
    this.#shadow.destroy();
    this.#ring?.destroy();
    this.#body.destroy();
    this.#hat.destroy();
    this.#mark.destroy();
    this.#plate.destroy();
    this.#meter?.destroy();
    this.#bubble?.destroy();
  }

  #noticePresence({ presence, x, y }: PlayerLook, now: number): void {
    const before = this.#presence;
    if (presence === before) return;
    this.#presence = presence;
    if (presence === Presence.LEAVING) this.#stage.effects.play("poof", x, y - BODY_MIDDLE, y + 0.5, now);
    if (before === Presence.LOADING && presence === Presence.ACTIVE) this.arrive(now);
  }

  #noticeMotion({ x, y, motion, presence }: PlayerLook, now: number): void {
    const { effects } = this.#stage;
    const distance = Math.hypot(x - this.#x, y - this.#y);
    this.#x = x;
    this.#y = y;
    if (motion === Motion.IDLE) this.#walked = 0;
    else this.#waveUntil = Number.NEGATIVE_INFINITY;
    if (motion === Motion.DASH && this.#motion !== Motion.DASH) {
      this.#dashedAt = now;
      this.#dashDust = DUST_EVERY;
    }
    if (motion !== this.#motion) this.#movedAt = now;
    this.#motion = motion;
    if (distance > SNAP_DISTANCE || presence === Presence.LEAVING) return;
    if (distance > 0.05) this.#movedAt = now;
    if (motion === Motion.WALK) this.#walked += distance;
    if (motion === Motion.DASH) this.#dashDust += distance;
    if (motion === Motion.DASH && this.#dashDust >= DUST_EVERY) {
      this.#dashDust = 0;
      effects.play("dust", x, y - 3, y - 0.5, now);
    }
  }

  #poseBody(look: PlayerLook, now: number): void {
    const { art, reducedMotion } = this.#stage;
    const { x, y, facing, motion } = look;
    const waves = now < this.#waveUntil;
    const side = waves ? "s" : sideOf(facing);
    const mirrored = !waves && isMirrored(facing);
    const step = stepOf(motion, this.#walked, now - this.#movedAt > BLOCKED_AFTER_MS);
    const picture = Math.floor((this.#waveUntil - now) / WAVE_PICTURE_MS) % 2 === 0 ? 0 : 1;
    const offset = waves ? art.wavingHatOffset(picture) : art.hatOffset(side, step);

    const squash = Math.max(0, 1 - (now - this.#dashedAt) / SQUASH_MS);
    const breathes = motion === Motion.IDLE && !waves && !reducedMotion && look.presence === Presence.ACTIVE;
    const breath = breathes ? Math.sin((now / BREATH_MS) * Math.PI * 2 + this.#phase) * 0.014 : 0;
    const scaleX = (1 + squash * 0.16 - breath * 0.5) * this.#size;
    const scaleY = (1 - squash * 0.12 + breath) * this.#size;

    this.#setBody(waves ? waveFrame(look.colour, picture) : bodyFrame(look.colour, side, step));
    this.#setHat(hatFrame(look.hat, side));
    this.#phase = look.colour + look.hat * 0.8;
    this.#body
      .setPosition(x, y)
      .setDepth(y)
      .setFlipX(mirrored)
      .setScale(art.unit * scaleX, art.unit * scaleY)
      .setAlpha(this.#alpha);
    this.#hat
      .setPosition(x + (mirrored ? -offset[0] : offset[0]) * scaleX, y + offset[1] * scaleY)
      .setDepth(y + 0.001)
      .setFlipX(mirrored)
      .setScale(art.unit * scaleX, art.unit * scaleY)
      .setAlpha(this.#alpha);
  }

  #placeGround({ x, y }: PlayerLook): void {
    const { art } = this.#stage;
    this.#shadow
      .setPosition(x, y)
      .setScale(art.unit * this.#size)
      .setAlpha(this.#alpha);
    this.#ring
      ?.setPosition(x, y)
      .setScale(art.unit * this.#size)
      .setAlpha(this.#alpha);
  }

  #placeMark({ x, y, presence }: PlayerLook, now: number): void {
    const frame = MARKS[presence];
    this.#mark.setVisible(frame !== undefined);
    if (frame === undefined) return;
    if (frame !== this.#markFrame) {
      this.#markFrame = frame;
      this.#mark.setFrame(frame);
    }
    const bob = this.#stage.reducedMotion ? 0 : Math.sin(now / 420 + this.#phase) * 1.2;
    this.#mark.setPosition(x + MARK.x, y - MARK.y + bob).setDepth(Depth.MARKS + y);
  }

  #placeText({ x, y, name, presence }: PlayerLook, isLeader: boolean, moment: Moment): void {
    const { now, view } = moment;
    const box = this.#plateBox;
    this.#plate.show(name, isLeader, view.textZoom);
    // Faded players stay readable: the plate fades less than the body.
    const alpha = presence === Presence.LEAVING ? this.#size : Math.max(this.#alpha, 0.72);
    let depth = this.#ring ? y + Depth.SELF : y;
    if (box.isShown) depth += Depth.SHOWN;
    const top = this.#plate.place(x, y - PLATE_BOTTOM, view, depth, alpha * this.#fadePlate(moment));
    if (this.#bubble && !this.#bubble.place(x, top, y, view, depth, now)) {
      this.#bubble.destroy();
      this.#bubble = undefined;
    }
    const textUnits = view.zoom / view.textZoom;
    box.x = x * textUnits;
    box.bottom = (y - PLATE_BOTTOM) * textUnits;
    box.width = this.#plate.width;
    box.isSpeaking = this.#bubble !== undefined;
  }

  #fadePlate({ elapsedMs }: Moment): number {
    const missing = (this.#plateBox.isShown ? 1 : 0) - this.#plateShare;
    const isNear = Math.abs(missing) < 0.02;
    this.#plateShare +=
      this.#stage.reducedMotion || isNear ? missing : missing * easeShare(elapsedMs, FADE_MS);
    return this.#plateShare;
  }

  #setBody(frame: string): void {
    if (frame === this.#bodyFrame) return;
    this.#bodyFrame = frame;
    this.#body.setFrame(frame, false, false);
  }

  #setHat(frame: string): void {
    if (frame === this.#hatFrame) return;
    this.#hatFrame = frame;
    this.#hat.setFrame(frame, false, false);
  }
}
