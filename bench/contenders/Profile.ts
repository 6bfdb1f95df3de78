import { type Profiler, Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

/** What part of the measured time one function took. */
export interface ProfileRow {
  where: string;
  /** Itself. */
  self: number;
  /** With all that it called. */
  total: number;
}

const SAMPLING_US = 500;
/** How many rows there are of those that took most themselves, and of those that took most in total. */
const ROWS_EACH = 20;

/** A profile of this process, taken while it is measured. */
export class Profile {
  readonly #session = new Session();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post("Profiler.enable");
    await this.#session.post("Profiler.setSamplingInterval", { interval: SAMPLING_US });
    await this.#session.post("Profiler.start");
  }

  /** The functions that took most, most in total first. Idling is one of them. */
  async stop(): Promise<ProfileRow[]> {
    const { profile } = await this.#session.post("Profiler.stop");
    this.#session.disconnect();
    return summarise(profile);
  }
}

function summarise({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): ProfileRow[] {
  const whereOf = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const callerOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const rows = new Map<string, ProfileRow>();
  const whole = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  for (const [index, sampled] of samples.entries()) {
    const share = (timeDeltas[index] ?? 0) / whole;
    const stack = new Set<string>();
    for (let id: number | undefined = sampled; id !== undefined; id = callerOf.get(id)) {
      stack.add(whereOf.get(id) ?? "?");
    }
    for (const where of stack) {
      const row = rows.get(where) ?? { where, self: 0, total: 0 };
      rows.set(where, row);
      row.total += share;
      if (where === whereOf.get(sampled)) row.self += share;
    }
  }
  const most = (column: "self" | "total") =>
    [...rows.values()].sort((a, b) => b[column] - a[column]).slice(0, ROWS_EACH);
  return [...new Set([...most("total"), ...most("self")])].sort((a, b) => b.total - a.total);
}

function nameOf({ functionName, url, lineNumber }: Profiler.ProfileNode["callFrame"]): string {
  const name = functionName || "(anonymous)";
  if (!url) return name;
  const path = url.startsWith("file:") ? fileURLToPath(url) : url;
  return `${name}  ${path.split("/").slice(-3).join("/")}:${lineNumber + 1}`;
}
