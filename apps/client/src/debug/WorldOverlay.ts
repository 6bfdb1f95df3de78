import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import { BODY_HALF_HEIGHT, BODY_HALF_WIDTH, TICK_MS } from "@tagalong/shared/world/tuning.ts";
import type Phaser from "phaser";
import type { View } from "../world/camera.ts";
import { Depth } from "../world/depths.ts";
import type { WorldNet } from "../world/net.ts";
import type { SceneOverlay } from "../world/PlazaScene.ts";
import { type ColourToken, colourNumber } from "./colours.ts";

/** What can be drawn over the square. */
export type Layer = "collisions" | "ghosts" | "samples" | "interest";

export const LAYER_COLOURS: Readonly<Record<Layer, ColourToken>> = {
  collisions: "--coral",
  ghosts: "--water",
  samples: "--sun",
  interest: "--paper",
};

/** The world as far as it is drawn here. */
export type OverlaidWorld = Pick<WorldNet, "players" | "samplesOf" | "stats">;

/** Whom the room tells us of, and how many of them the camera sees. */
export interface Interest {
  sent: number;
  inView: number;
}

/** Around a player, up from the feet (u). */
const FIGURE = { halfWidth: 15, height: 42, below: 4, radius: 14 } as const;
const RING = { width: 40, height: 20 } as const;
/** In CSS pixels. */
const LINE = 2;
const CASING = 1.5;
const DOT = 1.5;
const PLACE = 4;
const MARGIN = 14;
/** Of a sample that has been drawn. */
const DRAWN_OPACITY = 0.35;
const ARROW = { length: 16, halfWidth: 9 } as const;

/** Draws the chosen layers over the square. With none chosen there is nothing to draw with, either. */
export class WorldOverlay implements SceneOverlay {
  readonly interest: Interest = { sent: 0, inView: 0 };
  readonly #layers: () => ReadonlySet<Layer>;
  readonly #world: () => OverlaidWorld | undefined;
  readonly #ink = colourNumber("--ink");
  readonly #colours: Readonly<Record<Layer, number>> = {
    collisions: colourNumber(LAYER_COLOURS.collisions),
    ghosts: colourNumber(LAYER_COLOURS.ghosts),
    samples: colourNumber(LAYER_COLOURS.samples),
    interest: colourNumber(LAYER_COLOURS.interest),
  };
  #graphics: Phaser.GameObjects.Graphics | undefined;
  /** One CSS pixel (u). */
  #pixel = 1;

  constructor(layers: () => ReadonlySet<Layer>, world: () => OverlaidWorld | undefined) {
    this.#layers = layers;
    this.#world = world;
  }

  draw(scene: Phaser.Scene, view: Readonly<View>): void {
    const layers = this.#layers();
    if (layers.size === 0) {
      this.destroy();
      return;
    }
    this.#graphics ??= scene.add.graphics().setDepth(Depth.DEBUG);
    const graphics = this.#graphics.clear();
    this.#pixel = view.textZoom / view.zoom;
    const world = this.#world();
    if (layers.has("collisions")) this.#drawCollisions(graphics, view, world);
    if (!world) return;
    if (layers.has("samples")) this.#drawSamples(graphics, world);
    if (layers.has("ghosts")) this.#drawGhosts(graphics, world);
    if (layers.has("interest")) this.#drawInterest(graphics, view, world);
  }

  destroy(): void {
    this.#graphics?.destroy();
    this.#graphics = undefined;
  }

  /** Walls, and the box at each player's feet that they stop. */
  #drawCollisions(
    graphics: Phaser.GameObjects.Graphics,
    view: Readonly<View>,
    world: OverlaidWorld | undefined,
  ): void {
    const colour = this.#colours.collisions;
    const { left: x, top: y, right, bottom } = edgesOf(view);
    graphics.fillStyle(colour, 0.35).lineStyle(LINE * this.#pixel, colour, 0.9);
    for (const { left, top, right: wallRight, bottom: wallBottom } of PLAZA_MAP.walls) {
      if (left > right || wallRight < x || top > bottom || wallBottom < y) continue;
      graphics.fillRect(left, top, wallRight - left, wallBottom - top);
      graphics.strokeRect(left, top, wallRight - left, wallBottom - top);
    }
    for (const player of world?.players.values() ?? []) {
      this.#cased(graphics, this.#colours.collisions, () =>
        graphics.strokeRect(
          player.x - BODY_HALF_WIDTH,
          player.y - BODY_HALF_HEIGHT,
          2 * BODY_HALF_WIDTH,
          2 * BODY_HALF_HEIGHT,
        ),
      );
    }
  }

  /** Where the server has everyone, as far as we know, tied to where they are drawn. */
  #drawGhosts(graphics: Phaser.GameObjects.Graphics, { players }: OverlaidWorld): void {
    const { halfWidth, height, below, radius } = FIGURE;
    for (const { x, y, serverX, serverY } of players.values()) {
      graphics.fillStyle(this.#colours.ghosts, 0.3);
      const box = [serverX - halfWidth, serverY - height, 2 * halfWidth, height + below, radius] as const;
      graphics.fillRoundedRect(...box);
      this.#cased(graphics, this.#colours.ghosts, () => {
        graphics.strokeRoundedRect(...box);
        graphics.lineBetween(x, y, serverX, serverY);
      });
    }
  }

  /** Where each of the others was at the patches that are still kept, and where in between they are drawn: the buffer. */
  #drawSamples(graphics: Phaser.GameObjects.Graphics, world: OverlaidWorld): void {
    const stillToDraw = Math.ceil(world.stats.buffered / TICK_MS);
    for (const { sessionId, isSelf, x, y } of world.players.values()) {
      if (isSelf) continue;
      this.#cased(graphics, this.#colours.samples, () => graphics.strokeCircle(x, y, PLACE * this.#pixel));
      const samples = world.samplesOf(sessionId);
      const drawn = samples.length - stillToDraw;
      for (const [index, sample] of samples.entries()) {
        if (index === samples.length - 1) {
          graphics.fillStyle(this.#ink).fillCircle(sample.x, sample.y, (DOT + CASING) * this.#pixel);
        }
        graphics
          .fillStyle(this.#colours.samples, index < drawn ? DRAWN_OPACITY : 1)
          .fillCircle(sample.x, sample.y, DOT * this.#pixel);
      }
    }
  }

  /** Whom the camera sees, and where the others are whom it does not: the room sends them all. */
  #drawInterest(
    graphics: Phaser.GameObjects.Graphics,
    view: Readonly<View>,
    { players }: OverlaidWorld,
  ): void {
    const { left, top, right, bottom } = edgesOf(view, MARGIN * this.#pixel);
    const { interest } = this;
    interest.sent = players.size;
    interest.inView = 0;
    this.#cased(graphics, this.#colours.interest, () =>
      graphics.strokeRect(left, top, right - left, bottom - top),
    );
    for (const { x, y } of players.values()) {
      if (x >= left && x <= right && y >= top && y <= bottom) {
        interest.inView += 1;
        this.#cased(graphics, this.#colours.interest, () =>
          graphics.strokeEllipse(x, y, RING.width, RING.height),
        );
      } else {
        const edgeX = Math.min(Math.max(x, left), right);
        const edgeY = Math.min(Math.max(y, top), bottom);
        this.#drawArrow(graphics, edgeX, edgeY, Math.atan2(y - edgeY, x - edgeX));
      }
    }
  }

  /** @param angle of the direction it points in (radians) */
  #drawArrow(graphics: Phaser.GameObjects.Graphics, x: number, y: number, angle: number): void {
    const [alongX, alongY] = [Math.cos(angle) * this.#pixel, Math.sin(angle) * this.#pixel];
    const { length, halfWidth } = ARROW;
    const [backX, backY] = [x - alongX * length, y - alongY * length];
    const [sideX, sideY] = [-alongY * halfWidth, alongX * halfWidth];
    const corners = [x, y, backX + sideX, backY + sideY, backX - sideX, backY - sideY] as const;
    graphics.fillStyle(this.#colours.interest).fillTriangle(...corners);
    graphics.lineStyle(CASING * this.#pixel, this.#ink).strokeTriangle(...corners);
  }

  /** Stroke twice, dark and wider below: one of the two stands out from whatever is under it. */
  #cased(graphics: Phaser.GameObjects.Graphics, colour: number, stroke: () => void): void {
    graphics.lineStyle((LINE + 2 * CASING) * this.#pixel, this.#ink, 0.7);
    stroke();
    graphics.lineStyle(LINE * this.#pixel, colour);
    stroke();
  }
}

/** The part of the world that is on screen, less a margin (u). */
function edgesOf({ left, top, width, height, zoom }: Readonly<View>, margin = 0) {
  return {
    left: left + margin,
    top: top + margin,
    right: left + width / zoom - margin,
    bottom: top + height / zoom - margin,
  };
}
