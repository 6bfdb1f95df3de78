import { Motion } from "@tagalong/shared/world/movement.ts";

/** The sides that are drawn; the western ones are the eastern ones mirrored. */
export type Side = "e" | "se" | "s" | "ne" | "n";
export type Step = "idle" | "walk0" | "walk1" | "walk2" | "walk3" | "dash";

const SIDES: readonly Side[] = ["e", "se", "s", "se", "e", "ne", "n", "ne"];
const FIRST_WESTERN = 3;
const LAST_WESTERN = 5;
const WALK = ["walk0", "walk1", "walk2", "walk3"] as const;

const ALL_SIDES = ["e", "se", "s", "ne", "n"] as const;
const ALL_STEPS = ["idle", ...WALK, "dash"] as const;
const COLOURS = [0, 1, 2, 3, 4, 5, 6, 7] as const;
/** How many hats there are; as many as colours. */
const HATS = COLOURS;

/** Names are made once: a view asks for them in every frame. */
const BODIES = COLOURS.map((colour) =>
  tableOf(ALL_SIDES, (side) => tableOf(ALL_STEPS, (step) => `body/${colour}/${side}/${step}`)),
);
const WAVES = COLOURS.map((colour) => [`wave/${colour}/0`, `wave/${colour}/1`] as const);
const HEADS = HATS.map((hat) => tableOf(ALL_SIDES, (side) => `hat/${hat}/${side}`));

/** Ground covered by the four pictures of a walk, so that the feet match the speed (u). */
const STRIDE = 60;

/** The drawn side for a facing, an eighth of a turn clockwise from east. */
export function sideOf(facing: number): Side {
  return SIDES[facing] ?? "s";
}

export function isMirrored(facing: number): boolean {
  return facing >= FIRST_WESTERN && facing <= LAST_WESTERN;
}

/**
 * The picture for a motion.
 *
 * @param walked ground covered since this walk began (u): the cycle turns with it, not with time
 * @param blocked whether the legs go but the ground does not
 */
export function stepOf(motion: number, walked: number, blocked: boolean): Step {
  if (motion === Motion.DASH) return "dash";
  if (motion !== Motion.WALK || blocked) return "idle";
  return WALK[Math.floor((walked / STRIDE) * WALK.length) % WALK.length] ?? "idle";
}

/** An unknown colour is drawn as the first one, as is an unknown hat. */
export function bodyFrame(colour: number, side: Side, step: Step): string {
  return (BODIES[colour] ?? BODIES[0])?.[side][step] ?? "";
}

export function waveFrame(colour: number, picture: 0 | 1): string {
  return (WAVES[colour] ?? WAVES[0])?.[picture] ?? "";
}

export function hatFrame(hat: number, side: Side): string {
  return (HEADS[hat] ?? HEADS[0])?.[side] ?? "";
}

function tableOf<K extends string, V>(keys: readonly K[], make: (key: K) => V): Readonly<Record<K, V>> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, V>;
}
