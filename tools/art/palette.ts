/** The few colours everything is drawn with. Change one here and the whole town follows. */
export const INK = "#1f2430";
export const PAPER = "#fff8ec";
export const GRASS = "#8ecf6a";
export const GRASS_DARK = "#6fb356";
export const PATH = "#e8d2a6";
export const STONE = "#b9b4c7";
export const WATER = "#58b7e0";
export const WOOD = "#b07a4b";
export const LEAF = "#4f9d5d";
export const CORAL = "#ff6f61";
export const SUN = "#ffc94d";
export const MUD = "#8d6547";
export const BLOSSOM = "#f7b6c2";
/** Shadows on the ground are this, thin: they darken without greying. */
export const SHADE = "#2c2350";

/** Told apart by colour-blind eyes; the index is the player's colour everywhere in the game. */
export const PLAYER_COLOURS = [
  "#E69F00",
  "#56B4E9",
  "#009E73",
  "#F0E442",
  "#0072B2",
  "#D55E00",
  "#CC79A7",
  "#8b8b8b",
] as const;

function channels(hex: string): [number, number, number] {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

/** Blend from `a` (t = 0) to `b` (t = 1). */
export function mix(a: string, b: string, t: number): string {
  const [ar, ag, ab] = channels(a);
  const [br, bg, bb] = channels(b);
  const part = (x: number, y: number): string =>
    Math.round(x + (y - x) * t)
      .toString(16)
      .padStart(2, "0");
  return `#${part(ar, br)}${part(ag, bg)}${part(ab, bb)}`;
}

/** Towards sunlight: warm paper, never plain white, so that lit sides stay in the palette. */
export const tint = (colour: string, amount = 0.25): string => mix(colour, PAPER, amount);

/** Towards shade: a violet ink, so that shaded sides stay colourful instead of turning grey. */
export const shade = (colour: string, amount = 0.2): string => mix(colour, SHADE, amount);
