import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Logger } from "./logger.ts";

const CHECK_MS = 5_000;
/** Six ticks without a step: every player in every room feels it. */
const STALL_MS = 200;

/** Warn when the process did not get to its work for a while. Returns the way to stop. */
export function watchStalls(logger: Logger): () => void {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const timer = setInterval(() => {
    const longestMs = Math.round(delay.max / 1e6);
    delay.reset();
    if (longestMs > STALL_MS) logger.warn({ event: "stall", longestMs }, `stalled for ${longestMs} ms`);
  }, CHECK_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}
