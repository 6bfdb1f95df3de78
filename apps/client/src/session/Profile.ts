import { type Signal, signal } from "@preact/signals";
import { checkName, cleanName } from "@tagalong/shared/session/names.ts";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import type { TextStore } from "./api.ts";

const NAME_KEY = "tagalong.name";
const LOOK_KEY = "tagalong.look";

export const COLOUR_NAMES = ["Orange", "Sky blue", "Green", "Yellow", "Blue", "Red", "Pink", "Grey"] as const;
export const COLOURS = [
  "#E69F00",
  "#56B4E9",
  "#009E73",
  "#F0E442",
  "#0072B2",
  "#D55E00",
  "#CC79A7",
  "#8b8b8b",
] as const;
export const HAT_NAMES = [
  "Red cap",
  "Top hat",
  "Bobble hat",
  "Straw hat",
  "Party hat",
  "Flower crown",
  "Pirate hat",
  "Chef's hat",
] as const;

/** Who the player wants to be, kept in the browser between visits. */
export class Profile {
  /** As typed. */
  readonly name: Signal<string>;
  readonly colour: Signal<number>;
  readonly hat: Signal<number>;
  readonly #store: TextStore;

  constructor(store: TextStore) {
    this.#store = store;
    this.name = signal(store.getItem(NAME_KEY) ?? "");
    const [colour, hat] = store.getItem(LOOK_KEY)?.split(" ").map(Number) ?? [];
    this.colour = signal(pickLook(colour, COLOURS.length));
    this.hat = signal(pickLook(hat, HAT_NAMES.length));
  }

  /** The name as it would be sent. */
  get cleanName(): string {
    return cleanName(this.name.value);
  }

  /** Why the name cannot be used, or `undefined`. Whether it is free is the room's to say. */
  get problem(): Reason | undefined {
    return checkName(this.cleanName);
  }

  setName(name: string): void {
    this.name.value = name;
    this.#store.setItem(NAME_KEY, name);
  }

  setLook(colour: number, hat: number): void {
    this.colour.value = colour;
    this.hat.value = hat;
    this.#store.setItem(LOOK_KEY, `${colour} ${hat}`);
  }
}

/** What was kept, or, on a first visit, any of them: a crowd of newcomers should not look alike. */
function pickLook(kept: number | undefined, count: number): number {
  if (kept !== undefined && Number.isInteger(kept) && kept >= 0 && kept < count) return kept;
  return Math.floor(Math.random() * count);
}
