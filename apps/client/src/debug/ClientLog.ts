import { type Signal, signal } from "@preact/signals";

export interface LogEntry {
  /** Milliseconds since the epoch. */
  at: number;
  text: string;
}

const LOG_MAX = 200;

/** What this client saw happen, newest last: connection changes, refusals, notices. For the debug overlay. */
export class ClientLog {
  readonly entries: Signal<readonly LogEntry[]> = signal([]);

  add(text: string): void {
    this.entries.value = [...this.entries.value, { at: Date.now(), text }].slice(-LOG_MAX);
  }

  /** All of it as plain text, for a bug report. */
  toText(): string {
    return this.entries.value.map(({ at, text }) => `${new Date(at).toISOString()} ${text}`).join("\n");
  }
}
