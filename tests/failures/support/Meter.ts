import type { ServerProcess } from "../../system/support/process.ts";
import { Stalls } from "../../system/support/Stalls.ts";
import { atEnd } from "./atEnd.ts";
import type { Player } from "./Player.ts";
import type { Report } from "./Report.ts";

/** What held up whom while something went on (ms, each the longest of all). */
export interface Interruptions {
  /** Between two patches of one player. */
  readonly gapMs: number;
  /** The event loop of a server, by what it did itself. */
  readonly serversMs: number;
  /** The event loop of a server, by a machine that had others to run. */
  readonly starvedMs: number;
  /** The event loop that all players share, by whatever it was: they see late what came in time. */
  readonly playersMs: number;
}

/** Tells an interruption that players see from one that the machine makes. */
export class Meter {
  readonly #players = new Stalls();

  constructor() {
    atEnd(() => this.#players.stop());
  }

  /** @param servers those that are expected to go on */
  async during(
    players: readonly Player[],
    servers: readonly ServerProcess[],
    task: () => Promise<unknown>,
  ): Promise<Interruptions> {
    await this.#read(servers);
    for (const player of players) player.begin();
    await task();
    const gapMs = longest(players.map(({ largestGapMs }) => largestGapMs));
    return { gapMs, ...(await this.#read(servers)) };
  }

  async #read(servers: readonly ServerProcess[]): Promise<Omit<Interruptions, "gapMs">> {
    const { ownMs, starvedMs } = this.#players.read();
    const readings = await Promise.all(servers.map((server) => server.readings()));
    return {
      playersMs: longest([ownMs, starvedMs]),
      serversMs: longest(readings.map((reading) => reading.ownMs)),
      starvedMs: longest(readings.map((reading) => reading.starvedMs)),
    };
  }
}

/** What nobody may see of a failure elsewhere: a quarter of a second without a patch. */
const GAP_MS = 250;

/** What the machine may add: it holds up a server, and then the players, and may do so again before anybody caught up. */
export function noiseMs({ starvedMs, playersMs }: Interruptions): number {
  return 2 * (starvedMs + playersMs);
}

/** Write down what a phase interrupted, with what the machine added to it. */
export function reportInterruptions(report: Report, name: string, of: Interruptions): void {
  const { gapMs, serversMs, starvedMs, playersMs } = of;
  report.add({
    what: `${name}: largest gap between two patches`,
    value: gapMs,
    unit: "ms",
    atMost: GAP_MS + noiseMs(of),
  });
  report.add({
    what: `${name}: longest delays: servers' own, servers' by the machine, players'`,
    value: `${serversMs}, ${starvedMs}, ${playersMs}`,
    unit: "ms",
  });
}

function longest(values: readonly number[]): number {
  return Math.round(Math.max(0, ...values));
}
