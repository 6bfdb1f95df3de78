import { NETWORK_PRESETS } from "@tagalong/client/debug/networkPresets.ts";
import type { ByteCounts } from "@tagalong/client/debug/traffic.ts";
import type { JoinTarget } from "@tagalong/client/session/joinRequest.ts";
import { createRandom } from "@tagalong/shared/lib/random.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import type { BotOptions } from "./args.ts";
import { Bot, type Character, type Place } from "./Bot.ts";
import { Door } from "./Door.ts";
import { botNames } from "./names.ts";
import { waitBeforeRetry } from "./patience.ts";
import { createSmallTalk } from "./smallTalk.ts";
import type { Tally } from "./tally.ts";
import { createWalk } from "./walks.ts";

export type FlockOptions = Omit<BotOptions, "seconds" | "seed"> & { seed: number };

const FRAME_MS = 1_000 / 30;
/**
 * The one timer plays a quarter of the bots at a time: their inputs reach the server spread over its tick, as people's
 * do, and not all at once.
 */
const SHIFTS = 4;
const SHIFT_MS = FRAME_MS / SHIFTS;
/** So many may be asking for a seat at once. */
const DOOR_WIDTH = 4;
/** How long a server may take to see them off (ms). */
const LEAVE_TIMEOUT_MS = 3_000;
/** Colours, and hats, to choose from. */
const LOOKS = 8;

/**
 * All the bots of one run. The first goes ahead: when it cannot get in, nobody can. The others follow, by quick play
 * into the fullest open room and then the next, or all into one room. One timer plays them all.
 */
export class Flock {
  readonly bots: readonly Bot[];
  /** Resolves when nobody plays or will come back. */
  readonly ended: Promise<void>;
  /** Somebody came in, lost the connection, or gave up. */
  onChange: (() => void) | undefined;
  readonly #anyRoom: boolean;
  readonly #door = new Door(DOOR_WIDTH);
  readonly #tries = new Map<Bot, number>();
  readonly #gone = new Set<Bot>();
  readonly #refusals: Refusal[] = [];
  #finalRefusal: Refusal | undefined;
  #hasArrived = false;
  #isLeaving = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #shift = 0;
  #playedAt = 0;
  #end!: () => void;

  constructor({ count, seed, room, password, url, net, walk, chat }: FlockOptions) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    const random = createRandom(seed);
    const stream = () => createRandom(random() * 2 ** 32);
    const target: JoinTarget =
      room === undefined
        ? { kind: "quick" }
        : { kind: "code", code: room, ...(password === undefined ? {} : { password }) };
    const place: Place = { endpoint: url, target, network: net && NETWORK_PRESETS[net] };
    this.#anyRoom = room === undefined;
    this.bots = botNames(count, random).map((name) => {
      const character: Character = {
        name,
        colour: Math.floor(random() * LOOKS),
        hat: Math.floor(random() * LOOKS),
        // Streams of their own: what one bot meets changes neither the others nor where it walks itself.
        walk: createWalk(walk, stream()),
        smallTalk: chat ? createSmallTalk(stream()) : undefined,
        luck: stream(),
      };
      const bot = new Bot(character, place);
      bot.onRefusal = (refusal) => this.#refused(bot, refusal);
      bot.connection.onChange(({ to }) => {
        if (to.name === "connected") this.#arrived(bot);
        this.onChange?.();
      });
      return bot;
    });
  }

  start(): void {
    for (const bot of this.bots.slice(0, 1)) this.#door.enqueue(() => bot.join());
    this.#timer = setInterval(() => this.#play(performance.now()), SHIFT_MS);
  }

  /** Everybody leaves as a player does. Resolves when the server has seen them all off, or takes too long to. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    this.#door.close();
    clearInterval(this.#timer);
    const all = Promise.all(this.bots.map((bot) => bot.leave()));
    const late = new Promise((resolve) => setTimeout(resolve, LEAVE_TIMEOUT_MS).unref());
    await Promise.race([all, late]);
  }

  /** How it stands. */
  tally(): Tally {
    const rooms = new Map<string, number>();
    for (const { code } of this.bots) if (code !== undefined) rooms.set(code, (rooms.get(code) ?? 0) + 1);
    const count = (is: (bot: Bot) => boolean) => this.bots.filter(is).length;
    const sum = (of: (bot: Bot) => number) => this.bots.reduce((total, bot) => total + of(bot), 0);
    return {
      wanted: this.bots.length,
      playing: count(({ isPlaying }) => isPlaying),
      reconnecting: count(({ connection }) => connection.state.name === "reconnecting"),
      gone: this.#gone.size,
      hasArrived: this.#hasArrived,
      rooms,
      refusals: this.#refusals,
      finalRefusal: this.#finalRefusal,
      playedSeconds: sum(({ counts }) => counts.playedMs) / 1_000,
      inputs: sum(({ counts }) => counts.inputs),
      bytesIn: sum(({ traffic }) => bytesOf(traffic.down)),
      bytesOut: sum(({ traffic }) => bytesOf(traffic.up)),
      reconnects: sum(({ counts }) => counts.reconnects),
      correction: Math.max(...this.bots.map(({ counts }) => counts.correction)),
    };
  }

  /** Play the shifts that are due: after a late timer more than one, but nobody twice. */
  #play(now: number): void {
    const due = Math.floor((now - this.#playedAt) / SHIFT_MS);
    this.#playedAt = due < SHIFTS ? this.#playedAt + due * SHIFT_MS : now;
    for (let left = Math.min(due, SHIFTS); left > 0; left--) {
      for (let index = this.#shift; index < this.bots.length; index += SHIFTS) this.bots[index]?.frame(now);
      this.#shift = (this.#shift + 1) % SHIFTS;
    }
  }

  #arrived(bot: Bot): void {
    this.#tries.delete(bot);
    if (this.#hasArrived) return;
    this.#hasArrived = true;
    for (const follower of this.bots.slice(1)) this.#door.enqueue(() => follower.join());
  }

  #refused(bot: Bot, refusal: Refusal): void {
    if (this.#isLeaving) return;
    this.#refusals.push(refusal);
    // A notice, or a line that was refused: the seat is still there.
    if (bot.isPlaying) return;
    const tries = (this.#tries.get(bot) ?? 0) + 1;
    this.#tries.set(bot, tries);
    const wait = waitBeforeRetry(refusal, tries, this.#anyRoom);
    if (wait === undefined) {
      this.#gaveUp(bot, refusal);
      return;
    }
    // The limit counts all of them together, so nobody else needs to find out.
    if (refusal.reason === "session/too_many_requests") this.#door.pause(wait);
    this.#door.enqueue(() => bot.join(), wait);
  }

  #gaveUp(bot: Bot, refusal: Refusal): void {
    this.#gone.add(bot);
    this.#finalRefusal = refusal;
    this.onChange?.();
    if (this.#hasArrived && this.#gone.size < this.bots.length) return;
    this.#door.close();
    this.#end();
  }
}

function bytesOf(counts: ByteCounts): number {
  return Object.values(counts).reduce((total, bytes) => total + bytes, 0);
}
