import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContenderName } from "./contenders/contender.ts";
import type { ServerAnswers, ServerReport } from "./contenders/main.ts";
import { type Distances, measureDistances } from "./distance.ts";
import type { DriverAnswers, DriverReport } from "./driver/main.ts";
import { Remote } from "./remote.ts";

export interface Timing {
  /** Walked before anything counts (s). */
  warmUpSeconds: number;
  seconds: number;
}

/** One contender with one number of players. */
export interface Measurement {
  contender: ContenderName;
  players: number;
  server: Omit<ServerReport, "truth">;
  driver: Omit<DriverReport, "drawn">;
  /** Processor time of everything else on this machine: it disturbs. */
  othersMsPerSecond: number;
  distances: Distances;
}

const SERVER = new URL("contenders/main.ts", import.meta.url);
const DRIVER = new URL("driver/main.ts", import.meta.url);
const SERVER_OPTIONS = ["--expose-gc"];
/** So that the SDK takes the package `ws`: cheaper than Node's own, and its sockets count their bytes. */
const DRIVER_OPTIONS = ["--no-experimental-websocket"];

/** Measure one contender: its server and its clients each in a process of their own. Throws when anything breaks. */
export async function run(
  contender: ContenderName,
  players: number,
  { warmUpSeconds, seconds }: Timing,
  profile = false,
): Promise<Measurement> {
  const wish = profile ? ["profile"] : [];
  const server = new Remote<ServerAnswers>(SERVER, [contender, String(players), ...wish], SERVER_OPTIONS);
  let driver: Remote<DriverAnswers> | undefined;
  try {
    const port = await server.ask("port");
    driver = new Remote(DRIVER, [contender, String(port), String(players)], DRIVER_OPTIONS);
    await driver.ask("open");
    await server.ask("opened");
    await driver.ask("join");
    const ids = await server.ask("settle");
    await sleep(warmUpSeconds * 1_000);
    await Promise.all([server.ask("measure"), driver.ask("measure", ids)]);
    const busyBefore = busyMs();
    await sleep(seconds * 1_000);
    const busyMsPerSecond = (busyMs() - busyBefore) / seconds;
    const [{ truth, ...ofServer }, { drawn, ...ofDriver }] = await Promise.all([
      server.ask("report"),
      driver.ask("report"),
    ]);
    const distances = measureDistances(truth, drawn);
    const othersMsPerSecond = Math.max(
      0,
      busyMsPerSecond - ofServer.cpuMsPerSecond - ofDriver.cpuMsPerSecond,
    );
    return { contender, players, server: ofServer, driver: ofDriver, othersMsPerSecond, distances };
  } finally {
    await driver?.end();
    await server.end();
  }
}

/** Processor time that all cores together have spent on anything. */
function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}
