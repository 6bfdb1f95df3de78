import { furnish } from "./furnish.ts";
import {
  drawBoardShadow,
  drawBoards,
  drawMeadow,
  drawMeeting,
  drawPlain,
  drawRim,
  TERRAINS,
  type Terrain,
  TILE,
  VARIANTS,
} from "./ground.ts";
import { COLS, cell, createGround, type Ground, ROWS } from "./layout.ts";
import { hash2 } from "./random.ts";
import {
  COLUMNS,
  createTileset,
  MARGIN,
  type Meaning,
  SPACING,
  type Tileset,
  tilesetSize,
} from "./tileset.ts";

const FIRST_GID = 1;

const MEANING: Record<Terrain | "boardwalk", Meaning> = {
  grass: { ground: "grass" },
  path: { ground: "path" },
  stone: { ground: "stone" },
  mud: { ground: "mud", speed: 0.6 },
  boardwalk: { ground: "boardwalk", speed: 1.35 },
  water: { ground: "water", solid: true },
};

/** Most cells are plain: detail is a spice. The first variant of each kind is the plain one. */
const PLAIN_SHARE: Record<Terrain, number> = { grass: 0.62, path: 0.55, stone: 0.1, water: 0.66, mud: 0.3 };

export interface Plaza {
  json: string;
  tileset: Tileset;
}

interface Layers {
  ground: number[];
  overlay: number[];
}

function createLayers(ground: Ground, tileset: Tileset): Layers {
  const { terrain, boards, meadow } = ground;
  // Plain tiles come first, so that their ids stay put while the map's seams change.
  const plain = new Map<string, number>();
  for (const kind of TERRAINS) {
    for (let v = 0; v < VARIANTS[kind]; v++)
      plain.set(
        `${kind}${v}`,
        tileset.tile(`plain ${kind} ${v}`, () => drawPlain(kind, v), MEANING[kind]),
      );
  }
  for (const way of ["h", "v"] as const) {
    for (let v = 0; v < 3; v++)
      plain.set(
        `boards ${way}${v}`,
        tileset.tile(`boards ${way} ${v}`, () => drawBoards(way, v), MEANING.boardwalk),
      );
  }

  const layers: Layers = { ground: [], overlay: [] };
  for (let y = 0; y < ROWS; y++) {
    for (let x = 0; x < COLS; x++) {
      const own = terrain[cell(x, y)] ?? "grass";
      const board = boards[cell(x, y)];
      const chance = hash2(x, y, 1);
      const spare = (chance - PLAIN_SHARE[own]) / (1 - PLAIN_SHARE[own]);
      const variant = spare < 0 ? 0 : 1 + Math.floor(spare * (VARIANTS[own] - 1));
      const base = board
        ? plain.get(`boards ${board}${Math.floor(chance * 3)}`)
        : plain.get(`${own}${variant}`);
      layers.ground.push(FIRST_GID + (base ?? 0));
      const overlay = board
        ? boardOverlay(ground, tileset, x, y)
        : seamOverlay(ground, tileset, x, y, own, meadow);
      layers.overlay.push(overlay === undefined ? 0 : FIRST_GID + overlay);
    }
  }
  return layers;
}

function boardOverlay(
  { boards, terrain }: Ground,
  tileset: Tileset,
  x: number,
  y: number,
): number | undefined {
  const way = boards[cell(x, y)];
  // Where a walkway ends on land it has no beam across; along its sides it always has one.
  const open = (dx: number, dy: number): boolean => {
    const next = cell(x + dx, y + dy);
    const along = way === "h" ? dx !== 0 : dy !== 0;
    return !boards[next] && (!along || terrain[next] === "water");
  };
  const sides = { n: open(0, -1), e: open(1, 0), s: open(0, 1), w: open(-1, 0) };
  if (!sides.n && !sides.e && !sides.s && !sides.w) return undefined;
  return tileset.tile(`rim ${JSON.stringify(sides)}`, () => drawRim(sides));
}

function seamOverlay(
  { terrain, boards }: Ground,
  tileset: Tileset,
  x: number,
  y: number,
  own: Terrain,
  meadow: readonly boolean[],
): number | undefined {
  const cells = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => cell(x + dx, y + dy)));
  const around = cells.map((i) => terrain[i] ?? "grass");
  const shadeN = boards[cell(x, y - 1)] !== undefined && own === "water";
  const shadeW = boards[cell(x - 1, y)] !== undefined && own === "water";
  const shadow = shadeN || shadeW ? drawBoardShadow(shadeN, shadeW) : "";
  if (around.some((kind) => kind !== own))
    return tileset.tile(`seam ${around.join()} ${shadeN} ${shadeW}`, () => drawMeeting(around) + shadow);
  if (shadow) return tileset.tile(`shadow ${shadeN} ${shadeW}`, () => shadow);
  const inside = cells.map((i) => meadow[i] ?? false);
  if (own !== "grass" || !inside.includes(true)) return undefined;
  return tileset.tile(`meadow ${inside.join()}`, () => drawMeadow(inside));
}

const property = (name: string, type: string, value: string | number | boolean): object => ({
  name,
  type,
  value,
});

function tileProperties({ tiles }: Tileset): string[] {
  return tiles.flatMap(({ meaning }, id) => {
    if (!meaning) return [];
    const properties = [property("ground", "string", meaning.ground)];
    if (meaning.speed !== undefined) properties.push(property("speed", "float", meaning.speed));
    if (meaning.solid) properties.push(property("solid", "bool", true));
    return [JSON.stringify({ id, properties })];
  });
}

/** The map as Tiled writes it, one row of tiles or one object a line. */
export function createPlaza(): Plaza {
  const ground = createGround();
  const tileset = createTileset();
  const layers = createLayers(ground, tileset);
  const { props, walls, spawns } = furnish(ground);

  let nextObject = 1;
  const shape = { rotation: 0, visible: true };
  const point = (name: string, type: string, x: number, y: number, more: object = {}): string =>
    JSON.stringify({
      id: nextObject++,
      name,
      type,
      point: true,
      x,
      y,
      width: 0,
      height: 0,
      ...shape,
      ...more,
    });
  const objects = {
    props: props.map((p) =>
      point(p.name, "prop", p.x, p.y, p.flip ? { properties: [property("flip", "bool", true)] } : {}),
    ),
    walls: walls.map((w) => JSON.stringify({ id: nextObject++, name: "", type: "wall", ...w, ...shape })),
    spawns: spawns.map((s) => point("", "spawn", s.x, s.y)),
  };

  const lines = (items: readonly string[]): string =>
    `[\n${items.map((item) => `        ${item}`).join(",\n")}\n      ]`;
  const rows = (data: readonly number[]): string =>
    `[\n${Array.from({ length: ROWS }, (_, y) => `        ${data.slice(y * COLS, (y + 1) * COLS).join(",")}`).join(",\n")}\n      ]`;
  const head = (id: number, name: string, type: string): string =>
    `      "id": ${id}, "name": "${name}", "type": "${type}", "x": 0, "y": 0, "opacity": 1, "visible": true,`;
  const tileLayer = (id: number, name: string, data: readonly number[]): string =>
    `    {\n${head(id, name, "tilelayer")} "width": ${COLS}, "height": ${ROWS},\n      "data": ${rows(data)}\n    }`;
  const objectLayer = (id: number, name: string, items: readonly string[]): string =>
    `    {\n${head(id, name, "objectgroup")} "draworder": "topdown",\n      "objects": ${lines(items)}\n    }`;

  const { width, height } = tilesetSize(tileset.tiles.length);
  const json = `{
  "type": "map", "version": "1.10", "tiledversion": "1.11.0",
  "orientation": "orthogonal", "renderorder": "right-down", "infinite": false, "compressionlevel": -1,
  "width": ${COLS}, "height": ${ROWS}, "tilewidth": ${TILE}, "tileheight": ${TILE},
  "nextlayerid": 6, "nextobjectid": ${nextObject},
  "tilesets": [
    {
      "firstgid": ${FIRST_GID}, "name": "tiles", "image": "../../../../apps/client/public/art/tiles.png",
      "imagewidth": ${width}, "imageheight": ${height}, "tilewidth": ${TILE}, "tileheight": ${TILE},
      "margin": ${MARGIN}, "spacing": ${SPACING}, "columns": ${COLUMNS}, "tilecount": ${Math.ceil(tileset.tiles.length / COLUMNS) * COLUMNS},
      "tiles": ${lines(tileProperties(tileset))}
    }
  ],
  "layers": [
${[
  tileLayer(1, "ground", layers.ground),
  tileLayer(2, "overlay", layers.overlay),
  objectLayer(3, "props", objects.props),
  objectLayer(4, "walls", objects.walls),
  objectLayer(5, "spawns", objects.spawns),
].join(",\n")}
  ]
}
`;
  return { json, tileset };
}
