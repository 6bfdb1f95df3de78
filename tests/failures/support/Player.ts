import { Protocol } from "@colyseus/sdk";
import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import { createRandom, type Random } from "@tagalong/shared/lib/random.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import type { ConnectionChange, PlazaRoom } from "../../../apps/client/src/session/connection.ts";
import type { JoinTarget } from "../../../apps/client/src/session/joinRequest.ts";
import type { DrawnPlayer } from "../../../apps/client/src/world/net.ts";
import { eventually } from "../../../apps/server/test/support/eventually.ts";
import { Bot } from "../../../tools/bots/Bot.ts";
import { createWalk, STILL, type WalkName } from "../../../tools/bots/walks.ts";
import "../../system/support/client.ts";

/** In the header of a frame: the low five bits are its kind. */
const KIND_MASK = 0x1f;
const OPTIONS = 8;

export interface PlayerOptions {
  readonly endpoint: string;
  readonly name: string;
  readonly target: JoinTarget;
  readonly walk?: WalkName;
  readonly random?: Random;
}

/** A player without a screen: the client's own code, a walk for hands, and a record of all that reached it. */
export class Player {
  readonly name: string;
  readonly colour: number;
  readonly hat: number;
  readonly bot: Bot;
  /** Of the connection's state, oldest first. */
  readonly changes: ConnectionChange[] = [];
  readonly lines: ChatLine[] = [];
  readonly refusals: Refusal[] = [];
  /** What it was told of the chat when it last came in. */
  history: readonly ChatLine[] = [];
  /** Lets go of all keys. */
  isStanding = false;
  /** No try to reach a server gets through. */
  isOffline = false;
  #lastPatchAt: number | undefined;
  #largestGapMs = 0;

  constructor({ endpoint, name, target, walk = "wander", random = createRandom(1) }: PlayerOptions) {
    this.name = name;
    this.colour = Math.floor(random() * OPTIONS);
    this.hat = Math.floor(random() * OPTIONS);
    const steps = createWalk(walk, random);
    this.bot = new Bot(
      {
        name,
        colour: this.colour,
        hat: this.hat,
        walk: (now, look) => (this.isStanding ? STILL : steps(now, look)),
        smallTalk: undefined,
        luck: random,
      },
      { endpoint, target, network: undefined },
    );
    this.bot.onRefusal = (refusal) => void this.refusals.push(refusal);
    this.connection.onChange((change) => void this.changes.push(change));
    this.connection.onRoom((room) => this.#listen(room));
    this.connection.onDial(() => {
      if (this.isOffline) throw new TypeError("no network in this test");
    });
  }

  get connection() {
    return this.bot.connection;
  }

  get isPlaying(): boolean {
    return this.bot.isPlaying;
  }

  /** Throws when it has none right now. */
  get room(): PlazaRoom {
    const { state } = this.connection;
    if (state.name !== "connected") throw new Error(`${this.name} is ${state.name}: ${this.why ?? ""}`);
    return state.room;
  }

  get code(): string {
    const { code } = this.bot;
    if (code === undefined) throw new Error(`${this.name} has no room: ${this.why ?? ""}`);
    return code;
  }

  /** Name of the process its room is on, from the address of its socket. */
  get home(): string {
    const transport: object = this.room.connection.transport;
    const url = "ws" in transport && transport.ws instanceof WebSocket ? transport.ws.url : "";
    return /\/p\/([^/]+)\//.exec(url)?.[1] ?? "";
  }

  /** Why it has no seat, or none for now. */
  get why(): string | undefined {
    const { state } = this.connection;
    return state.name === "disconnected" || state.name === "reconnecting" ? state.refusal.reason : undefined;
  }

  /** As it sees itself. */
  get self(): DrawnPlayer | undefined {
    return this.bot.net?.self;
  }

  /** Ask for a seat, and wait until there is a player who can be steered. Throws when refused. */
  async enter(): Promise<this> {
    await this.bot.join();
    await eventually(() => this.room.state.players?.has(this.room.sessionId));
    return this;
  }

  /** Ask for a seat elsewhere. Resolves when there is an answer. */
  async goTo(target: JoinTarget): Promise<void> {
    const { colour, hat } = this;
    await this.connection.join({ target, name: this.name, colour, hat });
  }

  async say(text: string): Promise<void> {
    await this.room.request("chat:say", { text });
  }

  /** Forget what was measured: what counts begins now. */
  begin(): void {
    this.#largestGapMs = 0;
    this.changes.length = 0;
    this.refusals.length = 0;
    this.lines.length = 0;
  }

  /** The longest time between two of its patches since then, and up to now (ms). */
  get largestGapMs(): number {
    const isOpen = this.isPlaying && this.#lastPatchAt !== undefined;
    const open = isOpen ? performance.now() - (this.#lastPatchAt ?? 0) : 0;
    return Math.max(this.#largestGapMs, open);
  }

  /** When it was connected again after that moment (ms since the epoch); `undefined` while it is not. */
  returnedAt(since: number): number | undefined {
    if (!this.isPlaying) return undefined;
    return this.changes.findLast(({ to, at }) => to.name === "connected" && at >= since)?.at;
  }

  /** How long it was without a connection at the most (ms); 0 when it never was. */
  get longestAbsenceMs(): number {
    let longest = 0;
    let lostAt: number | undefined;
    for (const { from, to, at } of this.changes) {
      if (from === "connected") lostAt = at;
      if (to.name === "connected" && lostAt !== undefined) longest = Math.max(longest, at - lostAt);
    }
    return longest;
  }

  /** How the others see it. */
  get looks(): { name: string; colour: number; hat: number } | undefined {
    const { name, colour, hat } = this.room.state.players?.get(this.room.sessionId) ?? {};
    return name === undefined || colour === undefined || hat === undefined
      ? undefined
      : { name, colour, hat };
  }

  /** Name of whoever leads its room. */
  get leader(): string | undefined {
    const { state } = this.room;
    return state.players?.get(state.leader)?.name;
  }

  async leave(): Promise<void> {
    await this.bot.leave();
  }

  #listen(room: PlazaRoom): void {
    room.onMessage("chat:line", (line) => void this.lines.push(line));
    room.onMessage("chat:history", (lines) => {
      this.history = lines;
    });
    this.#lastPatchAt = undefined;
    const { events } = room.connection;
    const receive = events.onmessage;
    events.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      const [head = 0] = new Uint8Array(event.data, 0, 1);
      if ((head & KIND_MASK) === Protocol.ROOM_STATE_PATCH) this.#patched(performance.now());
      receive?.(event);
    };
  }

  #patched(now: number): void {
    this.#largestGapMs = Math.max(this.#largestGapMs, now - (this.#lastPatchAt ?? now));
    this.#lastPatchAt = now;
  }
}
