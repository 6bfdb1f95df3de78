/**
 * What went wrong with Redis, in a word: its own (`OOM`, `READONLY`, `WRONGPASS`), or the network's (`ENOTFOUND`).
 * `undefined` when there is none, as for an answer that does not come.
 */
export function wordOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  // Older ones of Redis write more before it when a script is refused.
  return /\b(?!ERR\b)[A-Z]{3,}\b/.exec(error.message)?.[0];
}

/**
 * The same for a line in the log, with the text where there is no word. Never log the error itself: it carries the whole
 * command, and with that a password, or all that is known of a room.
 */
export function faultOf(error: unknown): string {
  return wordOf(error) ?? (error instanceof Error ? error.message : String(error));
}
