import { BODY_HALF_HEIGHT, BODY_HALF_WIDTH } from "./tuning.ts";

/** The parts of a Tiled JSON map (https://doc.mapeditor.org/en/stable/reference/json-map-format/) that count here. */
export interface TiledMap {
  width: number;
  height: number;
  tilewidth: number;
  tileheight: number;
  layers: readonly TiledLayer[];
  tilesets: readonly TiledTileset[];
}
interface TiledLayer {
  name: string;
  type: string;
  data?: readonly number[];
  objects?: readonly TiledObject[];
}
export interface TiledObject {
  name: string;
  x: number;
  y: number;
  width?: number;
  height?: number;
  rotation?: number;
  ellipse?: boolean;
  properties?: readonly TiledProperty[];
}
interface TiledTileset {
  firstgid: number;
  tiles?: readonly { id: number; properties?: readonly TiledProperty[] }[];
}
interface TiledProperty {
  name: string;
  value: unknown;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What the step asks of the world. */
export interface WorldMap {
  /** Size in world units. */
  readonly width: number;
  readonly height: number;
  readonly spawns: readonly Point[];
  /** Everything solid besides the edge. */
  readonly walls: readonly Box[];
  /** How fast the ground at this point is walked, as a factor. */
  speedAt(x: number, y: number): number;
  /** Whether the box with these edges overlaps anything solid. Touching is not overlapping. */
  isSolid(left: number, top: number, right: number, bottom: number): boolean;
  /** How far a body at (x, y) gets on its way to x = `to`: `to`, or where the first wall stops it. */
  slideX(x: number, y: number, to: number): number;
  /** The same for y. */
  slideY(x: number, y: number, to: number): number;
}

/** Edges in world units. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Tiled keeps flips in the upper bits of a tile number. */
const TILE_ID_MASK = 0x1fffffff;

/**
 * Read a Tiled map into what the step needs: solid boxes (objects of the layer `walls`, and tiles of the
 * layer `ground` with the property `solid`), ground speeds (tile property `speed`), and the points of the
 * layer `spawns`, rounded to whole units. The map's edge is solid.
 *
 * Throws with the map's fault when a layer is missing or not saved as one list of tile numbers, a wall is not
 * an upright rectangle on whole units (positions at a wall must be exact on both sides), or a spawn stands in
 * a wall.
 */
export function createWorldMap(tiled: TiledMap): WorldMap {
  const { tilewidth, tileheight } = tiled;
  const width = tiled.width * tilewidth;
  const height = tiled.height * tileheight;
  const ground = layerOf(tiled, "ground").data ?? [];

  const speeds = new Float64Array(tiled.width * tiled.height).fill(1);
  if (ground.length !== speeds.length) {
    throw new Error('the layer "ground" must be saved as CSV in a map of fixed size');
  }
  const boxes: Box[] = [];
  for (let index = 0; index < speeds.length; index++) {
    const gid = (ground[index] ?? 0) & TILE_ID_MASK;
    const speed = tileProperty(tiled, gid, "speed");
    if (typeof speed === "number") speeds[index] = speed;
    if (tileProperty(tiled, gid, "solid") === true) {
      const left = (index % tiled.width) * tilewidth;
      const top = Math.floor(index / tiled.width) * tileheight;
      boxes.push({ left, top, right: left + tilewidth, bottom: top + tileheight });
    }
  }
  for (const { x, y, width: w = 0, height: h = 0, ...shape } of layerOf(tiled, "walls").objects ?? []) {
    if (w <= 0 || h <= 0 || shape.rotation || shape.ellipse) {
      throw new Error(`wall at ${x},${y} is not an upright rectangle`);
    }
    if (![x, y, w, h].every(Number.isInteger)) {
      throw new Error(`wall at ${x},${y} (${w} x ${h}) is not on whole units`);
    }
    boxes.push({ left: x, top: y, right: x + w, bottom: y + h });
  }

  const cells = new BoxCells(boxes, width, height);
  const map: WorldMap = {
    width,
    height,
    spawns: (layerOf(tiled, "spawns").objects ?? []).map(({ x, y }) => ({
      x: Math.round(x),
      y: Math.round(y),
    })),
    walls: boxes,
    speedAt(x, y) {
      const column = Math.floor(x / tilewidth);
      const row = Math.floor(y / tileheight);
      if (column < 0 || row < 0 || column >= tiled.width || row >= tiled.height) return 1;
      return speeds[row * tiled.width + column] ?? 1;
    },
    isSolid(left, top, right, bottom) {
      if (left < 0 || top < 0 || right > width || bottom > height) return true;
      return cells.some({ left, top, right, bottom }, () => true);
    },
    slideX(x, y, to) {
      const top = y - BODY_HALF_HEIGHT;
      const bottom = y + BODY_HALF_HEIGHT;
      let stop = Math.min(Math.max(to, BODY_HALF_WIDTH), width - BODY_HALF_WIDTH);
      if (stop > x) {
        const swept = { left: x + BODY_HALF_WIDTH, top, right: stop + BODY_HALF_WIDTH, bottom };
        cells.some(swept, (box) => {
          // A box that begins behind the leading edge is one we already stand in: never a reason to stop.
          if (box.left >= x + BODY_HALF_WIDTH) stop = Math.min(stop, box.left - BODY_HALF_WIDTH);
          return false;
        });
      } else if (stop < x) {
        const swept = { left: stop - BODY_HALF_WIDTH, top, right: x - BODY_HALF_WIDTH, bottom };
        cells.some(swept, (box) => {
          if (box.right <= x - BODY_HALF_WIDTH) stop = Math.max(stop, box.right + BODY_HALF_WIDTH);
          return false;
        });
      }
      return stop;
    },
    slideY(x, y, to) {
      const left = x - BODY_HALF_WIDTH;
      const right = x + BODY_HALF_WIDTH;
      let stop = Math.min(Math.max(to, BODY_HALF_HEIGHT), height - BODY_HALF_HEIGHT);
      if (stop > y) {
        const swept = { left, top: y + BODY_HALF_HEIGHT, right, bottom: stop + BODY_HALF_HEIGHT };
        cells.some(swept, (box) => {
          if (box.top >= y + BODY_HALF_HEIGHT) stop = Math.min(stop, box.top - BODY_HALF_HEIGHT);
          return false;
        });
      } else if (stop < y) {
        const swept = { left, top: stop - BODY_HALF_HEIGHT, right, bottom: y - BODY_HALF_HEIGHT };
        cells.some(swept, (box) => {
          if (box.bottom <= y - BODY_HALF_HEIGHT) stop = Math.max(stop, box.bottom + BODY_HALF_HEIGHT);
          return false;
        });
      }
      return stop;
    },
  };
  for (const { x, y } of map.spawns) {
    if (map.isSolid(x - BODY_HALF_WIDTH, y - BODY_HALF_HEIGHT, x + BODY_HALF_WIDTH, y + BODY_HALF_HEIGHT)) {
      throw new Error(`spawn at ${x},${y} stands in something solid`);
    }
  }
  if (map.spawns.length === 0) throw new Error("the map has no spawns");
  return map;
}

function layerOf(tiled: TiledMap, name: string): TiledLayer {
  const layer = tiled.layers.find((candidate) => candidate.name === name);
  if (!layer) throw new Error(`the map has no layer "${name}"`);
  return layer;
}

function tileProperty(tiled: TiledMap, gid: number, name: string): unknown {
  if (gid === 0) return undefined;
  const tileset = tiled.tilesets.findLast(({ firstgid }) => firstgid <= gid);
  const tile = tileset?.tiles?.find(({ id }) => id === gid - tileset.firstgid);
  return tile?.properties?.find((property) => property.name === name)?.value;
}

/** Boxes by the square cells they lie in, so that a step looks at a handful of walls instead of all. */
class BoxCells {
  private static readonly SIZE = 64;
  private readonly columns: number;
  private readonly rows: number;
  private readonly cells: Box[][];

  constructor(boxes: readonly Box[], width: number, height: number) {
    this.columns = Math.ceil(width / BoxCells.SIZE);
    this.rows = Math.ceil(height / BoxCells.SIZE);
    this.cells = Array.from({ length: this.columns * this.rows }, () => []);
    for (const box of boxes) this.visit(box, (cell) => void cell.push(box));
  }

  /** Call `met` for each box that overlaps the area until it returns true; whether it did. */
  some(area: Box, met: (box: Box) => boolean): boolean {
    return this.visit(area, (cell) =>
      cell.some(
        (box) =>
          box.left < area.right &&
          box.right > area.left &&
          box.top < area.bottom &&
          box.bottom > area.top &&
          met(box),
      ),
    );
  }

  private visit(area: Box, see: (cell: Box[]) => boolean | undefined): boolean {
    const clamp = (value: number, max: number) => Math.min(Math.max(value, 0), max);
    const column1 = clamp(Math.floor(area.right / BoxCells.SIZE), this.columns - 1);
    const row1 = clamp(Math.floor(area.bottom / BoxCells.SIZE), this.rows - 1);
    for (let row = clamp(Math.floor(area.top / BoxCells.SIZE), this.rows - 1); row <= row1; row++) {
      for (
        let column = clamp(Math.floor(area.left / BoxCells.SIZE), this.columns - 1);
        column <= column1;
        column++
      ) {
        const cell = this.cells[row * this.columns + column];
        if (cell && see(cell)) return true;
      }
    }
    return false;
  }
}
