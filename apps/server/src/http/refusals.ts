import { type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { encodeRefusal, type Reason } from "@tagalong/shared/session/reasons.ts";
import type { Logger } from "../ops/logger.ts";
import type { Metrics } from "../ops/metrics.ts";

/** So often one kind of refusal at the edge is a line in the log; the figures have them all. */
const LINE_MS = 10_000;
/** Who is refused in the middle of sending gets so long to read why. */
const LINGER_MS = 1_000;

/**
 * Counts and logs who is refused before anything is known of them but an address. Anybody can cause thousands of these
 * in a second, so the log tells of one kind only now and then, and how often it was meanwhile.
 */
export class EdgeRefusals {
  readonly #metrics: Pick<Metrics, "refused">;
  readonly #logger: Logger;
  readonly #kinds = new Map<string, { until: number; untold: number }>();

  constructor(metrics: Pick<Metrics, "refused">, logger: Logger) {
    this.#metrics = metrics;
    this.#logger = logger;
  }

  /**
   * @param what was wrong, as one of few fixed words: it is remembered by that
   * @param fields more of it for the line
   */
  note(reason: Reason, what: string, address: string, fields: object = {}): void {
    this.#metrics.refused(reason);
    const now = performance.now();
    const kind = this.#kinds.get(what) ?? { until: 0, untold: 0 };
    this.#kinds.set(what, kind);
    if (now < kind.until) {
      kind.untold += 1;
      return;
    }
    const { untold } = kind;
    this.#kinds.set(what, { until: now + LINE_MS, untold: 0 });
    this.#logger.warn(
      { event: "refused", reason, what, address, ...fields, ...(untold > 0 && { sinceLast: untold }) },
      `refused: ${what}`,
    );
  }
}

/** What a refusal looks like to a client that has no seat yet. The SDK reads the reason out of `error`. */
function bodyOf(status: number, reason: Reason): string {
  return JSON.stringify({ code: status, error: encodeRefusal({ reason }) });
}

/** Answer a request with a reason, and close its connection: what it still sends is not read. */
export function answerRefused(response: ServerResponse, status: number, reason: Reason): void {
  const body = bodyOf(status, reason);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    Connection: "close",
  });
  response.end(body);
}

/** The same where there is only a socket: for what was no request, and for an upgrade. */
export function answerRefusedRaw(socket: Duplex, status: number, reason: Reason): void {
  const body = bodyOf(status, reason);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  // To close at once, with something unread, would take the answer away from the other side.
  socket.on("error", () => socket.destroy());
  socket.on("end", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
