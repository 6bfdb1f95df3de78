import { TILE } from "./ground.ts";
import { blit, createPicture, type Picture, renderSvg } from "./render.ts";
import type { Svg } from "./svg.ts";

export const COLUMNS = 16;
/** In Tiled's words; twice as much at 2x. The outermost pixels of each tile fill half the spacing, against seams. */
export const MARGIN = 2;
export const SPACING = 4;

export interface Meaning {
  ground: "grass" | "path" | "stone" | "mud" | "boardwalk" | "water";
  speed?: number;
  solid?: boolean;
}

interface Tile {
  body: Svg;
  meaning?: Meaning;
}

/** Tiles are made when the map first asks for them, so the picture holds what is used and no more. */
export interface Tileset {
  tiles: Tile[];
  /** The tile's id in the set (the map stores id + 1). */
  tile(key: string, draw: () => Svg, meaning?: Meaning): number;
}

export function createTileset(): Tileset {
  const known = new Map<string, number>();
  const tiles: Tile[] = [];
  return {
    tiles,
    tile(key, draw, meaning) {
      let id = known.get(key);
      if (id === undefined) {
        id = tiles.length;
        known.set(key, id);
        tiles.push(meaning ? { body: draw(), meaning } : { body: draw() });
      }
      return id;
    },
  };
}

export function tilesetSize(count: number): { width: number; height: number } {
  const side = (tiles: number): number => MARGIN * 2 + tiles * TILE + (tiles - 1) * SPACING;
  return { width: side(COLUMNS), height: side(Math.ceil(count / COLUMNS)) };
}

export function drawTileset({ tiles }: Tileset, scale: number): Picture {
  const { width, height } = tilesetSize(tiles.length);
  const picture = createPicture(width * scale, height * scale);
  tiles.forEach(({ body }, id) => {
    const x = MARGIN + (id % COLUMNS) * (TILE + SPACING);
    const y = MARGIN + Math.floor(id / COLUMNS) * (TILE + SPACING);
    blit(picture, renderSvg(body, TILE, TILE, scale), x * scale, y * scale, (SPACING / 2) * scale);
  });
  return picture;
}
