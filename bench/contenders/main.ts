import { registerHooks } from "node:module";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { TruthLog } from "../distance.ts";
import { answerParent } from "../remote.ts";
import { type Spread, spreadOf } from "../statistics.ts";
import type { ContenderName, StartContender } from "./contender.ts";
import { Profile, type ProfileRow } from "./Profile.ts";
import { TickMeter } from "./TickMeter.ts";
import { TruthRecorder } from "./TruthRecorder.ts";

// One contender's server as a process of its own: `node contenders/main.ts NAME PLAYERS [profile]`, with --expose-gc.

export interface ServerReport {
  seconds: number;
  cpuMsPerSecond: number;
  tickMs: Spread;
  /** How late a timer can be (ms). */
  loopDelayP99Ms: number;
  bytesPerClient: number;
  /** Where the time went, if that was asked for. */
  profile: ProfileRow[] | undefined;
  truth: TruthLog;
}

const LOOP_RESOLUTION_MS = 5;

// The framework loads this monitor wherever it finds it. It comes with the test tools, never with a server.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "@pm2/io") throw new Error("no monitor here");
    return next(specifier, context);
  },
});

const [name, players, wish] = process.argv.slice(2) as [ContenderName, string, string | undefined];
const { start } = (await import(`./${name}.ts`)) as { start: StartContender };
const meter = new TickMeter();
const profile = wish === "profile" ? new Profile() : undefined;
let recorder: TruthRecorder | undefined;
const contender = await start({ players: Number(players), meter, onStep: () => recorder?.record() });
const loopDelay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
let bytesBefore = 0;
let bytesPerClient = 0;
let since = 0;
let cpuSince = process.cpuUsage();

/** All that the garbage collector cannot free: the heap, and buffers outside it. */
function bytesInUse(): number {
  if (!globalThis.gc) throw new Error("start this with --expose-gc");
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const answers = {
  port: () => contender.port,

  /** The first client is here: what a room needs by itself is there, and each further client costs the same. */
  opened(): void {
    bytesBefore = bytesInUse();
  },

  /** Everybody is here and walks. Answers with the ids of those whose places are written down from now on. */
  settle(): readonly string[] {
    bytesPerClient = (bytesInUse() - bytesBefore) / (Number(players) - 1);
    recorder = new TruthRecorder(contender);
    return recorder.ids;
  },

  async measure(): Promise<void> {
    await profile?.start();
    meter.restart();
    loopDelay.enable();
    loopDelay.reset();
    since = performance.now();
    cpuSince = process.cpuUsage();
  },

  async report(): Promise<ServerReport> {
    const { user, system } = process.cpuUsage(cpuSince);
    const seconds = (performance.now() - since) / 1_000;
    if (!recorder) throw new Error("asked for a report before anything was measured");
    const truth = recorder.log;
    // From now on players may leave.
    recorder = undefined;
    return {
      seconds,
      cpuMsPerSecond: (user + system) / 1_000 / seconds,
      tickMs: spreadOf(meter.ticks),
      // The histogram has the time between two timers, of which the resolution was asked for.
      loopDelayP99Ms: Math.max(0, loopDelay.percentile(99) / 1e6 - LOOP_RESOLUTION_MS),
      bytesPerClient,
      profile: await profile?.stop(),
      truth,
    };
  },
};
export type ServerAnswers = typeof answers;
answerParent(answers);
