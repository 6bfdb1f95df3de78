import { matchMaker } from "@colyseus/core";
import {
  type Cluster,
  type Liveness,
  type Member,
  PROMISE_MS,
  type RoomHome,
  type SelfReport,
  type Stage,
} from "./Cluster.ts";

/** Nothing to do, or to stop. */
const nothing = () => undefined;

/** A process on its own. It agrees with itself, and what it keeps ends with it. */
export class LocalCluster implements Cluster {
  readonly presence = undefined;
  readonly driver = undefined;
  readonly publicAddress = undefined;
  readonly isAvailable: boolean = true;
  readonly fault: string | undefined = undefined;
  readonly isShared: boolean = false;
  readonly conflicts: Cluster["conflicts"] = [];
  readonly connect: Cluster["connect"] = async () => undefined;
  readonly leave: Cluster["leave"] = async () => undefined;
  readonly close: Cluster["close"] = async () => undefined;
  readonly keep: Cluster["keep"] = async () => false;
  readonly isKept: Cluster["isKept"] = async () => false;
  readonly isLost: Cluster["isLost"] = async () => false;
  readonly readKept: Cluster["readKept"] = async () => undefined;
  readonly dropKept: Cluster["dropKept"] = async () => undefined;
  readonly takeTurn: Cluster["takeTurn"] = async () => async () => undefined;
  readonly onGone: Cluster["onGone"] = () => nothing;
  readonly onClaimLost: Cluster["onClaimLost"] = () => nothing;
  readonly #name: string;
  readonly #homes = new Map<string, string>();
  /** By room id: who was sent there, until when that counts (ms, monotonic), and how many sat there then. Oldest first. */
  readonly #promised = new Map<string, readonly { until: number; players: number }[]>();
  readonly #queues = new Map<string, Promise<unknown>>();
  #report: () => SelfReport = () => ({ players: 0, rooms: 0 });
  #stage: Stage = "open";

  constructor(name: string) {
    this.#name = name;
  }

  get stage(): Stage {
    return this.#stage;
  }

  get members(): readonly Member[] {
    const { processId } = matchMaker;
    return [{ processId, name: this.#name, ...this.#report(), stage: this.#stage }];
  }

  async join(report: () => SelfReport): Promise<void> {
    this.#report = report;
  }

  async enter(stage: Stage): Promise<void> {
    this.#stage = stage;
  }

  async liveness(processId: string): Promise<Liveness> {
    return processId === matchMaker.processId ? "alive" : "dead";
  }

  async place(): Promise<string | undefined> {
    return this.#stage === "open" ? matchMaker.processId : undefined;
  }

  async promiseSeat(roomId: string, players: number, maxPlayers: number): Promise<boolean> {
    const now = performance.now();
    for (const [id, sent] of this.#promised) {
      const left = sent.filter(({ until }) => until > now);
      if (left.length > 0) this.#promised.set(id, left);
      else this.#promised.delete(id);
    }
    const sent = this.#promised.get(roomId) ?? [];
    // As the script `PROMISE` has it.
    if (Math.max(players, (sent[0]?.players ?? 0) + sent.length) + 1 > maxPlayers) return false;
    this.#promised.set(roomId, [...sent, { until: now + PROMISE_MS, players }]);
    return true;
  }

  async exclusively<T>(name: string, task: () => Promise<T>): Promise<T> {
    const turn = (this.#queues.get(name) ?? Promise.resolve()).then(task, task);
    this.#queues.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#queues.get(name) === turn) this.#queues.delete(name);
    }
  }

  async claim(code: string, roomId: string): Promise<boolean> {
    const home = this.#homes.get(code);
    if (home !== undefined && home !== roomId) return false;
    this.#homes.set(code, roomId);
    return true;
  }

  async release(code: string, roomId: string): Promise<void> {
    if (this.#homes.get(code) === roomId) this.#homes.delete(code);
  }

  async homeOf(code: string): Promise<RoomHome | undefined> {
    const roomId = this.#homes.get(code);
    return roomId === undefined ? undefined : { processId: matchMaker.processId, roomId };
  }
}
