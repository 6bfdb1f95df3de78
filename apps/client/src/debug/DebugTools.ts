import { type Signal, signal } from "@preact/signals";
import type { GameClient } from "../app/GameClient.ts";
import { type NetworkConditions, type NetworkSimulator, simulateNetwork } from "./networkSimulator.ts";
import { createSnapshot, type Snapshot } from "./snapshot.ts";

const CALM: NetworkConditions = { latencyMs: 0, jitterMs: 0 };

declare global {
  interface Window {
    /** Only with `?debug`. */
    readonly tagalong?: Snapshot;
  }
}

/** What developers see and turn: the snapshot for tests, and the network simulator of development builds. */
export class DebugTools {
  /** A development build: production must never offer to make the network worse. */
  readonly canSimulate: boolean;
  readonly conditions: Signal<NetworkConditions> = signal(CALM);
  readonly #client: GameClient;
  #simulator: NetworkSimulator | undefined;

  constructor(client: GameClient, { isDevelopment, debug }: { isDevelopment: boolean; debug: boolean }) {
    this.#client = client;
    this.canSimulate = isDevelopment;
    if (isDevelopment) {
      client.onRoom = (room) => {
        this.#simulator = simulateNetwork(room, this.conditions.value);
      };
    }
    if (debug) Object.defineProperty(window, "tagalong", { get: () => this.snapshot, configurable: true });
  }

  get isSimulating(): boolean {
    const { latencyMs, jitterMs } = this.conditions.value;
    return latencyMs > 0 || jitterMs > 0;
  }

  get snapshot(): Snapshot {
    const { state, room, roster, log } = this.#client;
    return createSnapshot({
      connection: state.value.name,
      room: room.value && { ...room.value, title: roster.value?.title ?? "" },
      net: this.#client.net,
      log: log.entries.value,
    });
  }

  simulate(conditions: NetworkConditions): void {
    this.conditions.value = conditions;
    this.#simulator?.change(conditions);
    this.#client.log.add(`network simulator: ${conditions.latencyMs} ms ± ${conditions.jitterMs} ms`);
  }
}
