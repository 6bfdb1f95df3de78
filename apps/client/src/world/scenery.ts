import type { TiledMap } from "@tagalong/shared/world/map.ts";

/** A thing that stands on the map. */
export interface Prop {
  /** Its picture; one that ends in `/0` may be the first of an animation. */
  readonly frame: string;
  /** The point of the ground it stands on (u). */
  readonly x: number;
  readonly y: number;
  readonly flip: boolean;
}

/** The things of the map's layer `props`. */
export function propsOf(map: TiledMap): Prop[] {
  const layer = map.layers.find(({ name }) => name === "props");
  return (layer?.objects ?? []).map(({ name, x, y, properties }) => ({
    frame: name,
    x,
    y,
    flip: properties?.some((property) => property.name === "flip" && property.value === true) ?? false,
  }));
}

type Tileset = TiledMap["tilesets"][number];

/** Where a tile of this tileset is in its picture. */
export function tileBox(tileset: Tileset, tile: number) {
  const { tilewidth, tileheight, margin, spacing, columns } = sizesOf(tileset);
  const index = tile - tileset.firstgid;
  return {
    x: margin + (index % columns) * (tilewidth + spacing),
    y: margin + Math.floor(index / columns) * (tileheight + spacing),
    width: tilewidth,
    height: tileheight,
  };
}

/** The same map for a tileset picture of `scale` times the size: its tiles, and so the map, get that much larger. */
export function mapForTiles(map: TiledMap, scale: number): TiledMap {
  const tilesets = map.tilesets.map((tileset) => {
    const sizes = sizesOf(tileset);
    const scaled = TILESET_SIZES.map((size) => [size, sizes[size] * scale]);
    return { ...tileset, ...Object.fromEntries(scaled) };
  });
  return { ...map, tilewidth: map.tilewidth * scale, tileheight: map.tileheight * scale, tilesets };
}

const TILESET_SIZES = ["tilewidth", "tileheight", "margin", "spacing", "imagewidth", "imageheight"] as const;
type TilesetSizes = Record<(typeof TILESET_SIZES)[number] | "columns", number>;

/** What Tiled says of a tileset's picture; the rules never ask, so the shared type leaves it out. */
function sizesOf(tileset: Tileset): TilesetSizes {
  return tileset as Tileset & TilesetSizes;
}

/**
 * The same map with less to draw: where the overlay hides the ground, its tile is the ground. What tiles mean
 * is lost with it, so this is for drawing only.
 *
 * @param isOpaque whether one sees nothing through this tile
 */
export function mergeOverlay(map: TiledMap, isOpaque: (tile: number) => boolean): TiledMap {
  const overlay = map.layers.find(({ name }) => name === "overlay")?.data ?? [];
  const hides = (tile: number | undefined) => tile !== undefined && tile !== 0 && isOpaque(tile);
  const layers = map.layers.map((layer) => {
    const { name, data = [] } = layer;
    if (name === "ground") {
      return {
        ...layer,
        data: data.map((tile, cell) => (hides(overlay[cell]) ? (overlay[cell] ?? 0) : tile)),
      };
    }
    if (name === "overlay") return { ...layer, data: data.map((tile) => (hides(tile) ? 0 : tile)) };
    return layer;
  });
  return { ...map, layers };
}

/** Whether a body whose feet are here is hidden by a prop that covers this box and stands at `y`. */
export function isBehind(
  feet: { readonly x: number; readonly y: number },
  box: { readonly left: number; readonly right: number; readonly top: number; readonly y: number },
): boolean {
  return feet.y < box.y && feet.y > box.top && feet.x > box.left && feet.x < box.right;
}
