import type { Measurement } from "../run.ts";

/** One column of the table: in the terminal, in the document, and in its explanation. */
export interface Column {
  head: string;
  meaning: string;
  value(measurement: Measurement): string;
}

export const COLUMNS: readonly Column[] = [
  { head: "players", meaning: "in one room, all walking", value: ({ players }) => String(players) },
  { head: "contender", meaning: "see below", value: ({ contender }) => contender },
  {
    head: "down kB/s",
    meaning: "bytes that one client receives in a second, in thousands",
    value: ({ driver }) => number(driver.downBytesPerSecond / 1_000, 2),
  },
  {
    head: "up kB/s",
    meaning: "bytes that one client sends in a second, in thousands",
    value: ({ driver }) => number(driver.upBytesPerSecond / 1_000, 2),
  },
  {
    head: "B/player/patch",
    meaning: "payload of a frame of state, divided by the number of players in the room",
    value: ({ driver }) => number(driver.bytesPerPlayerPerPatch, 2),
  },
  {
    head: "patches/s",
    meaning: "frames of state that one client receives in a second",
    value: ({ driver }) => number(driver.patchesPerSecond, 1),
  },
  {
    head: "CPU ms/s",
    meaning: "processor time of the server's process in a second, all threads: 1000 is one core",
    value: ({ server }) => number(server.cpuMsPerSecond, 0),
  },
  {
    head: "tick p50/p99/max ms",
    meaning: "how long one step takes with all that is encoded and sent until the next",
    value: ({ server: { tickMs } }) => numbers([tickMs.p50, tickMs.p99, tickMs.max], 2),
  },
  {
    head: "loop p99 ms",
    meaning: "how late a timer of the server is in the worst hundredth of cases",
    value: ({ server }) => number(server.loopDelayP99Ms, 1),
  },
  {
    head: "kB/client",
    meaning:
      "memory that the server holds for one client after a garbage collection: heap, and buffers outside it; with few clients mostly what the room itself has grown by",
    value: ({ server }) => number(server.bytesPerClient / 1_000, 1),
  },
  {
    head: "ack p50/p99 ms",
    meaning: "from sending an input to receiving the state it is in",
    value: ({ driver: { ackMs } }) => numbers([ackMs.p50, ackMs.p99], 0),
  },
  {
    head: "behind mean/max px",
    meaning:
      "from where a remote client draws a player to where the server has them at that moment: mostly the 100 ms of interpolation that all contenders have alike",
    value: ({ distances: { behind } }) => numbers([behind.mean, behind.max], 2),
  },
  {
    head: "astray mean/max px",
    meaning:
      "from where a remote client draws a player to the nearest point of the way they have gone on the server in the last 600 ms: what encoding and interpolation get wrong",
    value: ({ distances: { astray } }) => numbers([astray.mean, astray.max], 2),
  },
  {
    head: "driver/others ms/s",
    meaning:
      "processor time of the process with all the clients, and of everything else on the machine: when all cores are busy, the delays are theirs",
    value: ({ driver, othersMsPerSecond }) => numbers([driver.cpuMsPerSecond, othersMsPerSecond], 0),
  },
];

function number(value: number, digits: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(digits);
}

function numbers(values: readonly number[], digits: number): string {
  return values.map((value) => number(value, digits)).join(" / ");
}
