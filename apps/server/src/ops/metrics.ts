import type { Reason } from "@tagalong/shared/session/reasons.ts";
import { Counter, Registry } from "prom-client";

/** Counters with few, fixed labels: a reason is one of the catalogue, never text from outside. */
export class Metrics {
  readonly registry = new Registry();
  readonly refusals = this.#counter("tagalong_refusals_total", "Refusals, kicks and closes", ["reason"]);
  readonly joins = this.#counter("tagalong_joins_total", "Seats approved", []);
  readonly drops = this.#counter("tagalong_drops_total", "Connections lost with the seat held", []);
  readonly reconnects = this.#counter("tagalong_reconnects_total", "Held seats taken again", []);
  readonly chatLines = this.#counter("tagalong_chat_lines_total", "Chat lines said", ["kind"]);
  readonly inputs = this.#counter("tagalong_inputs_total", "Input frames by what became of them", ["fate"]);
  readonly exceptions = this.#counter("tagalong_exceptions_total", "Exceptions caught in rooms", ["where"]);

  refused(reason: Reason): void {
    this.refusals.inc({ reason });
  }

  /** How often a reason was counted, for tests and the shutdown summary. */
  async countOf(reason: Reason): Promise<number> {
    const { values } = await this.refusals.get();
    return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]) {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }
}
