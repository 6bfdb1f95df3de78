import { mkdirSync, writeFileSync } from "node:fs";
import { createAtlas } from "./atlas.ts";
import { BODY, createCharacterSprites, createHatOffsets } from "./character.ts";
import { createEffectSprites } from "./effects.ts";
import { createHatSprites, HAT } from "./hats.ts";
import { createPlaza } from "./plaza.ts";
import { createProps, toAnchors, toSprites } from "./props.ts";
import { encodePng } from "./render.ts";
import type { Sprite } from "./svg.ts";
import { drawTileset } from "./tileset.ts";

const ART = new URL("../../apps/client/public/art/", import.meta.url);
const write = (name: string, data: string | Uint8Array): void => writeFileSync(new URL(name, ART), data);

function writeAtlas(name: string, sprites: readonly Sprite[], width: number): void {
  for (const scale of [1, 2]) {
    const file = scale === 1 ? name : `${name}@2x`;
    const { picture, json } = createAtlas(sprites, `${file}.png`, width, scale);
    write(`${file}.png`, encodePng(picture));
    write(`${file}.json`, json);
  }
}

/** JSON with one entry of the outermost two levels a line: readable, and small diffs. */
const pretty = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(/\[\s+(-?[\d.]+),\s+(-?[\d.]+)\s+\]/g, "[$1, $2]")}\n`;

mkdirSync(ART, { recursive: true });
writeAtlas(
  "characters",
  [...createCharacterSprites(), ...createHatSprites(), ...createEffectSprites()],
  1002,
);
write(
  "characters.meta.json",
  pretty({ anchor: { body: BODY.anchor, hat: HAT.anchor }, hatOffset: createHatOffsets() }),
);

const props = createProps();
writeAtlas("square", toSprites(props), 1002);
write("square.meta.json", pretty(toAnchors(props)));

const plaza = createPlaza();
for (const scale of [1, 2])
  write(scale === 1 ? "tiles.png" : "tiles@2x.png", encodePng(drawTileset(plaza.tileset, scale)));
writeFileSync(new URL("../../packages/shared/src/world/plaza.map.json", import.meta.url), plaza.json);
