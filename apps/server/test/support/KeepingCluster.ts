import type { Cluster } from "../../src/cluster/Cluster.ts";
import { LocalCluster } from "../../src/cluster/LocalCluster.ts";

/** One process that keeps what is handed on, as Redis does for many, and can be cut off from it. */
export class KeepingCluster extends LocalCluster {
  override readonly isShared = true;
  override isAvailable = true;
  /** What is waiting to be found, as it would be written. */
  readonly kept = new Map<string, string>();
  /** Codes of rooms whose process died. */
  readonly lost = new Set<string>();
  readonly #lostListeners = new Set<(roomId: string) => void>();

  constructor() {
    super("test");
  }

  override readonly keep: Cluster["keep"] = async (name, value) => {
    this.kept.set(name, JSON.stringify(value));
    return true;
  };

  override readonly isKept: Cluster["isKept"] = async (name) => this.kept.has(name);

  override readonly isLost: Cluster["isLost"] = async (code) => this.lost.has(code);

  override readKept: Cluster["readKept"] = async (name) => {
    const kept = this.kept.get(name);
    return kept === undefined ? undefined : JSON.parse(kept);
  };

  override readonly dropKept: Cluster["dropKept"] = async (name) => void this.kept.delete(name);

  override readonly onClaimLost: Cluster["onClaimLost"] = (listener) => {
    this.#lostListeners.add(listener);
    return () => void this.#lostListeners.delete(listener);
  };

  /** Another process has taken the code of this room. */
  loseClaim(roomId: string): void {
    for (const listener of this.#lostListeners) listener(roomId);
  }
}
