import { blit, createPicture, type Picture, renderSvg } from "./render.ts";
import type { Sprite } from "./svg.ts";

const PADDING = 2;

interface Placed {
  sprite: Sprite;
  x: number;
  y: number;
}

interface Layout {
  width: number;
  height: number;
  placed: Placed[];
}

/** Shelves: tallest first, left to right. Plain, stable, and tight enough for sprites of few sizes. */
function layOut(sprites: readonly Sprite[], width: number): Layout {
  const order = sprites.map((sprite, index) => ({ sprite, index }));
  order.sort(
    (a, b) => b.sprite.height - a.sprite.height || b.sprite.width - a.sprite.width || a.index - b.index,
  );
  const shelves: { x: number; y: number; height: number }[] = [];
  let bottom = PADDING;
  const placed = order.map(({ sprite }): Placed => {
    let shelf = shelves.find((s) => s.height >= sprite.height && s.x + sprite.width + PADDING <= width);
    if (!shelf) {
      shelf = { x: PADDING, y: bottom, height: sprite.height };
      shelves.push(shelf);
      bottom += sprite.height + PADDING;
    }
    const place = { sprite, x: shelf.x, y: shelf.y };
    shelf.x += sprite.width + PADDING;
    return place;
  });
  return { width, height: bottom, placed };
}

export interface Atlas {
  picture: Picture;
  json: string;
}

/**
 * Pack sprites into one picture and its Phaser "JSON hash" description.
 *
 * @param image file name the JSON refers to
 * @param scale the layout is made at 1x and multiplied, so both sizes have the same arrangement
 */
export function createAtlas(sprites: readonly Sprite[], image: string, width: number, scale: number): Atlas {
  const layout = layOut(sprites, width);
  const picture = createPicture(layout.width * scale, layout.height * scale);
  const found = new Map<string, string>();
  for (const { sprite, x, y } of layout.placed) {
    if (found.has(sprite.name)) throw new Error(`two sprites named ${sprite.name}`);
    blit(picture, renderSvg(sprite.body, sprite.width, sprite.height, scale), x * scale, y * scale);
    const w = sprite.width * scale;
    const h = sprite.height * scale;
    const frame = {
      frame: { x: x * scale, y: y * scale, w, h },
      rotated: false,
      trimmed: false,
      spriteSourceSize: { x: 0, y: 0, w, h },
      sourceSize: { w, h },
    };
    found.set(sprite.name, JSON.stringify(frame));
  }
  const frames = sprites
    .map(({ name }) => `    ${JSON.stringify(name)}: ${found.get(name) ?? ""}`)
    .join(",\n");
  const meta = JSON.stringify({
    image,
    format: "RGBA8888",
    size: { w: picture.width, h: picture.height },
    scale: String(scale),
  });
  return { picture, json: `{\n  "frames": {\n${frames}\n  },\n  "meta": ${meta}\n}\n` };
}
