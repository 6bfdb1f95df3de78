import { type NetworkConditions, NetworkSimulator } from "@tagalong/client/debug/networkSimulator.ts";
import { countTraffic, createTraffic, type Traffic } from "@tagalong/client/debug/traffic.ts";
import { createMemoryStore, refusalOf } from "@tagalong/client/session/api.ts";
import { Connection, type ConnectionChange, type PlazaRoom } from "@tagalong/client/session/connection.ts";
import type { JoinTarget } from "@tagalong/client/session/joinRequest.ts";
import { WorldNet } from "@tagalong/client/world/net.ts";
import type { Random } from "@tagalong/shared/lib/random.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import type { SmallTalk } from "./smallTalk.ts";
import { STILL, type View, type Walk } from "./walks.ts";

/** Who a bot is. */
export interface Character {
  readonly name: string;
  readonly colour: number;
  readonly hat: number;
  readonly walk: Walk;
  readonly smallTalk: SmallTalk | undefined;
  /** How uneven its network is. */
  readonly luck: Random;
}

/** Where a bot plays. */
export interface Place {
  /** Base address of the server, without a slash at the end. */
  readonly endpoint: string;
  readonly target: JoinTarget;
  /** What is added to the real network. */
  readonly network: NetworkConditions | undefined;
}

/** What a bot did and saw so far. */
export interface BotCounts {
  /** Time with a seat and a connection (ms). */
  playedMs: number;
  inputs: number;
  reconnects: number;
  /** Largest disagreement between prediction and server (u). */
  correction: number;
}

/**
 * One player without a screen: the client's own connection, prediction and network simulator, with a walk for hands.
 * Call {@link frame} about 30 times a second.
 */
export class Bot {
  readonly connection: Connection;
  readonly counts: BotCounts = { playedMs: 0, inputs: 0, reconnects: 0, correction: 0 };
  readonly traffic: Traffic = createTraffic();
  /** Hear every refusal: of a join, of a line, the server's notices, and why a seat ended, one's own leave included. */
  onRefusal: ((refusal: Refusal) => void) | undefined;
  readonly #character: Character;
  readonly #place: Place;
  readonly #look: () => View;
  #name: string;
  #net: WorldNet | undefined;
  #lastFrameAt: number | undefined;
  #inputsBefore = 0;

  constructor(character: Character, place: Place) {
    this.#character = character;
    this.#place = place;
    this.#name = character.name;
    this.#look = () => viewOf(this.#net);
    this.connection = new Connection({
      endpoint: place.endpoint,
      build: "bots",
      lasting: createMemoryStore(),
      tab: createMemoryStore(),
    });
    if (place.network) {
      const simulator = new NetworkSimulator({ random: character.luck });
      simulator.install(this.connection);
      simulator.change(place.network);
    }
    this.connection.onRoom((room) => this.#onRoom(room));
    this.connection.onChange((change) => this.#onChange(change));
  }

  get isPlaying(): boolean {
    return this.connection.state.name === "connected";
  }

  /** Code of the room it plays in. */
  get code(): string | undefined {
    const { state } = this.connection;
    return state.name === "connected" ? state.welcome.room.code : undefined;
  }

  /** Its world, while it has a seat. */
  get net(): WorldNet | undefined {
    return this.#net;
  }

  /** Ask for a seat. Resolves when connected or refused. */
  async join(): Promise<void> {
    const { colour, hat } = this.#character;
    await this.connection.join({ target: this.#place.target, name: this.#name, colour, hat });
  }

  /**
   * Play one frame.
   *
   * @param now on the `performance.now()` line (ms)
   */
  frame(now: number): void {
    const { state } = this.connection;
    const net = this.#net;
    if (state.name !== "connected" || !net) {
      this.#lastFrameAt = undefined;
      return;
    }
    const { walk, smallTalk } = this.#character;
    net.frame(now, net.self ? walk(now, this.#look) : STILL);
    const { counts } = this;
    counts.playedMs += now - (this.#lastFrameAt ?? now);
    counts.inputs = this.#inputsBefore + state.room.input().sentCount;
    counts.correction = Math.max(counts.correction, net.stats.correction);
    this.#lastFrameAt = now;
    const line = smallTalk?.(now);
    if (line !== undefined) void this.#say(state.room, line);
  }

  /** Give the seat up, or the search for one. Resolves when the server has closed the connection. */
  async leave(): Promise<void> {
    const { state } = this.connection;
    const closed =
      state.name === "connected" && state.room.connection.isOpen
        ? new Promise((resolve) => state.room.onLeave(resolve))
        : undefined;
    await this.connection.leave();
    this.#dropNet();
    await closed;
  }

  async #say(room: PlazaRoom, text: string): Promise<void> {
    try {
      await room.request("chat:say", { text });
    } catch (error) {
      // The connection tells of its own end, in more words.
      if (room.connection.isOpen) this.onRefusal?.(refusalOf(error));
    }
  }

  #onRoom(room: PlazaRoom): void {
    this.#dropNet();
    countTraffic(room.connection, this.traffic);
    this.#net = new WorldNet(room);
    room.onMessage("session:notice", (refusal) => this.onRefusal?.(refusal));
    // The talk of the others, and what other games may add: a bot has no ears.
    room.onMessage("*", () => undefined);
  }

  #onChange({ from, to }: ConnectionChange): void {
    switch (to.name) {
      case "connected":
        this.#name = to.welcome.name;
        if (from === "reconnecting") this.counts.reconnects += 1;
        // Also after that: a server that was restarted has given out the seat anew.
        to.room.send("session:ready", {});
        break;
      case "disconnected":
        this.#dropNet();
        this.#name = to.refusal.detail?.suggestion ?? this.#name;
        this.onRefusal?.(to.refusal);
        break;
      case "idle":
        this.#dropNet();
        this.onRefusal?.({ reason: "session/left" });
    }
  }

  #dropNet(): void {
    if (!this.#net) return;
    this.#inputsBefore += this.#net.room.input().sentCount;
    this.#net.dispose();
    this.#net = undefined;
  }
}

function viewOf(net: WorldNet | undefined): View {
  const self = net?.self;
  if (!net || !self) throw new Error("nobody looks around before they are there");
  const others = [...net.players.values()].filter(({ isSelf }) => !isSelf);
  return { x: self.x, y: self.y, others };
}
