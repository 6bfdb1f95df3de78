import type Phaser from "phaser";
import { type Art, CHARACTERS } from "./art.ts";
import type { View } from "./camera.ts";
import { Depth } from "./depths.ts";
import { INK, measureIn, PAPER, PLATE_FONT, SUN, whenFontLoads } from "./lettering.ts";
import { PLATE_HEIGHT as HEIGHT } from "./plates.ts";
import { Sign } from "./Sign.ts";
import { ellipsize } from "./textLayout.ts";

/** In units of text. */
const PADDING = 8;
const NAME_MAX_WIDTH = 130;
const CROWN = 15;
const CROWN_GAP = 4;
const OPACITY = 0.92;

/** A name over a head: ink on paper, one's own the other way round, the leader's with a crown. */
export class NamePlate {
  readonly #sign: Sign;
  readonly #art: Art;
  readonly #isSelf: boolean;
  #name = "";
  #isLeader = false;
  #zoom = 0;
  #width = 0;
  #destroyed = false;

  constructor(scene: Phaser.Scene, art: Art, isSelf: boolean) {
    this.#sign = new Sign(scene);
    this.#art = art;
    this.#isSelf = isSelf;
  }

  /** In units of text. */
  get width(): number {
    return this.#width;
  }

  show(name: string, isLeader: boolean, zoom: number): void {
    if (name === this.#name && isLeader === this.#isLeader && zoom === this.#zoom) return;
    this.#name = name;
    this.#isLeader = isLeader;
    this.#zoom = zoom;
    this.#draw();
    whenFontLoads(PLATE_FONT, name, () => this.#destroyed || this.#draw());
  }

  /** @returns the world's y of the upper edge */
  place(x: number, bottom: number, view: View, depth: number, alpha: number): number {
    this.#sign.image.setDepth(Depth.PLATES + depth).setAlpha(alpha);
    return this.#sign.place(x, bottom, view);
  }

  destroy(): void {
    this.#destroyed = true;
    this.#sign.destroy();
  }

  #draw(): void {
    const measure = measureIn(PLATE_FONT);
    const name = ellipsize(this.#name, NAME_MAX_WIDTH, measure);
    const crown = this.#isLeader ? CROWN + CROWN_GAP : 0;
    const width = Math.ceil(measure(name)) + crown + PADDING * 2;
    this.#width = width;
    this.#sign.draw(width, HEIGHT, this.#zoom, (context) => {
      context.globalAlpha = OPACITY;
      context.fillStyle = this.#isSelf ? INK : PAPER;
      context.beginPath();
      context.roundRect(0, 0, width, HEIGHT, HEIGHT / 2);
      context.fill();
      context.globalAlpha = 1;
      if (this.#isSelf) {
        context.strokeStyle = SUN;
        context.lineWidth = 1.5;
        context.beginPath();
        context.roundRect(0.75, 0.75, width - 1.5, HEIGHT - 1.5, HEIGHT / 2 - 0.75);
        context.stroke();
      }
      if (this.#isLeader) {
        this.#art.paint(context, CHARACTERS, "mark/leader", PADDING - 2, (HEIGHT - CROWN) / 2 - 0.5, CROWN);
      }
      context.fillStyle = this.#isSelf ? PAPER : INK;
      context.font = PLATE_FONT;
      context.textBaseline = "alphabetic";
      context.fillText(name, PADDING + crown, 14.5);
    });
  }
}
