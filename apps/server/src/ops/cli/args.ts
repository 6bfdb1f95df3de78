import { parseArgs } from "node:util";
import type { Asked, CommandName } from "../commands.ts";

export const USAGE = `npm run ops -- COMMAND

  rooms                        all rooms, and where they are
  players [--room CODE]        who is here; --addresses shows where from, which is personal data
  processes                    the processes, and whether they take players
  say "TEXT" [--room CODE]     a line in the chat of every room and the lobby
  kick NAME-OR-ID              end the session of a player or visitor: by name, public id or session id
    [--room CODE] [--ban]      --ban: they cannot come back to that room
  drain PROCESS                hand the rooms of a process on to the others, and give it no new ones
  undrain PROCESS              take that back
  help                         this

  --as NAME                    who you are, for the log (your name on this machine)
  --json                       the answer as JSON
  --url URL                    operations port of the server (http://OPS_HOST:OPS_PORT)

The server takes commands when OPS_PORT and OPS_SECRET are set; both are read from the environment or .env here too.
Every command leaves a line in the server's log.`;

/** A command as the server is told it. */
export type Order = {
  readonly [N in CommandName]: { readonly name: N; readonly asked: Asked<N> };
}[CommandName];

export interface Call {
  readonly order: Order;
  readonly as: string | undefined;
  readonly json: boolean;
  readonly url: string | undefined;
}

export type Parsed =
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly mistake: string }
  | { readonly kind: "call"; readonly call: Call };

const OPTIONS = {
  room: { type: "string" },
  addresses: { type: "boolean" },
  ban: { type: "boolean" },
  as: { type: "string" },
  json: { type: "boolean" },
  url: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;
type Option = keyof typeof OPTIONS;

/** What each command takes: a word with a name, and options beside those that all take. */
const SHAPES: Readonly<Record<CommandName, { readonly word?: string; readonly options: readonly Option[] }>> =
  {
    processes: { options: [] },
    rooms: { options: [] },
    players: { options: ["room", "addresses"] },
    say: { word: "TEXT", options: ["room"] },
    kick: { word: "NAME-OR-ID", options: ["room", "ban"] },
    drain: { word: "PROCESS", options: [] },
    undrain: { word: "PROCESS", options: [] },
  };
const FOR_ALL: readonly Option[] = ["as", "json", "url", "help"];

/** Read the command line. Never throws. */
export function parseCommandLine(args: readonly string[]): Parsed {
  const read = readArgs(args);
  if (typeof read === "string") return { kind: "wrong", mistake: read };
  const { values, positionals } = read;
  const [command, ...words] = positionals;
  if (values.help || command === "help") return { kind: "help" };
  if (command === undefined) return { kind: "wrong", mistake: "which command?" };
  if (!isName(command)) return { kind: "wrong", mistake: `there is no command "${command}"` };
  const { word, options } = SHAPES[command];
  const foreign = Object.keys(values).find((name) => ![...options, ...FOR_ALL].includes(name as Option));
  if (foreign) return { kind: "wrong", mistake: `${command} has no --${foreign}` };
  // An unquoted text of several words is more often meant than not, but not sent to all players on a guess.
  if (words.length !== (word === undefined ? 0 : 1)) {
    const mistake =
      word === undefined
        ? `${command} takes nothing more`
        : `${command} takes one ${word}, in quotes if it has spaces`;
    return { kind: "wrong", mistake };
  }
  const { as, url, json = false } = values;
  return { kind: "call", call: { order: orderOf(command, words[0] ?? "", values), as, json, url } };
}

type Values = Exclude<ReturnType<typeof readArgs>, string>["values"];

function orderOf(
  command: CommandName,
  word: string,
  { room, addresses = false, ban = false }: Values,
): Order {
  switch (command) {
    case "processes":
    case "rooms":
      return { name: command, asked: {} };
    case "players":
      return { name: command, asked: { room, addresses } };
    case "say":
      return { name: command, asked: { text: word, room } };
    case "kick":
      return { name: command, asked: { who: word, room, ban } };
    case "drain":
    case "undrain":
      return { name: command, asked: { process: word } };
  }
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    // It names the option, and says more than fits a line.
    return error instanceof Error ? (error.message.split(/[.\n]/, 1)[0] ?? "") : String(error);
  }
}

function isName(name: string): name is CommandName {
  return Object.hasOwn(SHAPES, name);
}
