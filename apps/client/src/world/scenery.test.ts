import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type { TiledMap } from "@tagalong/shared/world/map.ts";
import { PLAZA_TILED } from "@tagalong/shared/world/plaza.ts";
import { isBehind, mapForTiles, mergeOverlay, propsOf, tileBox } from "./scenery.ts";

const ART = new URL("../../public/art/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, ART), "utf8"));

const tileset = { firstgid: 1, tilewidth: 32, tileheight: 32, margin: 2, spacing: 4, columns: 2 };
const map: TiledMap = {
  width: 2,
  height: 1,
  tilewidth: 32,
  tileheight: 32,
  tilesets: [tileset],
  layers: [
    { name: "ground", type: "tilelayer", data: [1, 2] },
    { name: "overlay", type: "tilelayer", data: [3, 4] },
    {
      name: "props",
      type: "objectgroup",
      objects: [
        { name: "bench", x: 10, y: 20 },
        { name: "lamp", x: 30, y: 40, properties: [{ name: "flip", value: true }] },
      ],
    },
  ],
};
const dataOf = ({ layers }: TiledMap, name: string) => layers.find((layer) => layer.name === name)?.data;

describe("scenery", () => {
  test("props stand at their points and may be mirrored", () => {
    expect(propsOf(map)).toEqual([
      { frame: "bench", x: 10, y: 20, flip: false },
      { frame: "lamp", x: 30, y: 40, flip: true },
    ]);
  });

  test("every prop of the square has a picture in both sizes, and an anchor", () => {
    const [small, large, anchors] = [read("square.json"), read("square@2x.json"), read("square.meta.json")];
    for (const name of new Set(propsOf(PLAZA_TILED).map(({ frame }) => frame))) {
      expect(small.frames).toHaveProperty([name]);
      expect(large.frames).toHaveProperty([name]);
      expect(anchors).toHaveProperty([name, "anchor"]);
    }
  });

  test("a tileset of twice the size makes a map of twice the size", () => {
    const large = mapForTiles(map, 2);
    expect(large.tilewidth).toBe(64);
    expect(large.tilesets[0]).toMatchObject({
      firstgid: 1,
      tilewidth: 64,
      margin: 4,
      spacing: 8,
      columns: 2,
    });
    expect(map.tilewidth).toBe(32);
  });

  test("a tile is found in its tileset's picture", () => {
    expect(tileBox(tileset, 1)).toEqual({ x: 2, y: 2, width: 32, height: 32 });
    expect(tileBox(tileset, 4)).toEqual({ x: 38, y: 38, width: 32, height: 32 });
  });

  test("an overlay tile that hides the ground takes its place, any other stays above it", () => {
    const merged = mergeOverlay(map, (tile) => tile === 3);
    expect(dataOf(merged, "ground")).toEqual([3, 2]);
    expect(dataOf(merged, "overlay")).toEqual([0, 4]);
  });

  test("behind is north of where a thing stands, and within its picture", () => {
    const house = { left: 0, right: 100, top: 0, y: 100 };
    expect(isBehind({ x: 50, y: 60 }, house)).toBe(true);
    expect(isBehind({ x: 50, y: 101 }, house)).toBe(false);
    expect(isBehind({ x: 120, y: 60 }, house)).toBe(false);
    expect(isBehind({ x: 50, y: -5 }, house)).toBe(false);
  });
});
