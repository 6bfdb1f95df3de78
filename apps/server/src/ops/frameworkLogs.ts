import { debugMessage } from "@colyseus/core";
import type { Logger } from "./logger.ts";

/**
 * Close the framework's channel that writes out what every message says, tickets and whispers included, whatever `DEBUG`
 * asks for. Its other channels name rooms and sessions, and stay.
 */
export function muteMessages(): void {
  debugMessage.enabled = false;
}

/**
 * The framework's own lines, in our log. Bad frames from outside can cause one each: a line is short here,
 * and its stack is for the debug level.
 */
export function createFrameworkLogger(logger: Logger) {
  const child = logger.child({ from: "colyseus" });
  const first = (text: unknown) => String(text).split("\n", 1)[0] ?? "";
  const quiet = (text: unknown) => child.debug(first(text));
  const loud = (text: unknown) => {
    // Twice for every try to reach Redis: `cluster` says once that it is away.
    if (first(text).startsWith("RedisPresence:")) return quiet(text);
    child.warn(first(text));
    child.debug(String(text));
  };
  return { trace: quiet, debug: quiet, info: quiet, warn: loud, error: loud };
}
