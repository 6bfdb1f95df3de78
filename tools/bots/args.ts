import { parseArgs } from "node:util";
import {
  isNetworkPreset,
  NETWORK_PRESETS,
  type NetworkPresetName,
} from "@tagalong/client/debug/networkPresets.ts";
import { CODE_LENGTH, parseRoomCode } from "@tagalong/shared/lobby/codes.ts";
import { isWalk, WALKS, type WalkName } from "./walks.ts";

/** More than one process can draw in time on any machine we know. */
const COUNT_MAX = 1_000;
const COUNT_DEFAULT = 10;
const URL_DEFAULT = "http://localhost:2567";

export interface BotOptions {
  count: number;
  /** Code of the room to join; without one it is quick play. */
  room: string | undefined;
  password: string | undefined;
  walk: WalkName;
  chat: boolean;
  /** The network to pretend; without one it is the real one as it is. */
  net: NetworkPresetName | undefined;
  /** Base address of the server, without a slash at the end. */
  url: string;
  /** How long to play (s); without it until told to stop. */
  seconds: number | undefined;
  /** Names, looks and walks follow from it; without one a new one is drawn. */
  seed: number | undefined;
}

export type Arguments =
  | { kind: "run"; options: BotOptions }
  | { kind: "help" }
  | { kind: "wrong"; mistakes: string[] };

const PRESET_NAMES = Object.keys(NETWORK_PRESETS).join("|");

export const USAGE = `npm run bots -- [count] [options]

  count              how many, 1 to ${COUNT_MAX} (${COUNT_DEFAULT})
  --room CODE        into this room; without it quick play: the fullest open room first, then the next
  --password WORD    of that room
  --walk NAME        ${WALKS.join("|")} (wander)
  --chat             they say something now and then
  --net NAME         ${PRESET_NAMES}
  --url ADDRESS      of the server (${URL_DEFAULT}, or on the PORT of the environment or .env)
  --seconds N        stop after so long; without it Ctrl-C does
  --seed N           the same names, looks and walks again
  --help             this text`;

/** Read the command line. Every mistake is told together, one sentence each. Never throws. */
export function parseArguments(argv: readonly string[]): Arguments {
  const mistakes: string[] = [];
  const { values, positionals } = split(argv, mistakes);
  if (values.help) return { kind: "help" };
  if (positionals.length > 1) mistakes.push(`One count is enough: ${positionals.join(" ")}.`);
  const { walk = "wander", net } = values;
  if (!isWalk(walk)) mistakes.push(`There is no walk "${walk}": ${WALKS.join(", ")}.`);
  if (net !== undefined && !isNetworkPreset(net)) {
    mistakes.push(`There is no network "${net}": ${PRESET_NAMES.replaceAll("|", ", ")}.`);
  }
  const room = values.room === undefined ? undefined : parseRoomCode(values.room);
  if (values.room !== undefined && room === undefined) {
    mistakes.push(`"${values.room}" is no room code: a code has ${CODE_LENGTH} letters.`);
  }
  if (values.password !== undefined && values.room === undefined) {
    mistakes.push("--password needs the --room it is for.");
  }
  const options: Omit<BotOptions, "walk" | "net"> = {
    count: whole("The count", positionals[0], [1, COUNT_MAX], mistakes) ?? COUNT_DEFAULT,
    room,
    password: values.password,
    chat: values.chat ?? false,
    url: address(values.url ?? URL_DEFAULT, mistakes),
    seconds: whole("--seconds", values.seconds, [1, 1_000_000], mistakes),
    seed: whole("--seed", values.seed, [0, 2 ** 32 - 1], mistakes),
  };
  if (mistakes.length > 0 || !isWalk(walk) || (net !== undefined && !isNetworkPreset(net))) {
    return { kind: "wrong", mistakes };
  }
  return { kind: "run", options: { ...options, walk, net } };
}

type TextOption = "room" | "password" | "walk" | "net" | "url" | "seconds" | "seed";
type FlagOption = "chat" | "help";
type Values = Partial<Record<TextOption, string> & Record<FlagOption, boolean>>;

const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean" } as const;
const OPTIONS: Record<TextOption, typeof TEXT> & Record<FlagOption, typeof FLAG & { short?: string }> = {
  room: TEXT,
  password: TEXT,
  walk: TEXT,
  chat: FLAG,
  net: TEXT,
  url: TEXT,
  seconds: TEXT,
  seed: TEXT,
  help: { ...FLAG, short: "h" },
};

/** Sort the words. Node's strict reading would stop at the first mistake, so this one judges the words itself. */
function split(argv: readonly string[], mistakes: string[]): { values: Values; positionals: string[] } {
  const { tokens } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: OPTIONS,
    strict: false,
    tokens: true,
  });
  const values: Values = {};
  const positionals: string[] = [];
  let unknownAt: number | undefined;
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, value, index, inlineValue } = token;
    if (isFlag(name)) {
      if (value === undefined) values[name] = true;
      else mistakes.push(`--${name} takes no value.`);
    } else if (isText(name)) {
      // What looks like the next option is one: the value was forgotten.
      if (value === undefined || (!inlineValue && value.startsWith("--"))) {
        mistakes.push(`--${name} needs a value.`);
      } else values[name] = value;
    } else if (index !== unknownAt) {
      // Node takes "-50" for the options -5 and -0.
      unknownAt = index;
      const word = argv[index] ?? name;
      if (/^-\d/.test(word)) positionals.push(word);
      else mistakes.push(`There is no option ${word.split("=", 1)[0]}.`);
    }
  }
  return { values, positionals };
}

function isFlag(name: string): name is FlagOption {
  return Object.hasOwn(OPTIONS, name) && OPTIONS[name as FlagOption].type === "boolean";
}

function isText(name: string): name is TextOption {
  return Object.hasOwn(OPTIONS, name) && OPTIONS[name as TextOption].type === "string";
}

function whole(
  what: string,
  typed: string | undefined,
  [least, most]: readonly [number, number],
  mistakes: string[],
): number | undefined {
  if (typed === undefined) return undefined;
  const value = /^\d+$/.test(typed) ? Number(typed) : Number.NaN;
  if (value >= least && value <= most) return value;
  mistakes.push(`${what} is "${typed}", but must be a whole number from ${least} to ${most}.`);
  return undefined;
}

function address(typed: string, mistakes: string[]): string {
  const isWeb = URL.canParse(typed) && /^https?:$/.test(new URL(typed).protocol);
  if (!isWeb) mistakes.push(`--url is "${typed}", but must be an address such as ${URL_DEFAULT}.`);
  return typed.replace(/\/+$/, "");
}
