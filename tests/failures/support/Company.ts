import { createRandom } from "@tagalong/shared/lib/random.ts";
import { eventually } from "../../../apps/server/test/support/eventually.ts";
import { atEnd } from "./atEnd.ts";
import { Player, type PlayerOptions } from "./Player.ts";

const FRAME_MS = 1_000 / 30;
/** A quarter of them at a time: their inputs reach the servers spread over a tick, as people's do. */
const SHIFTS = 4;
const LEAVE_TIMEOUT_MS = 3_000;

type Invitation = Pick<PlayerOptions, "target" | "walk"> & {
  readonly name?: string;
  /** Another way in than that of the company. */
  readonly endpoint?: string | undefined;
};

/** All players of a test, played by one timer. */
export class Company {
  readonly players: Player[] = [];
  readonly #endpoint: string;
  readonly #random: ReturnType<typeof createRandom>;
  readonly #timer: ReturnType<typeof setInterval>;
  #shift = 0;
  #invited = 0;

  constructor(endpoint: string, seed = 1) {
    this.#endpoint = endpoint;
    this.#random = createRandom(seed);
    this.#timer = setInterval(() => this.#play(performance.now()), FRAME_MS / SHIFTS);
    atEnd(() => this.#disband());
  }

  /** One more, who has not asked for a seat yet. */
  invite({ target, walk, name, endpoint = this.#endpoint }: Invitation): Player {
    const player = new Player({
      target,
      endpoint,
      name: name ?? `Player ${++this.#invited}`,
      random: createRandom(this.#random() * 2 ** 32),
      ...(walk && { walk }),
    });
    this.players.push(player);
    return player;
  }

  /** Some more into the room of a code. */
  async fill(count: number, code: string, password?: string): Promise<Player[]> {
    const target = { kind: "code", code, ...(password === undefined ? {} : { password }) } as const;
    const some = Array.from({ length: count }, () => this.invite({ target }));
    await Promise.all(some.map((player) => player.enter()));
    return some;
  }

  /** Somebody who has left does not come back. */
  dismiss(player: Player): void {
    const index = this.players.indexOf(player);
    if (index === -1) throw new Error(`${player.name} is not here`);
    this.players.splice(index, 1);
  }

  /** What is measured from now on counts. */
  begin(): void {
    for (const player of this.players) player.begin();
  }

  /** Everybody leaves as a player does, and nobody plays any more. */
  async #disband(): Promise<void> {
    clearInterval(this.#timer);
    const all = Promise.all(this.players.map((player) => player.leave()));
    const late = new Promise((resolve) => setTimeout(resolve, LEAVE_TIMEOUT_MS).unref());
    await Promise.race([all, late]);
  }

  #play(now: number): void {
    for (let index = this.#shift; index < this.players.length; index += SHIFTS) {
      this.players[index]?.bot.frame(now);
    }
    this.#shift = (this.#shift + 1) % SHIFTS;
  }
}

/** How long each of them took to be back in a room after that moment (ms), shortest first. */
export async function returns(
  players: readonly Player[],
  since: number,
  timeoutMs: number,
): Promise<number[]> {
  await eventually(
    () =>
      players.every((player) => player.returnedAt(since) !== undefined) ||
      Promise.reject(new Error(`not back: ${describeAbsent(players, since)}`)),
    timeoutMs,
  );
  return players.map((player) => (player.returnedAt(since) ?? Number.NaN) - since).sort((a, b) => a - b);
}

function describeAbsent(players: readonly Player[], since: number): string {
  return players
    .filter((player) => player.returnedAt(since) === undefined)
    .map(
      ({ name, connection, why, changes }) =>
        `${name} is ${connection.state.name} (${why}) after ${changes.map(({ to }) => to.name).join(", ")}`,
    )
    .join("; ");
}
