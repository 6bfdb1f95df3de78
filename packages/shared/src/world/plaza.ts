import { createWorldMap, type TiledMap } from "./map.ts";
import tiled from "./plaza.map.json" with { type: "json" };

/** The town square: the same file is drawn by the client and collided with by both sides. */
export const PLAZA_TILED: TiledMap = tiled;
export const PLAZA_MAP = createWorldMap(tiled);
export const PLAZA_MAP_NAME = "Town square";
