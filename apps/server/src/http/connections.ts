import type { Config } from "../config.ts";
import { type AddressTest, networkOf } from "./addresses.ts";

/** A browser has six connections for files, and one or two sockets: so many for each player. */
export const CONNECTIONS_PER_PLAYER = 8;

/** How many there are of each key. A key that has none takes no memory. */
export class Tally {
  readonly #counts = new Map<string, number>();

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** @returns undoes it, once */
  add(key: string): () => void {
    this.#counts.set(key, this.of(key) + 1);
    let isThere = true;
    return () => {
      if (!isThere) return;
      isThere = false;
      const left = this.of(key) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    };
  }
}

/** The open WebSockets of each address, those on their way into a room included. Of this process only. */
export class Connections {
  readonly #config: Pick<Config, "MAX_CONNECTIONS_PER_ADDRESS">;
  readonly #isFree: AddressTest;
  readonly #sockets = new Tally();
  /** Behind a proxy each holds a connection of the proxy's, which are not counted by address. */
  readonly #requests = new Tally();

  /** @param isFree tells the addresses that may have any number */
  constructor(config: Pick<Config, "MAX_CONNECTIONS_PER_ADDRESS">, isFree: AddressTest = () => false) {
    this.#config = config;
    this.#isFree = isFree;
  }

  /** Whether an address has all it may have, or, for those who come back, twice that: see {@link ./sockets.ts}. */
  isFull(address: string, times: 1 | 2 = 1): boolean {
    const most = this.#config.MAX_CONNECTIONS_PER_ADDRESS * times;
    return !this.#isFree(address) && this.#sockets.of(networkOf(address)) >= most;
  }

  /** @returns to be called when the socket is closed */
  enter(address: string): () => void {
    return this.#sockets.add(networkOf(address));
  }

  /** Whether an address has as many requests under way as it may have connections. */
  hasAllRequests(address: string): boolean {
    const most = this.#config.MAX_CONNECTIONS_PER_ADDRESS * CONNECTIONS_PER_PLAYER;
    return !this.#isFree(address) && this.#requests.of(networkOf(address)) >= most;
  }

  /** @returns to be called when it is answered */
  beginRequest(address: string): () => void {
    return this.#requests.add(networkOf(address));
  }
}
