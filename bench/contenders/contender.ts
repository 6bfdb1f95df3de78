import type { Place } from "../distance.ts";
import type { TickMeter } from "./TickMeter.ts";

/** In the order in which they are run and shown. */
export const CONTENDERS = ["ours", "textbook", "quantised", "floor"] as const;
export type ContenderName = (typeof CONTENDERS)[number];

export interface ContenderOptions {
  /** How many will join. */
  players: number;
  /** Is told of each step and broadcast. */
  meter: TickMeter;
  /** To be called after each step, when everybody's place is known. */
  onStep: () => void;
}

/** A contender's server, listening. */
export interface RunningContender {
  port: number;
  /** Ids of the players in its world, as the clients know them. */
  ids(): string[];
  /** Where a player is now (u), exactly. */
  place(id: string): Place | undefined;
}

export type StartContender = (options: ContenderOptions) => Promise<RunningContender>;
