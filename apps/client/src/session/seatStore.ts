import type { TextStore } from "./api.ts";
import type { JoinRequest } from "./joinRequest.ts";

/** What a tab keeps so that a reload finds its seat again. */
export interface SeatRecord {
  reconnectionToken: string;
  code: string;
  ticket: string;
  request: JoinRequest;
  seatHoldSeconds: number;
  /** Last time anything arrived (ms since the epoch): from here on the server holds the seat. */
  lastSeenAt: number;
}

const KEY = "tagalong.seat";

/** The seat of this tab: written while connected, read after a reload, gone once the seat is given up. */
export class SeatStore {
  readonly #tab: TextStore;

  constructor(tab: TextStore) {
    this.#tab = tab;
  }

  read(): SeatRecord | undefined {
    const text = this.#tab.getItem(KEY);
    if (text === null) return undefined;
    try {
      return JSON.parse(text) as SeatRecord;
    } catch (error) {
      console.warn("the kept seat is unreadable and is given up", error);
      this.forget();
      return undefined;
    }
  }

  write(seat: SeatRecord): void {
    this.#tab.setItem(KEY, JSON.stringify(seat));
  }

  forget(): void {
    this.#tab.removeItem(KEY);
  }
}
