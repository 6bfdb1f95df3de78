import { readFileSync, statSync } from "node:fs";
import { DIRECTIONS, FRAMES } from "./character.ts";
import { tilesetSize } from "./tileset.ts";

/** What the game counts on, checked against the built files. Exits 1 and says everything that is wrong. */
const ROOT = new URL("../../", import.meta.url);
const ART = new URL("apps/client/public/art/", ROOT);
const faults: string[] = [];
const expect = (holds: boolean, fault: string): void => {
  if (!holds) faults.push(fault);
};

/** JSON from this folder's own build; the shapes below are what build.ts writes. */
const read = <T>(url: URL): T => JSON.parse(readFileSync(url, "utf8")) as T;

interface AtlasFile {
  frames: Record<string, { frame: { x: number; y: number; w: number; h: number } }>;
  meta: { image: string; scale: string; size: { w: number; h: number } };
}
interface TiledProperty {
  name: string;
  value: string | number | boolean;
}
interface Item {
  id: number;
  name: string;
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
interface Layer {
  id: number;
  name: string;
  data?: number[];
  objects?: Item[];
}
interface MapFile {
  type: string;
  version: string;
  tiledversion: string;
  width: number;
  height: number;
  tilewidth: number;
  nextlayerid: number;
  nextobjectid: number;
  layers: Layer[];
  tilesets: {
    firstgid: number;
    name: string;
    image: string;
    tilecount: number;
    imagewidth: number;
    imageheight: number;
    tiles: { id: number; properties: TiledProperty[] }[];
  }[];
}
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const several = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

function checkAtlases(): void {
  const eight = [0, 1, 2, 3, 4, 5, 6, 7];
  const wanted: Record<string, string[]> = {
    characters: [
      ...eight.flatMap((c) => DIRECTIONS.flatMap((d) => FRAMES.map((f) => `body/${c}/${d}/${f}`))),
      ...eight.flatMap((c) => several(`wave/${c}/`, 2)),
      ...eight.flatMap((h) => DIRECTIONS.map((d) => `hat/${h}/${d}`)),
      "shadow",
      "ring",
      ...several("poof/", 5),
      ...several("sparkle/", 4),
      ...several("dust/", 3),
      "mark/away",
      "mark/reconnecting",
      "mark/leader",
      "mark/loading",
    ],
    square: [
      "tree/round",
      "tree/tall",
      "tree/blossom",
      "bush",
      "bench",
      "lamp",
      "house/coral",
      "house/sun",
      "house/sky",
      "clocktower",
      ...several("fountain/", 4),
      "stall",
      ...several("flowers/", 3),
      "sign",
      "rock",
      "barrel",
      "bridge/rail",
      "lily",
      "cloudshadow",
      ...several("flag/", 4),
    ],
  };
  for (const [name, frames] of Object.entries(wanted)) {
    const single = read<AtlasFile>(new URL(`${name}.json`, ART));
    const double = read<AtlasFile>(new URL(`${name}@2x.json`, ART));
    for (const frame of frames) {
      const one = single.frames[frame]?.frame;
      const two = double.frames[frame]?.frame;
      expect(one !== undefined && two !== undefined, `${name}: no frame ${frame}`);
      if (one && two)
        expect(two.w === one.w * 2 && two.h === one.h * 2, `${name}: ${frame} is not twice as large at 2x`);
    }
    expect(Math.max(single.meta.size.w, single.meta.size.h) <= 2048, `${name}: larger than 2048 px`);
    expect(Math.max(double.meta.size.w, double.meta.size.h) <= 4096, `${name}@2x: larger than 4096 px`);
  }
  const weigh = (suffix: string): number =>
    ["characters", "square", "tiles"].reduce(
      (sum, name) => sum + statSync(new URL(`${name}${suffix}.png`, ART)).size,
      0,
    );
  const [single, double] = [weigh(""), weigh("@2x")];
  expect(single <= 600 * 1024, `1x images weigh ${single} bytes, more than 600 KB`);
  expect(double <= 1.6 * 1024 * 1024, `2x images weigh ${double} bytes, more than 1.6 MB`);
  console.log(`images: ${Math.round(single / 1024)} KB at 1x, ${Math.round(double / 1024)} KB at 2x`);
}

/** Half of the box that a player's feet take. */
const HALF = { x: 10, y: 7 };
const STEP = 8;

function checkMap(): void {
  const map = read<MapFile>(new URL("packages/shared/src/world/plaza.map.json", ROOT));
  expect(
    map.type === "map" && map.version === "1.10" && map.tiledversion === "1.11.0",
    "map: not a Tiled 1.11 map",
  );
  expect(
    map.layers.map(({ name }) => name).join() === "ground,overlay,props,walls,spawns",
    "map: layers differ",
  );
  const layer = (name: string): Layer => map.layers.find((l) => l.name === name) ?? { id: 0, name };
  const ids = map.layers.flatMap((l) => (l.objects ?? []).map(({ id }) => id));
  expect(new Set(ids).size === ids.length && Math.max(...ids) < map.nextobjectid, "map: object ids clash");
  expect(Math.max(...map.layers.map(({ id }) => id)) < map.nextlayerid, "map: layer ids clash");

  const [tileset] = map.tilesets;
  if (!tileset) throw new Error("map: no tileset");
  const size = tilesetSize(tileset.tilecount);
  expect(
    size.width === tileset.imagewidth && size.height === tileset.imageheight,
    "map: tileset size differs from its image's",
  );
  const ground = layer("ground").data ?? [];
  for (const name of ["ground", "overlay"]) {
    const data = layer(name).data ?? [];
    expect(data.length === map.width * map.height, `map: ${name} has ${data.length} cells`);
    expect(
      data.every((gid) => gid <= tileset.tilecount),
      `map: ${name} has a tile outside the set`,
    );
  }
  const meaning = (gid: number, name: string): TiledProperty["value"] | undefined =>
    tileset.tiles.find(({ id }) => id === gid - tileset.firstgid)?.properties.find((p) => p.name === name)
      ?.value;
  expect(
    ground.every((gid) => meaning(gid, "ground") !== undefined),
    "map: ground tiles without a meaning",
  );
  const overlaid = new Set(layer("overlay").data ?? []);
  expect(
    [...overlaid].every((gid) => gid === 0 || meaning(gid, "ground") === undefined),
    "map: an overlay tile has a meaning",
  );

  const anchors = read<Record<string, unknown>>(new URL("square.meta.json", ART));
  const frames = read<AtlasFile>(new URL("square.json", ART)).frames;
  for (const { name } of layer("props").objects ?? [])
    expect(name in anchors && name in frames, `map: prop ${name} is not drawn`);

  const walls: Box[] = layer("walls").objects ?? [];
  expect(
    walls.every((w) => [w.x, w.y, w.width, w.height].every(Number.isInteger)),
    "map: a wall is not on whole px",
  );
  const size32 = map.tilewidth;
  const solid: Box[] = [...walls];
  ground.forEach((gid, i) => {
    if (meaning(gid, "solid") === true)
      solid.push({
        x: (i % map.width) * size32,
        y: Math.floor(i / map.width) * size32,
        width: size32,
        height: size32,
      });
  });
  checkGaps(walls);
  checkWays(map.width * size32, map.height * size32, solid, layer("spawns").objects ?? []);
}

/** Walls side by side leave either nothing or room to run: 28 px at least. */
function checkGaps(walls: readonly Box[]): void {
  walls.forEach((a, i) => {
    for (const b of walls.slice(i + 1)) {
      const dx = Math.max(a.x, b.x) - Math.min(a.x + a.width, b.x + b.width);
      const dy = Math.max(a.y, b.y) - Math.min(a.y + a.height, b.y + b.height);
      const gap = dx > 0 && dy < 14 ? dx : dy > 0 && dx < 20 ? dy : 0;
      if (gap > 0 && gap < 28)
        faults.push(`map: a gap of ${gap} px between walls at ${a.x},${a.y} and ${b.x},${b.y}`);
    }
  });
}

function checkWays(width: number, height: number, solid: readonly Box[], spawns: readonly Item[]): void {
  const stands = (x: number, y: number): boolean =>
    x >= HALF.x &&
    y >= HALF.y &&
    x <= width - HALF.x &&
    y <= height - HALF.y &&
    solid.every(
      (b) =>
        x + HALF.x <= b.x || x - HALF.x >= b.x + b.width || y + HALF.y <= b.y || y - HALF.y >= b.y + b.height,
    );
  expect(spawns.length >= 16, `map: ${spawns.length} spawns`);
  spawns.forEach((a, i) => {
    expect(stands(a.x, a.y), `map: spawn ${a.x},${a.y} is blocked`);
    for (const b of spawns.slice(i + 1))
      expect(Math.hypot(a.x - b.x, a.y - b.y) >= 48, `map: spawns ${a.x},${a.y} and ${b.x},${b.y} are close`);
  });

  const cols = width / STEP;
  const rows = height / STEP;
  const open = Array.from({ length: cols * rows }, (_, i) =>
    stands((i % cols) * STEP, Math.floor(i / cols) * STEP),
  );
  const seen = new Array<boolean>(open.length).fill(false);
  const flood = (start: number): number[] => {
    const found = [start];
    seen[start] = true;
    for (let k = 0; k < found.length; k++) {
      const i = found[k] ?? start;
      for (const next of [i % cols > 0 ? i - 1 : -1, i % cols < cols - 1 ? i + 1 : -1, i - cols, i + cols]) {
        if (!open[next] || seen[next]) continue;
        seen[next] = true;
        found.push(next);
      }
    }
    return found;
  };
  const [first] = spawns;
  if (first)
    console.log(
      `map: ${flood(Math.round(first.y / STEP) * cols + Math.round(first.x / STEP)).length} of ${open.filter(Boolean).length} places reached`,
    );
  for (const { x, y } of spawns)
    expect(
      seen[Math.round(y / STEP) * cols + Math.round(x / STEP)] === true,
      `map: spawn ${x},${y} is cut off`,
    );
  for (let i = 0; i < open.length; i++) {
    if (!open[i] || seen[i]) continue;
    const pocket = flood(i);
    if (pocket.length * STEP * STEP > 64 * 64)
      faults.push(
        `map: a pocket of ${pocket.length} places at ${(i % cols) * STEP},${Math.floor(i / cols) * STEP} cannot be reached`,
      );
  }
}

checkAtlases();
checkMap();
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log("all well");
