import type Phaser from "phaser";
import type { View } from "./camera.ts";

/** Drawn with a canvas of exactly as many pixels as it covers on screen: sharp at every zoom. */
export class Sign {
  readonly image: Phaser.GameObjects.Image;
  readonly #scene: Phaser.Scene;
  readonly #key: string;
  /** Where it was drawn last, in screen pixels. */
  #pixelX = 0;
  #pixelY = 0;
  static #count = 0;

  constructor(scene: Phaser.Scene) {
    this.#scene = scene;
    this.#key = `sign/${Sign.#count++}`;
    this.image = scene.add.image(0, 0, "__DEFAULT").setOrigin(0).setVisible(false);
  }

  /** Size in screen pixels. */
  get size(): { readonly width: number; readonly height: number } {
    return this.image.frame;
  }

  /**
   * @param width  size in units of text, as `height`
   * @param zoom   screen pixels per unit of text
   * @param paint  draws in units of text from the upper left corner
   */
  draw(
    width: number,
    height: number,
    zoom: number,
    paint: (context: CanvasRenderingContext2D) => void,
  ): void {
    this.#forgetTexture();
    const texture = this.#scene.textures.createCanvas(
      this.#key,
      Math.ceil(width * zoom),
      Math.ceil(height * zoom),
    );
    if (!texture) throw new Error(`the texture ${this.#key} is already there`);
    texture.context.setTransform(zoom, 0, 0, zoom, 0, 0);
    paint(texture.context);
    texture.refresh();
    this.image.setTexture(this.#key).setVisible(true);
  }

  /**
   * Put the middle of its lower edge at this point of the world. While it stays where it is it keeps to whole
   * pixels, where text is sharpest; in motion it moves as smoothly as what it belongs to.
   *
   * @param scale 1 is its own size
   * @returns the world's y of its upper edge
   */
  place(x: number, bottom: number, view: View, scale = 1): number {
    const { zoom, left, top } = view;
    const pixelX = (x - left) * zoom - (this.image.frame.width * scale) / 2;
    const pixelY = (bottom - top) * zoom - this.image.frame.height * scale;
    const moves = Math.abs(pixelX - this.#pixelX) > 0.02 || Math.abs(pixelY - this.#pixelY) > 0.02;
    this.#pixelX = pixelX;
    this.#pixelY = pixelY;
    this.image.setScale(scale / zoom);
    this.image.x = left + (moves ? pixelX : Math.round(pixelX)) / zoom;
    this.image.y = top + (moves ? pixelY : Math.round(pixelY)) / zoom;
    return this.image.y;
  }

  destroy(): void {
    this.#forgetTexture();
    this.image.destroy();
  }

  /** A picture must not hold a texture that is gone, not even until the next frame. */
  #forgetTexture(): void {
    const { textures } = this.#scene;
    if (!textures.exists(this.#key)) return;
    this.image.setTexture("__DEFAULT").setVisible(false);
    textures.remove(this.#key);
  }
}
