import { createFurniture } from "./furniture.ts";
import { createHouses } from "./houses.ts";
import { createNature } from "./nature.ts";
import type { Prop } from "./prop.ts";
import type { Sprite } from "./svg.ts";
import { createTrees } from "./trees.ts";

export const createProps = (): Prop[] => [
  ...createTrees(),
  ...createNature(),
  ...createFurniture(),
  ...createHouses(),
];

export const toSprites = (props: readonly Prop[]): Sprite[] =>
  props.map(({ name, width, height, body }) => ({ name, width, height, body }));

/** Where each prop stands: the game places the picture so that this point is on the ground, and sorts by it. */
export const toAnchors = (props: readonly Prop[]): Record<string, { anchor: readonly [number, number] }> =>
  Object.fromEntries(props.map(({ name, anchor }) => [name, { anchor }]));
