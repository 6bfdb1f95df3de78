import { monitorEventLoopDelay } from "node:perf_hooks";

/** Nobody may keep the others waiting for longer (ms). */
export const TURN_MAX_MS = 50;

/**
 * How long each turn of the event loop keeps everybody else waiting.
 *
 * The delay of the event loop itself depends on what else the machine does, and a test that asserts it fails on a
 * busy one. What a cheat causes of it is the work of one turn: nobody gets a turn before that is done. So the
 * processor time of this thread in each turn is what is asserted, which waits for nobody. The delay is measured
 * besides, to be read.
 */
export class WorkMeter {
  readonly #turns: number[] = [];
  #lapAt = 0;
  readonly #delay = monitorEventLoopDelay({ resolution: 1 });

  constructor() {
    this.#delay.enable();
  }

  /** Measure one turn: all that is done without letting anybody else. */
  turn<T>(work: () => T): T {
    const before = threadMs();
    const result = work();
    this.#turns.push(threadMs() - before);
    return result;
  }

  /** Processor time that 99 of 100 turns since the last time did not need more than (ms). */
  lap(): number {
    const turns = this.#turns.slice(this.#lapAt);
    this.#lapAt = this.#turns.length;
    return percentile(turns, 99);
  }

  /** One line to read. */
  report(): string {
    this.#delay.disable();
    const ms = (value: number) => `${value.toFixed(1)} ms`;
    const turns = [50, 99, 100].map((percent) => ms(percentile(this.#turns, percent))).join(" / ");
    const delays = [this.#delay.percentile(99), this.#delay.max].map((ns) => ms(ns / 1e6)).join(" / ");
    return `${this.#turns.length} turns: work p50/p99/max ${turns}; event loop delay p99/max ${delays}`;
  }
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}

/** Processor time of this thread so far; of the process, where Node cannot tell them apart (ms). */
export function threadMs(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage)();
  return (user + system) / 1_000;
}
