import type { Socket } from "node:net";
import type { Place } from "../distance.ts";
import type { Heading } from "../trace.ts";
import type { AckTimer } from "./AckTimer.ts";

/** What one client received in frames of state, by payload. */
export interface StateCount {
  frames: number;
  bytes: number;
}

/** One player's client, as the driver sees it. */
export interface DriverClient {
  /** Counts what the connection really carries. */
  readonly socket: Socket;
  readonly state: StateCount;
  readonly acks: AckTimer;
  /** This is what the player holds now. Called so many times a second as the crowd asks for. */
  hold(heading: Heading): void;
  /** Of those that draw: what they see of the others. */
  readonly view?: ClientView;
}

export interface ClientView {
  /** Draw a frame. */
  frame(): void;
  /** Where another player is drawn in that frame (u); `undefined` for oneself. */
  placeOf(id: string): Place | undefined;
}

/** How to play one contender. */
export interface Crowd {
  /** How often each client is told what is held. */
  callsPerSecond: number;
  /**
   * Take a seat. The first one must be seated before the others come.
   *
   * @param player its number, from 0
   * @param draws  a complete client; the others send all and count all, but read no more of the state than their acknowledgement: decoding hundreds of copies of one state would measure the driver
   * @param onLost told why, if the server ends it
   */
  join(player: number, draws: boolean, onLost: (why: string) => void): Promise<DriverClient>;
}

export type CreateCrowd = (port: number, players: number) => Crowd;
