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
    meaning: "thousands of bytes that one client receives per second",
    value: ({ driver }) => number(driver.downBytesPerSecond / 1_000, 2),
  },
  {
    head: "up kB/s",
    meaning: "thousands of bytes that one client sends per second",
    value: ({ driver }) => number(driver.upBytesPerSecond / 1_000, 2),
  },
  {
    head: "B/player/patch",
    meaning: "payload of a state frame, divided by the number of players in the room",
    value: ({ driver }) => number(driver.bytesPerPlayerPerPatch, 2),
  },
  {
    head: "patches/s",
    meaning: "state frames that one client receives per second",
    value: ({ driver }) => number(driver.patchesPerSecond, 1),
  },
  {
    head: "CPU ms/s",
    meaning: "processor time that the server's process uses per second, all threads: 1000 is one core",
    value: ({ server }) => number(server.cpuMsPerSecond, 0),
  },
  {
    head: "tick p50/p99/max ms",
    meaning: "how long one step takes, with everything that is encoded and sent before the next one",
    value: ({ server: { tickMs } }) => numbers([tickMs.p50, tickMs.p99, tickMs.max], 2),
  },
  {
    head: "loop p99 ms",
    meaning: "how late timers in the server fire, at the 99th percentile",
    value: ({ server }) => number(server.loopDelayP99Ms, 1),
  },
  {
    head: "kB/client",
    meaning:
      "memory per client that the server holds after a garbage collection, heap and external buffers; with few clients this is mostly the room itself",
    value: ({ server }) => number(server.bytesPerClient / 1_000, 1),
  },
  {
    head: "ack p50/p99 ms",
    meaning: "time from sending an input to receiving the state that includes it",
    value: ({ driver: { ackMs } }) => numbers([ackMs.p50, ackMs.p99], 0),
  },
  {
    head: "behind mean/max px",
    meaning:
      "distance from where a remote client draws a player to where the server has them at that moment: mostly the 100 ms of interpolation that all contenders share",
    value: ({ distances: { behind } }) => numbers([behind.mean, behind.max], 2),
  },
  {
    head: "astray mean/max px",
    meaning:
      "distance from where a remote client draws a player to the nearest point of the player's path on the server in the last 600 ms: what encoding and interpolation get wrong",
    value: ({ distances: { astray } }) => numbers([astray.mean, astray.max], 2),
  },
  {
    head: "driver/others ms/s",
    meaning:
      "processor time of the process with all the clients, and of everything else on the machine: when all cores are busy, delays come from these",
    value: ({ driver, othersMsPerSecond }) => numbers([driver.cpuMsPerSecond, othersMsPerSecond], 0),
  },
];

function number(value: number, digits: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(digits);
}

function numbers(values: readonly number[], digits: number): string {
  return values.map((value) => number(value, digits)).join(" / ");
}
