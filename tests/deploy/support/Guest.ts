import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import type { MoveControls } from "@tagalong/shared/world/movement.ts";
import { TICK_MS } from "@tagalong/shared/world/tuning.ts";
import type { PlazaRoom } from "../../../apps/client/src/session/connection.ts";
import type { JoinTarget } from "../../../apps/client/src/session/joinRequest.ts";
import type { DrawnPlayer } from "../../../apps/client/src/world/net.ts";
import { Bot } from "../../../tools/bots/Bot.ts";
import { STILL } from "../../../tools/bots/walks.ts";

/** One time without a connection. */
export interface Outage {
  /** Between the loss and being back in the room (ms). */
  readonly ms: number;
  /** Everything that was told as the reason in between. */
  readonly reasons: readonly string[];
}

/** A player on the client's own code, without a screen: does what a test tells it to. */
export class Guest {
  readonly name: string;
  readonly bot: Bot;
  readonly lines: ChatLine[] = [];
  readonly outages: Outage[] = [];
  #controls: MoveControls = STILL;
  readonly #timer: NodeJS.Timeout;

  constructor(endpoint: string, name: string, target: JoinTarget) {
    this.name = name;
    const walk = () => this.#controls;
    this.bot = new Bot(
      { name, colour: 1, hat: 1, walk, smallTalk: undefined, luck: Math.random },
      { endpoint, target, network: undefined },
    );
    this.bot.connection.onRoom((room) => {
      room.onMessage("chat:line", (line) => void this.lines.push(line));
      // Of a room that one comes back to, the lines one has heard are among them.
      room.onMessage("chat:history", (lines) => {
        this.lines.length = 0;
        this.lines.push(...lines);
      });
    });
    let lostAt: number | undefined;
    let reasons: string[] = [];
    this.bot.connection.onChange(({ from, to }) => {
      if (from === "connected" && to.name === "reconnecting") lostAt = performance.now();
      if (to.name === "reconnecting" || to.name === "disconnected") reasons.push(to.refusal.reason);
      if (to.name !== "connected" || lostAt === undefined) return;
      this.outages.push({ ms: performance.now() - lostAt, reasons });
      lostAt = undefined;
      reasons = [];
    });
    this.#timer = setInterval(() => this.bot.frame(performance.now()), TICK_MS);
  }

  /** What is held, until something else is. */
  hold(controls: Partial<MoveControls>): void {
    this.#controls = { ...STILL, ...controls };
  }

  get room(): PlazaRoom {
    const { state } = this.bot.connection;
    if (state.name === "connected") return state.room;
    const refusal = "refusal" in state ? state.refusal.reason : "";
    throw new Error(`${this.name} is ${state.name}: ${refusal}`);
  }

  get code(): string {
    const { code } = this.bot;
    if (code === undefined) throw new Error(`${this.name} is in no room`);
    return code;
  }

  /** Where one's own avatar is, once it stands in the square. */
  get self(): DrawnPlayer {
    const self = this.bot.net?.self;
    if (!self) throw new Error(`${this.name} is not there yet`);
    return self;
  }

  get isLeader(): boolean {
    return this.room.state.leader === this.room.sessionId;
  }

  /** Somebody as they are drawn here. */
  seen(name: string): DrawnPlayer | undefined {
    return [...(this.bot.net?.players.values() ?? [])].find((player) => player.name === name);
  }

  /** All that was said, as `name: text`. */
  get said(): string[] {
    return this.lines.flatMap((line) => (line.kind === "say" ? `${line.from.name}: ${line.text}` : []));
  }

  async say(text: string): Promise<void> {
    await this.room.request("chat:say", { text });
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    const { state } = this.bot.connection;
    if (state.name === "connected") await this.bot.leave();
    else this.bot.connection.cancel();
  }
}
