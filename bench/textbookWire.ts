import type { Place } from "./distance.ts";

// What the textbook's room and its clients agree on.

export const TEXTBOOK_ROOM = "textbook";
/** Inputs and steps in a second. */
export const TEXTBOOK_HZ = 60;
export const PATCH_MS = 50;
/** Messages may be named by numbers, which are the shortest. */
export const MOVE_MESSAGE = 0;

export interface TextbookInput {
  dx: number;
  dy: number;
  /** Number of the input, from 1: comes back in the state. */
  tick: number;
}

/** The state as its clients read it. */
export interface TextbookView {
  players?: ReadonlyMap<string, Place & { tick: number }>;
}
