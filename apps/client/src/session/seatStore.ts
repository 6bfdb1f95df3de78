import { isReason, type Reason } from "@tagalong/shared/session/reasons.ts";
import type { TextStore } from "./api.ts";
import { isJoinRequest, type JoinRequest } from "./joinRequest.ts";

/** What a tab keeps so that a reload finds its seat again. */
export interface SeatRecord {
  reconnectionToken: string;
  code: string;
  ticket: string;
  request: JoinRequest;
  seatHoldSeconds: number;
  /** Last time anything arrived (ms since the epoch): from here on the server holds the seat. */
  lastSeenAt: number;
  /**
   * The seat is gone, and why: the game was updated, or put back, or all tries to have it back were in vain. Its room opens
   * by the ticket, once this page was loaded anew, the room is in a process that fits it, or there is a way to it again.
   */
  endedBy?: Reason;
}

const KEY = "tagalong.seat";

/**
 * The seat of this tab: written while connected, read after a reload, gone once the seat is given up. What is read may
 * have been written by an older version of the page, or a newer one.
 */
export class SeatStore {
  readonly #tab: TextStore;

  constructor(tab: TextStore) {
    this.#tab = tab;
  }

  read(): SeatRecord | undefined {
    const text = this.#tab.getItem(KEY);
    if (text === null) return undefined;
    const seat = parseJson(text);
    if (isSeatRecord(seat)) return seat;
    console.warn("the kept seat is unreadable and is given up");
    this.forget();
    return undefined;
  }

  write(seat: SeatRecord): void {
    this.#tab.setItem(KEY, JSON.stringify(seat));
  }

  forget(): void {
    this.#tab.removeItem(KEY);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever wrote it: it is no record.
    return undefined;
  }
}

function isSeatRecord(value: unknown): value is SeatRecord {
  const seat = value as Partial<Record<keyof SeatRecord, unknown>> | null | undefined;
  return (
    typeof seat?.reconnectionToken === "string" &&
    typeof seat.code === "string" &&
    typeof seat.ticket === "string" &&
    isJoinRequest(seat.request) &&
    typeof seat.seatHoldSeconds === "number" &&
    typeof seat.lastSeenAt === "number" &&
    (seat.endedBy === undefined || isReason(seat.endedBy))
  );
}
