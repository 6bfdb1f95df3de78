import type Phaser from "phaser";
import { placeBubble } from "./bubblePlace.ts";
import type { View } from "./camera.ts";
import { Depth } from "./depths.ts";
import { BUBBLE_FONT, INK, measureIn, PAPER, whenFontLoads } from "./lettering.ts";
import type { Box } from "./plates.ts";
import { Sign } from "./Sign.ts";
import { bubbleMs, wrapText } from "./textLayout.ts";

/** In units of text. */
const MAX_WIDTH = 180;
const MAX_LINES = 3;
const LINE_HEIGHT = 17;
const PADDING_X = 10;
const PADDING_Y = 7;
const RADIUS = 12;
const TAIL = 7;
/** The tail points at its player in steps of this: it is not drawn anew with every step at the edge of the view. */
const TAIL_STEP = 8;
/** Room for the shadow. */
const MARGIN = 3;

const POP_MS = 130;
const FADE_MS = 350;

/** What a player just said, over their head for some seconds. */
export class Bubble {
  readonly #sign: Sign;
  readonly #text: string;
  readonly #saidAt: number;
  readonly #pops: boolean;
  #zoom = 0;
  readonly #box: Box = { x: 0, bottom: 0, width: 0, height: 0 };
  /** How far the tail is from the middle. */
  #tail = 0;
  #destroyed = false;

  constructor(scene: Phaser.Scene, text: string, now: number, pops: boolean) {
    this.#sign = new Sign(scene);
    this.#text = text;
    this.#saidAt = now;
    this.#pops = pops;
  }

  /** What it covers, without its tail. */
  get box(): Readonly<Box> {
    return this.#box;
  }

  /**
   * @param bottom over the head (world units)
   * @param feet y of whose it is (world units)
   * @returns whether it is still to be seen
   */
  place(x: number, bottom: number, feet: number, view: View, depth: number, now: number): boolean {
    const age = now - this.#saidAt;
    const left = bubbleMs(this.#text) - age;
    if (left <= 0) return false;
    if (this.#zoom !== view.textZoom) {
      this.#zoom = view.textZoom;
      this.#draw();
      whenFontLoads(BUBBLE_FONT, this.#text, () => this.#destroyed || this.#draw());
    }
    const grown = this.#pops ? Math.min(age / POP_MS, 1) : 1;
    const place = placeBubble({ x, bottom, feet }, this.#sign.size, view);
    const textUnits = view.zoom / view.textZoom;
    this.#pointBack(-place.moved * textUnits);
    this.#box.x = place.x * textUnits;
    this.#box.bottom = place.bottom * textUnits - TAIL - MARGIN;
    this.#sign.place(place.x, place.bottom, view, 0.7 + 0.3 * grown * (2 - grown));
    this.#sign.image.setDepth(Depth.BUBBLES + depth).setAlpha(Math.min(grown, left / FADE_MS, 1));
    return true;
  }

  destroy(): void {
    this.#destroyed = true;
    this.#sign.destroy();
  }

  /** Towards whose it is, so many units of text from the middle. */
  #pointBack(aside: number): void {
    const tail = Math.round(aside / TAIL_STEP) * TAIL_STEP;
    if (tail === this.#tail) return;
    this.#tail = tail;
    this.#draw();
  }

  #draw(): void {
    const measure = measureIn(BUBBLE_FONT);
    const lines = wrapText(this.#text, MAX_WIDTH - PADDING_X * 2, MAX_LINES, measure);
    const widest = Math.max(...lines.map(measure), TAIL * 2);
    const width = Math.ceil(widest) + PADDING_X * 2;
    const height = lines.length * LINE_HEIGHT + PADDING_Y * 2;
    this.#box.width = width;
    this.#box.height = height;
    this.#sign.draw(width + MARGIN * 2, height + TAIL + MARGIN * 2, this.#zoom, (context) => {
      context.translate(MARGIN, MARGIN);
      const middle = width / 2;
      const reach = Math.max(middle - RADIUS - TAIL, 0);
      const tail = middle + Math.max(-reach, Math.min(this.#tail, reach));
      context.beginPath();
      context.roundRect(0, 0, width, height, RADIUS);
      context.moveTo(tail - TAIL, height - 0.5);
      context.quadraticCurveTo(tail - 1, height + 2, tail, height + TAIL);
      context.quadraticCurveTo(tail + 1, height + 2, tail + TAIL, height - 0.5);
      context.shadowColor = "rgba(44, 35, 80, 0.28)";
      // A canvas does not scale shadows.
      context.shadowBlur = 3 * this.#zoom;
      context.shadowOffsetY = 1.2 * this.#zoom;
      context.fillStyle = PAPER;
      context.fill();
      context.shadowColor = "transparent";
      context.fillStyle = INK;
      context.font = BUBBLE_FONT;
      context.textAlign = "center";
      for (const [index, line] of lines.entries()) {
        context.fillText(line, middle, PADDING_Y + LINE_HEIGHT * index + 13);
      }
    });
  }
}
