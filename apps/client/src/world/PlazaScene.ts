import { PLAZA_MAP, PLAZA_TILED } from "@tagalong/shared/world/plaza.ts";
import type { PlazaState } from "@tagalong/shared/world/schema.ts";
import { SNAP_DISTANCE } from "@tagalong/shared/world/tuning.ts";
import Phaser from "phaser";
import { Art, type ArtScale, loadArt } from "./art.ts";
import { Cast } from "./Cast.ts";
import { CameraRig, type View } from "./camera.ts";
import { Effects } from "./Effects.ts";
import type { Keyboard } from "./Keyboard.ts";
import type { DrawnPlayer, WorldNet } from "./net.ts";
import { type Moment, PlayerView, type Stage } from "./PlayerView.ts";
import { SceneryView } from "./SceneryView.ts";

/** What the scene needs of a room's world: a {@link WorldNet}, or a stand-in. */
export type World = Pick<WorldNet, "frame" | "players" | "self"> & {
  readonly room: { readonly state: Pick<PlazaState, "leader"> };
};

/** Drawn over the square in every frame, once everything else has its place. For the debug overlay. */
export interface SceneOverlay {
  draw(scene: Phaser.Scene, view: Readonly<View>): void;
}

export interface WorldOptions {
  reducedMotion: boolean;
  artScale: ArtScale;
}

/** Behind the menu the camera wanders around here: a little below the fountain. */
const HOME = { x: PLAZA_MAP.width / 2, y: PLAZA_MAP.height / 2 + 30 };

/** After a stall the picture goes on from where it is, rather than leaping through the time lost. */
const MAX_ELAPSED_MS = 100;

/** The town square: behind the menu empty, in a room with everyone who is there. */
export class PlazaScene extends Phaser.Scene {
  /** Resolves once the square is there to be drawn. */
  readonly ready: Promise<void>;
  readonly #options: WorldOptions;
  readonly #rig = new CameraRig(PLAZA_MAP, HOME);
  readonly #moment: Moment = { now: 0, elapsedMs: 0, view: this.#rig.view };
  readonly #missing: string[] = [];
  /** Where one's own player was last drawn. */
  readonly #hero = { x: 0, y: 0, isSeen: false };
  #settle: { resolve: () => void; reject: (reason: Error) => void } | undefined;
  #keyboard: Keyboard | undefined;
  #pixelRatio = 1;
  #coveredTop = 0;
  #stage: Stage | undefined;
  #cast: Cast | undefined;
  #scenery: SceneryView | undefined;
  #world: World | undefined;
  #overlay: SceneOverlay | undefined;

  constructor(options: WorldOptions) {
    super("plaza");
    this.#options = options;
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /** Steered by these keys from now on. */
  set keyboard(keyboard: Keyboard) {
    this.#keyboard = keyboard;
  }

  /** Device pixels per CSS pixel of the canvas. */
  set pixelRatio(pixelRatio: number) {
    this.#pixelRatio = pixelRatio;
  }

  /** CSS pixels at the upper edge over which the interface lies. */
  set coveredTop(coveredTop: number) {
    this.#coveredTop = coveredTop;
  }

  set overlay(overlay: SceneOverlay | undefined) {
    this.#overlay = overlay;
  }

  /** Show this room's world. After a reconnect the views stay until the new world says who is still there. */
  enter(world: World): void {
    this.#world = world;
    this.#cast?.enter();
  }

  leave(): void {
    this.#world = undefined;
    this.#hero.isSeen = false;
    this.#cast?.leave();
  }

  say(sessionId: string, text: string): void {
    this.#cast?.say(sessionId, text, this.#moment.now);
  }

  preload(): void {
    this.load.on(Phaser.Loader.Events.FILE_LOAD_ERROR, (file: Phaser.Loader.File) => {
      this.#missing.push(String(file.src || file.url));
    });
    loadArt(this.load, this.#options.artScale);
  }

  create(): void {
    if (this.#missing.length > 0) {
      this.#settle?.reject(new Error(`The art could not be loaded: ${this.#missing.join(", ")}`));
      return;
    }
    const { artScale, reducedMotion } = this.#options;
    const art = new Art(this, artScale);
    const stage = { scene: this, art, effects: new Effects(art), reducedMotion };
    this.#stage = stage;
    this.#cast = new Cast((player) => new PlayerView(stage, player, player.isSelf));
    this.#scenery = new SceneryView(this, art, PLAZA_TILED, reducedMotion);
    this.#rig.setScreen(this.scale.width, this.scale.height, this.#pixelRatio);
    this.#rig.rest();
    this.#settle?.resolve();
  }

  /** @param time of this frame on the `performance.now()` line: Phaser passes on what the browser gave it */
  override update(time: number): void {
    if (!this.#stage || !this.#scenery) return;
    const moment = this.#moment;
    // Phaser's first step after a pause uses the clock itself, a little ahead of the frame that follows.
    const now = Math.max(time, moment.now);
    moment.elapsedMs = Math.min(now - moment.now, MAX_ELAPSED_MS);
    moment.now = now;

    const world = this.#world;
    if (world && this.#keyboard) world.frame(now, this.#keyboard.read(now));
    this.#rig.setScreen(this.scale.width, this.scale.height, this.#pixelRatio, this.#coveredTop);
    this.#aim(world?.self);
    if (world?.self) this.#cast?.draw(world.players, world.room.state.leader, moment);
    this.#scenery.update(now, moment.elapsedMs, moment.view, world?.self);
    this.#stage.effects.update(now);
    this.#overlay?.draw(this, moment.view);
  }

  #aim(self: DrawnPlayer | undefined): void {
    const hero = this.#hero;
    const { now, elapsedMs, view } = this.#moment;
    if (self) {
      const isFar = Math.hypot(self.x - hero.x, self.y - hero.y) > SNAP_DISTANCE;
      if (isFar || !hero.isSeen) this.#rig.jumpTo(self);
      else this.#rig.follow(self, elapsedMs);
      hero.isSeen = true;
      hero.x = self.x;
      hero.y = self.y;
    } else if (!this.#world) {
      if (this.#options.reducedMotion) this.#rig.rest();
      else this.#rig.drift(now, elapsedMs);
    }
    const camera = this.cameras.main;
    camera.setZoom(view.zoom);
    // Phaser scrolls as if unzoomed and zooms about the middle.
    camera.setScroll(
      view.left + (view.width / view.zoom - view.width) / 2,
      view.top + (view.height / view.zoom - view.height) / 2,
    );
  }
}
