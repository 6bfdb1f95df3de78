import { parseArgs } from "node:util";
import { CONTENDERS, type ContenderName } from "./contenders/contender.ts";
import type { Timing } from "./run.ts";

export interface Options {
  contenders: readonly ContenderName[];
  players: readonly number[];
  timing: Timing;
  /** Directory for the document and the chart; none: they are not written. */
  out: string | undefined;
  profile: boolean;
}

export const USAGE = `npm run bench -- [options]
  --quick                     20 and 50 players, short
  --players 20,50,100,200,500
  --contenders ${CONTENDERS.join(",")}
  --seconds 10                how long each is measured
  --out DIRECTORY             where to write performance.md and performance.svg. Without it a whole run writes into
                              docs/, and one that leaves anything out writes nothing
  --profile                   also print where each server's time goes`;

const PLAYERS = [20, 50, 100, 200, 500];
const QUICK_PLAYERS = [20, 50];
const DOCS = "docs";

/** Throws, with the mistake, what cannot be understood. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      players: { type: "string" },
      contenders: { type: "string" },
      seconds: { type: "string" },
      out: { type: "string" },
      profile: { type: "boolean", default: false },
    },
  });
  const { quick, players, contenders, seconds, profile } = values;
  const isWhole = !quick && !profile && [players, contenders, seconds].every((value) => value === undefined);
  return {
    contenders: contenders?.split(",").map(readContender) ?? CONTENDERS,
    players: players?.split(",").map(readPlayers) ?? (quick ? QUICK_PLAYERS : PLAYERS),
    timing: {
      warmUpSeconds: quick ? 1 : 3,
      seconds: seconds === undefined ? (quick ? 2 : 10) : readNumber(seconds),
    },
    out: values.out ?? (isWhole ? DOCS : undefined),
    profile,
  };
}

function readContender(name: string): ContenderName {
  const contender = CONTENDERS.find((one) => one === name);
  if (!contender) throw new Error(`no contender "${name}"; there are: ${CONTENDERS.join(", ")}`);
  return contender;
}

function readNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`"${text}" is no number above 0`);
  return value;
}

function readPlayers(text: string): number {
  const players = readNumber(text);
  if (!Number.isInteger(players) || players < 2) throw new Error(`"${text}" is no number of players above 1`);
  return players;
}
