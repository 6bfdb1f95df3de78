import type Phaser from "phaser";
import type { Side, Step } from "./pose.ts";

/** The pictures of one sheet come in two sizes; a unit of the world is 1 or 2 of their pixels. */
export type ArtScale = 1 | 2;
export type Atlas = typeof CHARACTERS | typeof SQUARE;
type Offset = readonly [x: number, y: number];

export const CHARACTERS = "characters";
export const SQUARE = "square";
export const TILES = "tiles";
const FOLDER = "/art";

interface CharactersMeta {
  anchor: { body: Offset; hat: Offset };
  /** From the feet to the hat's anchor (u). */
  hatOffset: Record<Side, Record<Step, Offset>> & { wave: Record<0 | 1, Offset> };
}
type SquareMeta = Record<string, { anchor: Offset }>;

/** From this many screen pixels per unit on, the small pictures would look soft. */
const LARGE_ART_FROM = 1.25;

export function artScaleFor(pixelsPerUnit: number): ArtScale {
  return pixelsPerUnit > LARGE_ART_FROM ? 2 : 1;
}

export function loadArt(load: Phaser.Loader.LoaderPlugin, scale: ArtScale): void {
  const size = scale === 2 ? "@2x" : "";
  for (const atlas of [CHARACTERS, SQUARE]) {
    load.atlas(atlas, `${FOLDER}/${atlas}${size}.png`, `${FOLDER}/${atlas}${size}.json`);
    load.json(`${atlas}.meta`, `${FOLDER}/${atlas}.meta.json`);
  }
  load.image(TILES, `${FOLDER}/tiles${size}.png`);
}

/** The loaded pictures, given out in world units whatever size they were loaded in. */
export class Art {
  readonly #scene: Phaser.Scene;
  readonly #scale: ArtScale;
  readonly #characters: CharactersMeta;
  readonly #square: SquareMeta;

  constructor(scene: Phaser.Scene, scale: ArtScale) {
    this.#scene = scene;
    this.#scale = scale;
    this.#characters = scene.cache.json.get(`${CHARACTERS}.meta`) as CharactersMeta;
    this.#square = scene.cache.json.get(`${SQUARE}.meta`) as SquareMeta;
  }

  /** Scale at which a picture has its size in the world. */
  get unit(): number {
    return 1 / this.#scale;
  }

  /** A picture whose origin is its middle, or the point `anchor` of it (u from its upper left corner). */
  image(atlas: Atlas, frame: string, anchor?: Offset): Phaser.GameObjects.Image {
    const image = this.#scene.add.image(0, 0, atlas, frame).setScale(this.unit);
    if (anchor) {
      const { realWidth, realHeight } = image.frame;
      image.setOrigin((anchor[0] * this.#scale) / realWidth, (anchor[1] * this.#scale) / realHeight);
    }
    return image;
  }

  /** A prop of the square, standing on its anchor. */
  prop(name: string): Phaser.GameObjects.Image {
    return this.image(SQUARE, name, this.#square[name]?.anchor);
  }

  body(): Phaser.GameObjects.Image {
    return this.image(CHARACTERS, "body/0/s/idle", this.#characters.anchor.body);
  }

  hat(): Phaser.GameObjects.Image {
    return this.image(CHARACTERS, "hat/0/s", this.#characters.anchor.hat);
  }

  hatOffset(side: Side, step: Step): Offset {
    return this.#characters.hatOffset[side][step];
  }

  wavingHatOffset(picture: 0 | 1): Offset {
    return this.#characters.hatOffset.wave[picture];
  }

  hasFrame(atlas: Atlas, frame: string): boolean {
    return this.#scene.textures.get(atlas).has(frame);
  }

  /** Draw a picture onto a canvas, for what is composed of text and art. */
  paint(
    context: CanvasRenderingContext2D,
    atlas: Atlas,
    name: string,
    x: number,
    y: number,
    width: number,
  ): void {
    const frame = this.#scene.textures.getFrame(atlas, name);
    if (!frame) throw new Error(`no picture "${name}" in ${atlas}`);
    const { cutX, cutY, cutWidth, cutHeight, source } = frame;
    const height = (width * cutHeight) / cutWidth;
    context.drawImage(
      source.image as CanvasImageSource,
      cutX,
      cutY,
      cutWidth,
      cutHeight,
      x,
      y,
      width,
      height,
    );
  }
}
