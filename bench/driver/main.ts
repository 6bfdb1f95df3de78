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
let begin: { at: number; cpu: NodeJS.CpuUsage; traffic: Traffic } | undefined;

/** Bytes of all clients together, since they came. */
interface Traffic {
  down: number;
  up: number;
}

function countTraffic(): Traffic {
  const traffic: Traffic = { down: 0, up: 0 };
  for (const { socket } of clients) {
    traffic.down += socket.bytesRead;
    traffic.up += socket.bytesWritten;
  }
  return traffic;
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
    for (const { acks, state } of clients) {
      acks.delays = [];
      state.frames = 0;
      state.bytes = 0;
    }
    begin = { at: performance.now(), cpu: process.cpuUsage(), traffic: countTraffic() };
  },

  report(): DriverReport {
    if (!begin || !recorder) throw new Error("asked for a report before anything was measured");
    if (lost !== undefined) throw new Error(lost);
    const seconds = (performance.now() - begin.at) / 1_000;
    const { user, system } = process.cpuUsage(begin.cpu);
    const { down, up } = countTraffic();
    const deaf = clients.findIndex(({ state }) => state.frames === 0);
    if (deaf >= 0) throw new Error(`player ${deaf} received no state`);
    const frames = clients.reduce((sum, { state }) => sum + state.frames, 0);
    const bytes = clients.reduce((sum, { state }) => sum + state.bytes, 0);
    return {
      seconds,
      downBytesPerSecond: (down - begin.traffic.down) / players / seconds,
      upBytesPerSecond: (up - begin.traffic.up) / players / seconds,
      bytesPerPlayerPerPatch: bytes / frames / players,
      patchesPerSecond: frames / players / seconds,
      ackMs: spreadOf(clients.flatMap(({ acks }) => acks.delays)),
      cpuMsPerSecond: (user + system) / 1_000 / seconds,
      drawn: recorder.log,
    };
  },
};
export type DriverAnswers = typeof answers;
answerParent(answers);
