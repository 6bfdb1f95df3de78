import type { Reason } from "@tagalong/shared/session/reasons.ts";
import { TICK_MS } from "@tagalong/shared/world/tuning.ts";
import { Counter, Histogram, Registry } from "prom-client";
import { currentRequest } from "../http/requests.ts";
import type { AuditOutcome } from "./audit.ts";
import { type Countable, createCensus, type RedisState } from "./census.ts";
import type { CommandName } from "./commands.ts";

/** Of a tick (s). One bound is the tick's own length: what lies above has overrun. */
const TICK_BOUNDS = [0.000_25, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, TICK_MS / 1_000, 0.05, 0.1, 0.25, 1];

/** Figures with few, fixed labels: a reason is one of the catalogue, never text from outside. */
export class Metrics {
  readonly registry = new Registry();
  readonly refusals = this.#counter("tagalong_refusals_total", "Refusals, kicks and closes", ["reason"]);
  readonly joins = this.#counter("tagalong_joins_total", "Seats approved", []);
  readonly leaves = this.#counter("tagalong_leaves_total", "Approved seats given up", ["cause"]);
  readonly drops = this.#counter("tagalong_drops_total", "Connections lost with the seat held", []);
  readonly reconnects = this.#counter("tagalong_reconnects_total", "Held seats taken again", []);
  readonly chatLines = this.#counter("tagalong_chat_lines_total", "Chat lines said", ["kind"]);
  readonly inputs = this.#counter(
    "tagalong_inputs_total",
    "Input frames by what became of them",
    ["fate"],
    () => this.#askRooms(),
  );
  readonly exceptions = this.#counter("tagalong_exceptions_total", "Exceptions caught in rooms", ["where"]);
  readonly overruns = this.#counter("tagalong_tick_overruns_total", "Steps that took longer than a tick", []);
  readonly stateBytes = this.#counter(
    "tagalong_state_bytes_total",
    "Patches and full states handed to sockets, without the headers of WebSocket and TCP",
    ["kind"],
  );
  readonly commands = this.#counter(
    "tagalong_operator_commands_total",
    "Commands of operators by what came of them",
    ["command", "outcome"],
  );
  readonly #ticks = new Histogram({
    name: "tagalong_tick_seconds",
    help: "Time that one step of one room took, its patch included",
    buckets: TICK_BOUNDS,
    registers: [this.registry],
  });
  readonly #askRooms: () => void;

  /**
   * @param rooms all that there are, at any time
   * @param build as shown to clients
   * @param redis where there is one
   */
  constructor(rooms: Iterable<Countable>, build: string, redis?: RedisState) {
    createCensus(this.registry, rooms, build, redis);
    this.#askRooms = () => {
      for (const room of rooms) room.reportCounts();
    };
  }

  refused(reason: Reason): void {
    this.refusals.inc({ reason });
    const request = currentRequest();
    if (request) request.reason = reason;
  }

  /** @param ms that one step of one room took */
  ticked(ms: number): void {
    this.#ticks.observe(ms / 1_000);
    if (ms > TICK_MS) this.overruns.inc();
  }

  /** @param bytes to all clients of a room together */
  stateSent(kind: "patch" | "full", bytes: number): void {
    this.stateBytes.inc({ kind }, bytes);
  }

  /** @param counts what became of inputs since that was last told */
  inputsTaken(counts: Readonly<Record<"used" | "dropped" | "refused", number>>): void {
    for (const [fate, count] of Object.entries(counts)) this.inputs.inc({ fate }, count);
  }

  commanded(command: CommandName, outcome: AuditOutcome): void {
    this.commands.inc({ command, outcome });
  }

  /** How often a reason was counted, for tests. */
  async countOf(reason: Reason): Promise<number> {
    const { values } = await this.refusals.get();
    return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
  }

  #counter<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    collect?: () => void,
  ) {
    const registers = [this.registry];
    return new Counter({ name, help, labelNames: [...labelNames], registers, ...(collect && { collect }) });
  }
}
