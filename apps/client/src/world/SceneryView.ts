import type { TiledMap } from "@tagalong/shared/world/map.ts";
import Phaser from "phaser";
import { type Art, SQUARE, TILES } from "./art.ts";
import { easeShare, type View } from "./camera.ts";
import { Depth } from "./depths.ts";
import { isBehind, mapForTiles, mergeOverlay, type Prop, propsOf, tileBox } from "./scenery.ts";

const ANIMATIONS: readonly { prefix: string; pictures: number; pictureMs: number }[] = [
  { prefix: "fountain", pictures: 4, pictureMs: 150 },
  { prefix: "flag", pictures: 4, pictureMs: 260 },
];

/** Tall enough to hide a player: they become glassy while one's own player is behind them. */
const HIDING = /^(tree|house|clocktower|stall)/;
const GLASSY = 0.5;
const FADE_MS = 120;
/** A figure counts as behind only when a good part of it is (u). */
const HIDING_INSET = { side: 12, top: 26 } as const;

const SWAYING = /^tree/;
const SWAY_RADIANS = 0.011;
const SWAY_MS = 3_400;
const FLOATING = /^(duck|lily)/;
const FLOAT_MS = 2_600;

const CLOUDS = 5;
const CLOUD_SPEED = 9;
const CLOUD_SCALE = 2.2;
const CLOUD_OPACITY = 0.55;

interface Drawn {
  readonly image: Phaser.GameObjects.Image;
  readonly prop: Prop;
  readonly pictures: readonly string[];
  readonly pictureMs: number;
  readonly hides: boolean;
  readonly sways: boolean;
  readonly floats: boolean;
  /** So that neighbours do not move in step. */
  readonly phase: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly y: number;
}

/** The square itself: ground, things that stand on it, and a little life of their own. */
export class SceneryView {
  readonly #props: Drawn[];
  readonly #clouds: Phaser.GameObjects.Image[];
  readonly #map: { readonly width: number; readonly height: number };
  readonly #reducedMotion: boolean;

  constructor(scene: Phaser.Scene, art: Art, tiled: TiledMap, reducedMotion: boolean) {
    this.#reducedMotion = reducedMotion;
    this.#map = { width: tiled.width * tiled.tilewidth, height: tiled.height * tiled.tileheight };
    drawGround(scene, art, tiled);
    this.#props = propsOf(tiled).map((prop) => drawProp(art, prop));
    this.#clouds = Array.from({ length: CLOUDS }, () =>
      art
        .prop("cloudshadow")
        .setDepth(Depth.CLOUDS)
        .setScale(art.unit * CLOUD_SCALE)
        .setAlpha(CLOUD_OPACITY),
    );
    this.#placeClouds(0);
  }

  /** @param hero the feet of one's own player, who must not get lost behind a roof */
  update(now: number, elapsedMs: number, view: View, hero: { x: number; y: number } | undefined): void {
    const right = view.left + view.width / view.zoom;
    const bottom = view.top + view.height / view.zoom;
    for (const drawn of this.#props) {
      const { image } = drawn;
      const isSeen =
        drawn.right > view.left && drawn.left < right && drawn.y + 24 > view.top && drawn.top < bottom;
      image.setVisible(isSeen);
      if (!isSeen) continue;
      if (!this.#reducedMotion) animate(drawn, now);
      if (drawn.hides) {
        const opacity = hero && isBehind(hero, drawn) ? GLASSY : 1;
        if (image.alpha !== opacity) image.setAlpha(closer(image.alpha, opacity, elapsedMs));
      }
    }
    if (!this.#reducedMotion) this.#placeClouds(now);
  }

  #placeClouds(now: number): void {
    const { width, height } = this.#map;
    for (const [index, cloud] of this.#clouds.entries()) {
      const lap = width + cloud.displayWidth;
      const start = (index / CLOUDS) * lap;
      const x = ((start + (now / 1000) * CLOUD_SPEED) % lap) - cloud.displayWidth / 2;
      cloud.setPosition(x, ((index * 0.381 + 0.12) % 1) * height);
    }
  }
}

/** Phaser's faster GPU layer paints tile 0 over empty cells (phaserjs/phaser#7336): the plain one it is. */
function drawGround(scene: Phaser.Scene, art: Art, tiled: TiledMap): void {
  const scale = 1 / art.unit;
  const data = mergeOverlay(mapForTiles(tiled, scale), opaqueTilesOf(scene, tiled, scale));
  scene.cache.tilemap.add("plaza", { format: Phaser.Tilemaps.Formats.TILED_JSON, data });
  const map = scene.make.tilemap({ key: "plaza" });
  const tileset = map.addTilesetImage("tiles", TILES);
  if (!tileset) throw new Error('the map has no tileset "tiles"');
  map.createLayer("ground", tileset)?.setScale(art.unit).setDepth(Depth.GROUND);
  map.createLayer("overlay", tileset)?.setScale(art.unit).setDepth(Depth.OVERLAY);
}

/** Tells for a tile of the map's tileset whether all of its picture is opaque. */
function opaqueTilesOf(scene: Phaser.Scene, tiled: TiledMap, scale: number): (tile: number) => boolean {
  const picture = scene.textures.get(TILES).getSourceImage() as HTMLImageElement;
  const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d", {
    willReadFrequently: true,
  });
  if (!context) return () => false;
  context.drawImage(picture, 0, 0);
  const tileset = mapForTiles(tiled, scale).tilesets[0];
  if (!tileset) return () => false;
  const known = new Map<number, boolean>();
  return (tile) => {
    const answer = known.get(tile);
    if (answer !== undefined) return answer;
    const { x, y, width, height } = tileBox(tileset, tile);
    const { data } = context.getImageData(x, y, width, height);
    let isOpaque = true;
    for (let alpha = 3; alpha < data.length && isOpaque; alpha += 4) isOpaque = data[alpha] === 255;
    known.set(tile, isOpaque);
    return isOpaque;
  };
}

function drawProp(art: Art, prop: Prop): Drawn {
  const { frame, x, y, flip } = prop;
  const image = art.prop(frame).setPosition(x, y).setDepth(y);
  // Mirroring turns the picture about its middle; the anchor has to change sides with it.
  if (flip) image.setFlipX(true).setOrigin(1 - image.originX, image.originY);
  const animation = ANIMATIONS.find(({ prefix }) => frame === `${prefix}/0`);
  const pictures = Array.from(
    { length: animation?.pictures ?? 0 },
    (_, index) => `${animation?.prefix}/${index}`,
  );
  const left = x - image.displayWidth * image.originX;
  return {
    image,
    prop,
    pictures: pictures.every((name) => art.hasFrame(SQUARE, name)) ? pictures : [],
    pictureMs: animation?.pictureMs ?? 1,
    hides: HIDING.test(frame),
    sways: SWAYING.test(frame),
    floats: FLOATING.test(frame),
    phase: (x * 0.013 + y * 0.007) % (Math.PI * 2),
    left: left + (HIDING.test(frame) ? HIDING_INSET.side : 0),
    right: left + image.displayWidth - (HIDING.test(frame) ? HIDING_INSET.side : 0),
    top: y - image.displayHeight * image.originY + (HIDING.test(frame) ? HIDING_INSET.top : 0),
    y,
  };
}

function animate({ image, prop, pictures, pictureMs, sways, floats, phase }: Drawn, now: number): void {
  if (pictures.length > 0) {
    const picture = pictures[Math.floor(now / pictureMs + phase) % pictures.length];
    if (picture !== undefined && image.frame.name !== picture) image.setFrame(picture, false, false);
  }
  if (sways) image.setRotation(Math.sin((now / SWAY_MS) * Math.PI * 2 + phase) * SWAY_RADIANS);
  if (floats) image.y = prop.y + Math.sin((now / FLOAT_MS) * Math.PI * 2 + phase) * 1.2;
}

function closer(from: number, to: number, elapsedMs: number): number {
  const next = from + (to - from) * easeShare(elapsedMs, FADE_MS);
  return Math.abs(to - next) < 0.01 ? to : next;
}
