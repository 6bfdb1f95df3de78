import { TILE } from "./ground.ts";
import { COLS, type Ground, groundAt, PLAZA, ROWS } from "./layout.ts";
import { createRandom, pick } from "./random.ts";

export const WORLD = { width: COLS * TILE, height: ROWS * TILE };

export interface Placed {
  name: string;
  x: number;
  y: number;
  /** Mirrored. Only for what moves about: on a house or a tree it would turn the sunlight round. */
  flip?: boolean;
}

export interface Wall {
  x: number;
  y: number;
  width: number;
  height: number;
}

type Footprint = readonly [number, number, number, number];

/** What blocks the way under each prop: x, y, width, height from its ground point. Small, so that one walks behind crowns and roofs. */
const FOOTPRINTS: Readonly<Record<string, readonly Footprint[]>> = {
  "tree/round": [[-10, -11, 20, 13]],
  "tree/apple": [[-9, -10, 18, 12]],
  "tree/tall": [[-9, -10, 18, 12]],
  "tree/blossom": [[-9, -11, 18, 13]],
  bush: [[-20, -14, 40, 14]],
  bench: [[-31, -17, 62, 17]],
  lamp: [[-6, -7, 12, 8]],
  "house/coral": [[-76, -58, 152, 58]],
  "house/sun": [[-76, -58, 152, 58]],
  "house/sky": [[-76, -58, 152, 58]],
  clocktower: [[-92, -64, 184, 66]],
  fountain: [
    [-70, -47, 140, 58],
    [-83, -36, 166, 34],
  ],
  stall: [[-52, -28, 104, 28]],
  "stall/blue": [[-52, -28, 104, 28]],
  sign: [[-5, -6, 10, 7]],
  rock: [[-19, -14, 38, 15]],
  barrel: [[-14, -12, 28, 13]],
  crate: [[-17, -14, 34, 15]],
  fence: [[-34, -8, 68, 9]],
  "fence/side": [[-5, -70, 10, 71]],
  pig: [[-16, -10, 34, 10]],
  "flag/0": [
    [-83, -6, 10, 7],
    [73, -6, 10, 7],
  ],
};

export interface Furnishing {
  props: Placed[];
  walls: Wall[];
  spawns: { x: number; y: number }[];
}

const BORDER = { top: 56, side: 48, bottom: 48 };

export function furnish(ground: Ground): Furnishing {
  const props: Placed[] = [];
  const walls: Wall[] = [
    { x: 0, y: 0, width: WORLD.width, height: BORDER.top },
    { x: 0, y: WORLD.height - BORDER.bottom, width: WORLD.width, height: BORDER.bottom },
    { x: 0, y: BORDER.top, width: BORDER.side, height: WORLD.height - BORDER.top - BORDER.bottom },
    {
      x: WORLD.width - BORDER.side,
      y: BORDER.top,
      width: BORDER.side,
      height: WORLD.height - BORDER.top - BORDER.bottom,
    },
  ];
  const put = (name: string, x: number, y: number, flip = false): void => {
    props.push(flip ? { name, x, y, flip } : { name, x, y });
    for (const [dx, dy, width, height] of FOOTPRINTS[name === "fountain/0" ? "fountain" : name] ?? []) {
      walls.push({ x: x + (flip ? -dx - width : dx), y: y + dy, width, height });
    }
  };
  const all = (name: string, ...places: readonly (readonly [number, number, boolean?])[]): void => {
    for (const [x, y, flip] of places) put(name, x, y, flip);
  };

  // The square. Flat things are anchored at their upper edge, so whoever walks there is drawn on top.
  put("rosette", 1024, 614);
  put("fountain/0", 1024, 790);
  put("clocktower", 1024, 304);
  all("bench", [864, 580], [1184, 580], [838, 962], [1210, 962]);
  all(
    "lamp",
    [950, 548],
    [1098, 548],
    [742, 664],
    [1306, 664],
    [742, 884],
    [1306, 884],
    [932, 1022],
    [1116, 1022],
  );
  put("flag/0", 1024, 452);
  all("bush", [876, 306], [1172, 306]);
  all("flowers/0", [896, 434], [1140, 446]);

  // Houses along the north street, and some at both sides of the town.
  all("house/coral", [430, 286], [1876, 1010]);
  all("house/sun", [690, 274], [1640, 286]);
  all("house/sky", [1376, 276], [168, 640]);
  put("house/coral", 168, 1100);
  put("house/sun", 1876, 620);
  all("barrel", [560, 270], [1508, 274]);
  all("crate", [261, 634], [1783, 1004]);
  all(
    "lamp",
    [300, 288],
    [812, 288],
    [1250, 288],
    [1770, 400],
    [232, 404],
    [232, 1300],
    [1830, 1300],
    [630, 726],
    [1420, 726],
    [960, 1312],
    [1088, 1312],
  );
  all("sign", [690, 846], [1352, 714], [948, 1104]);
  all("bench", [540, 724], [1530, 724]);

  // The market: two rows of stalls with lanes between them.
  all("stall", [1412, 480], [1620, 480]);
  all("stall/blue", [1516, 480], [1604, 626]);
  put("stall", 1440, 626);
  all("barrel", [1722, 560], [1348, 556]);
  all("crate", [1371, 620], [1673, 620]);

  // The kitchen garden, where pigs enjoy the mud.
  for (let i = 0; i < 4; i++) put("fence", 392 + i * 68, 984);
  for (let i = 0; i < 5; i++) put("fence", 392 + i * 68, 1222);
  all("fence/side", [357, 1055], [357, 1222]);
  for (let row = 0; row < 2; row++)
    for (let i = 0; i < 7; i++) put("cabbage", 400 + i * 36 + row * 16, 1250 + row * 24);
  all("pig", [470, 1062], [570, 1136, true]);
  all("barrel", [716, 1000]);
  put("crate", 746, 1002);

  // The pond.
  all("lily", [1270, 1118], [1318, 1150], [1560, 998], [1610, 1118], [1500, 1210], [1330, 992], [1296, 1134]);
  all("duck", [1340, 1206], [1580, 976], [1250, 1050, true]);
  all(
    "bridge/rail",
    [1410, 836],
    [1470, 836],
    [1410, 1312],
    [1470, 1312],
    [1122, 1060],
    [1122, 1118],
    [1724, 1060],
    [1724, 1118],
  );
  all("rock", [1166, 1240], [1680, 940]);

  all(
    "reeds",
    [1226, 1000],
    [1208, 1152],
    [1250, 1192],
    [1640, 960],
    [1656, 1166],
    [1380, 922],
    [1530, 1250],
  );

  // The south lawn.
  all("bush", [150, 1446], [420, 1444], [760, 1446], [1190, 1444], [1500, 1446], [1880, 1444]);
  all("tree/round", [300, 1446], [1700, 1446]);
  put("tree/apple", 1330, 1446);
  all("tree/blossom", [600, 1446], [900, 1446], [1620, 1446]);

  // The grove.
  const grove: [number, number][] = [
    [372, 452],
    [470, 430],
    [590, 440],
    [690, 478],
    [410, 600],
    [500, 640],
    [640, 520],
    [730, 580],
    [360, 690],
    [600, 640],
  ];
  for (const [i, [x, y]] of grove.entries()) put(i % 5 === 4 ? "tree/round" : "tree/blossom", x, y);

  hedgeIn(put);
  scatter(ground, props, walls, put);
  return { props, walls, spawns: createSpawns() };
}

type Put = (name: string, x: number, y: number, flip?: boolean) => void;

/** A belt of hedges and trees hides the end of the world; its walls are the border's. */
function hedgeIn(put: Put): void {
  for (let x = 36; x < WORLD.width + 72; x += 72) {
    put("hedge", x, 54);
    put("hedge", x, WORLD.height - 30);
    put("hedge", x - 30, WORLD.height + 6);
  }
  for (let y = 92; y < WORLD.height + 20; y += 36) {
    put("hedge", 9, y);
    put("hedge", WORLD.width - 9, y);
  }
}

/** Trees and small things wherever there is lawn and room. */
function scatter(ground: Ground, props: readonly Placed[], walls: readonly Wall[], put: Put): void {
  const random = createRandom(23);
  const lawn = (x: number, y: number, reach: number): boolean => {
    for (let dy = -reach; dy <= reach; dy += reach / 2) {
      for (let dx = -reach; dx <= reach; dx += reach / 2)
        if (groundAt(ground, x + dx, y + dy) !== "grass") return false;
    }
    return true;
  };
  const roomy = (x: number, y: number, reach: number): boolean =>
    walls.every(
      (w) =>
        x + reach < w.x ||
        x - reach > w.x + w.width ||
        y + reach * 0.85 < w.y ||
        y - reach * 0.85 > w.y + w.height,
    );
  // Nothing tall right in front of a door.
  const inFront = (x: number, y: number): boolean =>
    props.some(
      (p) =>
        (p.name.startsWith("house") && Math.abs(p.x - x) < 120 && y > p.y - 70 && y < p.y + 150) ||
        // The tower stands free against the sky.
        (p.name === "clocktower" && Math.abs(p.x - x) < 165 && y < p.y),
    );
  // A small thing that nobody sees must not stop anybody.
  const hidden = (x: number, y: number): boolean =>
    props.some(
      (p) =>
        (/^(house|clocktower)/.test(p.name) && Math.abs(p.x - x) < 125 && y < p.y && y > p.y - 215) ||
        (/^(tree|stall)/.test(p.name) && Math.abs(p.x - x) < 58 && y < p.y && y > p.y - 105),
    );
  const apart = (x: number, y: number, reach: number): boolean =>
    props.every((p) => Math.hypot(p.x - x, (p.y - y) * 1.2) > reach);

  const sow = (names: readonly string[], count: number, reach: number, room: number, space: number): void => {
    const visible = (x: number, y: number): boolean =>
      names[0]?.startsWith("tree") ? !inFront(x, y) : !hidden(x, y);
    for (let tries = 0, left = count; tries < count * 60 && left > 0; tries++) {
      const x = Math.round(70 + random() * (WORLD.width - 140));
      const y = Math.round(90 + random() * (WORLD.height - 190));
      if (!lawn(x, y, reach) || !roomy(x, y, room) || !apart(x, y, space) || !visible(x, y)) continue;
      put(pick(random, names), x, y);
      left--;
    }
  };
  sow(["tree/round", "tree/apple", "tree/tall", "tree/blossom"], 34, 34, 62, 96);
  sow(["tree/tall", "tree/tall", "tree/round", "tree/apple"], 18, 30, 60, 84);
  sow(["bush"], 22, 34, 66, 70);
  sow(["rock"], 7, 30, 66, 70);
  sow(["flowers/0", "flowers/1", "flowers/2"], 60, 22, 26, 46);
}

/** Two rings round the fountain. */
function createSpawns(): { x: number; y: number }[] {
  const ring = (count: number, rx: number, ry: number, turn: number): { x: number; y: number }[] =>
    Array.from({ length: count }, (_, i) => {
      const a = ((i + turn) / count) * Math.PI * 2;
      return {
        x: Math.round(PLAZA.x * TILE + Math.cos(a) * rx),
        y: Math.round(PLAZA.y * TILE + 4 + Math.sin(a) * ry),
      };
    });
  return [...ring(8, 138, 96, 0.5), ...ring(12, 222, 152, 0)];
}
