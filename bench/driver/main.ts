import type { ContenderName } from "../contenders/contender.ts";
import type { DrawnLog } from "../distance.ts";
import { answerParent } from "../remote.ts";
import { type Spread, spreadOf } from "../statistics.ts";
import { createWalk } from "../trace.ts";
import type { CreateCrowd, DriverClient } from "./client.ts";
import { DrawnRecorder } from "./DrawnRecorder.ts";
import { pace } from "./pace.ts";

// All clients of one contender in one process: `node driver/main.ts NAME PORT PLAYERS`.

export interface DriverReport {
  seconds: number;
  /** Everything that went over the sockets, per client and second. */
  downBytesPerSecond: number;
  upBytesPerSecond: number;
  /** Payload of the frames of state. */
  bytesPerPlayerPerPatch: number;
  patchesPerSecond: number;
  ackMs: Spread;
  cpuMsPerSecond: number;
  drawn: DrawnLog;
}

/** How many clients are complete and draw. */
const DRAWING = 3;
const FRAME_MS = 1_000 / 60;
/** Every so many frames it is written down what is drawn. */
const SAMPLED_FRAMES = 3;
/** How many come at the same time. */
const BATCH = 25;

const [name, port, count] = process.argv.slice(2) as [ContenderName, string, string];
const players = Number(count);
const { createCrowd } = (await import(`./${name}.ts`)) as { createCrowd: CreateCrowd };
const crowd = createCrowd(Number(port), players);
const clients: DriverClient[] = [];
let lost: string | undefined;
let recorder: DrawnRecorder | undefined;
let begin: { at: number; cpu: NodeJS.CpuUsage; counts: Counts } | undefined;

interface Counts {
  down: number;
  up: number;
  frames: number;
  stateBytes: number;
}

function countAll(): Counts {
  const counts: Counts = { down: 0, up: 0, frames: 0, stateBytes: 0 };
  for (const { socket, state } of clients) {
    counts.down += socket.bytesRead;
    counts.up += socket.bytesWritten;
    counts.frames += state.frames;
    counts.stateBytes += state.bytes;
  }
  return counts;
}

async function join(player: number): Promise<void> {
  const onLost = (why: string) => {
    lost ??= `player ${player} was lost: ${why}`;
  };
  clients[player] = await crowd.join(player, player < DRAWING, onLost);
}

function draw(): void {
  let frames = 0;
  setInterval(() => {
    frames += 1;
    for (const { view } of clients) {
      view?.frame();
      if (view && frames % SAMPLED_FRAMES === 0) recorder?.record(view);
    }
  }, FRAME_MS);
}

const answers = {
  /** The first one joins. */
  open: () => join(0),

  /** All others join, and everybody begins to walk. */
  async join(): Promise<void> {
    for (let first = 1; first < players; first += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, players - first) }, (_, index) => first + index);
      await Promise.all(batch.map(join));
    }
    draw();
    const walks = clients.map((_, player) => createWalk(player));
    const { callsPerSecond } = crowd;
    pace(players, callsPerSecond, (player, turn) => {
      const heading = walks[player]?.((turn * 1_000) / callsPerSecond);
      if (heading) clients[player]?.hold(heading);
    });
  },

  measure(ids: readonly string[]): void {
    recorder = new DrawnRecorder(ids);
    for (const { acks } of clients) acks.delays = [];
    begin = { at: performance.now(), cpu: process.cpuUsage(), counts: countAll() };
  },

  report(): DriverReport {
    if (!begin || !recorder) throw new Error("asked for a report before anything was measured");
    if (lost !== undefined) throw new Error(lost);
    const seconds = (performance.now() - begin.at) / 1_000;
    const { user, system } = process.cpuUsage(begin.cpu);
    const counts = countAll();
    const frames = counts.frames - begin.counts.frames;
    if (frames === 0) throw new Error("no state was received");
    return {
      seconds,
      downBytesPerSecond: (counts.down - begin.counts.down) / players / seconds,
      upBytesPerSecond: (counts.up - begin.counts.up) / players / seconds,
      bytesPerPlayerPerPatch: (counts.stateBytes - begin.counts.stateBytes) / frames / players,
      patchesPerSecond: frames / players / seconds,
      ackMs: spreadOf(clients.flatMap(({ acks }) => acks.delays)),
      cpuMsPerSecond: (user + system) / 1_000 / seconds,
      drawn: recorder.log,
    };
  },
};
export type DriverAnswers = typeof answers;
answerParent(answers);
