import type { GuestRequest, GuestResponse } from "@tagalong/shared/session/protocol.ts";
import { callApi, type TextStore } from "./api.ts";

const TOKEN_KEY = "tagalong.guest";
/** A token that ends within a day is renewed, so that none ends in the middle of an evening. */
const RENEW_BEFORE_MS = 24 * 60 * 60 * 1000;
const ASK_TIMEOUT_MS = 10_000;

/** A token that is on its way, for whoever waits for it. */
interface Asking {
  readonly token: Promise<string>;
  readonly end: AbortController;
  waiting: number;
}

/** The guest this browser is: one token, kept between visits, renewed before it ends. */
export class Guest {
  readonly #endpoint: string;
  readonly #store: TextStore;
  /** A first visit wants one for the lobby and one for a room: both get the same, and are the same guest. */
  #asking: Asking | undefined;

  constructor(endpoint: string, store: TextStore) {
    this.#endpoint = endpoint;
    this.#store = store;
  }

  /** A token that is good for a while. Asks the server only when there is none, or it ends soon. */
  async token(signal?: AbortSignal): Promise<string> {
    const kept = this.#read();
    if (kept && isLasting(kept)) return kept.token;
    const asking = this.#asking ?? this.#begin(kept);
    asking.waiting += 1;
    const leave = () => {
      asking.waiting -= 1;
      if (asking.waiting > 0) return;
      asking.end.abort();
      this.#forgetAsking(asking);
    };
    signal?.addEventListener("abort", leave, { once: true });
    try {
      return await asking.token;
    } finally {
      signal?.removeEventListener("abort", leave);
      this.#forgetAsking(asking);
    }
  }

  #begin(kept: GuestResponse | undefined): Asking {
    const end = new AbortController();
    const token = this.#ask(kept, AbortSignal.any([end.signal, AbortSignal.timeout(ASK_TIMEOUT_MS)]));
    this.#asking = { token, end, waiting: 0 };
    return this.#asking;
  }

  #forgetAsking(asking: Asking): void {
    if (this.#asking === asking) this.#asking = undefined;
  }

  async #ask(kept: GuestResponse | undefined, signal: AbortSignal): Promise<string> {
    const body: GuestRequest = kept ? { token: kept.token } : {};
    const fresh = await callApi<GuestResponse>(this.#endpoint, "/api/guest", { body, signal });
    // Another tab may have asked as well: this browser is one guest, the one that was there first.
    const first = this.#read();
    if (first && isLasting(first)) return first.token;
    this.#store.setItem(TOKEN_KEY, JSON.stringify(fresh));
    return fresh.token;
  }

  /** Forget a token that the server no longer takes. The next one is another guest. */
  forget(): void {
    this.#store.removeItem(TOKEN_KEY);
  }

  #read(): GuestResponse | undefined {
    const text = this.#store.getItem(TOKEN_KEY);
    if (text === null) return undefined;
    try {
      const kept: unknown = JSON.parse(text);
      if (
        typeof kept === "object" &&
        kept !== null &&
        "token" in kept &&
        typeof kept.token === "string" &&
        "expiresAt" in kept &&
        typeof kept.expiresAt === "number"
      ) {
        return { token: kept.token, expiresAt: kept.expiresAt };
      }
    } catch (error) {
      console.warn("the kept guest token is unreadable and is replaced", error);
    }
    return undefined;
  }
}

function isLasting({ expiresAt }: GuestResponse): boolean {
  return expiresAt - Date.now() > RENEW_BEFORE_MS;
}
