import type { Random } from "@tagalong/shared/lib/random.ts";
import { pick } from "@tagalong/shared/lib/random.ts";

const FIRST = [
  "Sunny",
  "Merry",
  "Cosy",
  "Jolly",
  "Minty",
  "Breezy",
  "Peppy",
  "Mossy",
  "Fuzzy",
  "Lucky",
] as const;
const LAST = [
  "Otter",
  "Robin",
  "Maple",
  "Biscuit",
  "Pebble",
  "Clover",
  "Badger",
  "Pickle",
  "Teapot",
  "Wren",
] as const;

/** A name for whoever cannot think of one. Always one that the rules allow. */
export function randomName(random: Random): string {
  return `${pick(FIRST, random)} ${pick(LAST, random)}`;
}
