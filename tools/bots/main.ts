import type { BotsMuster } from "@tagalong/client/debug/botsClient.ts";
import { type BotOptions, parseArguments, USAGE } from "./args.ts";
import { Flock } from "./Flock.ts";
import { progressLine, refusalLines, refusalText, summaryLine, type Tally, whatHappened } from "./tally.ts";

/** At most this often a line on how it stands (ms), when that changed, */
const PROGRESS_MS = 3_000;
/** and this often in any case. */
const ALIVE_MS = 30_000;

// The SDK warns of every join that is refused. Here each of them is reported, in the words that a player reads.
const { warn } = console;
console.warn = (...args) => {
  if (!/^Room connection was closed unexpectedly/.test(String(args[0]))) warn(...args);
};

const read = parseArguments(process.argv.slice(2));
switch (read.kind) {
  case "help":
    console.log(USAGE);
    break;
  case "wrong":
    console.error(`${read.mistakes.join("\n")}\n\n${USAGE}`);
    process.exitCode = 2;
    break;
  case "run":
    process.exitCode = await play(read.options);
    // Whatever still waits for a server that does not answer any more waits alone.
    setTimeout(() => process.exit(), 1_000).unref();
}

/** Play until told to stop, until the time is over, or until nobody plays any more. Returns the exit code. */
async function play(options: BotOptions): Promise<number> {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1_000;
  const flock = new Flock({ ...options, seed });
  console.log(greeting(options, seed));
  // Whoever started us as a helper wants to know how many there are to see, and why not more.
  flock.onChange = () => {
    if (process.connected) process.send?.(musterOf(flock.tally()));
  };
  flock.start();
  const report = setInterval(createReport(flock, elapsed), PROGRESS_MS);
  await Promise.race([flock.ended, stopped(options.seconds)]);
  clearInterval(report);
  const { reconnecting } = flock.tally();
  await flock.leave();
  const tally: Tally = { ...flock.tally(), reconnecting };
  const [refusal] = tally.refusals.slice(-1);
  if (process.connected) process.disconnect?.();
  if (!tally.hasArrived && refusal) {
    console.error(`No bot could join at ${options.url}: ${refusalText(refusal)} (${refusal.reason})`);
    return 1;
  }
  console.log(summaryLine(tally, elapsed()));
  return 0;
}

function musterOf({ wanted, playing, gone, finalRefusal }: Tally): BotsMuster {
  return { wanted, playing, gone, ...(finalRefusal && { why: whatHappened(finalRefusal) }) };
}

function greeting({ count, url, room, walk, chat, net }: BotOptions, seed: number): string {
  const where = room === undefined ? `${url}, by quick play` : `room ${room} at ${url}`;
  const how = [`walk ${walk}`, chat && "with chat", net && `network ${net}`, `seed ${seed}`]
    .filter(Boolean)
    .join(", ");
  return `${count} ${count === 1 ? "bot" : "bots"} for ${where} (${how}). Ctrl-C calls them back.`;
}

/** Resolves on Ctrl-C, when asked to end, when whoever started us is gone, or when the time is over. */
function stopped(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    // More than once, and not only the first: npm and a terminal both pass a Ctrl-C on.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
    if (process.connected) process.once("disconnect", () => resolve());
    if (seconds !== undefined) setTimeout(resolve, seconds * 1_000).unref();
  });
}

function createReport(flock: Flock, elapsed: () => number): () => void {
  let told = "";
  let toldRefusals = 0;
  let toldAt = performance.now();
  return () => {
    const tally = flock.tally();
    for (const line of refusalLines(tally.refusals.slice(toldRefusals))) console.log(`        ${line}`);
    toldRefusals = tally.refusals.length;
    const line = progressLine(tally);
    if (line === told && performance.now() - toldAt < ALIVE_MS) return;
    told = line;
    toldAt = performance.now();
    console.log(`${elapsed().toFixed(0).padStart(4)} s  ${line}`);
  };
}
