import type { GuestRequest, GuestResponse } from "@tagalong/shared/session/protocol.ts";
import { callApi, type TextStore } from "./api.ts";

const TOKEN_KEY = "tagalong.guest";
/** A token that ends within a day is renewed, so that none ends in the middle of an evening. */
const RENEW_BEFORE_MS = 24 * 60 * 60 * 1000;
const ASK_TIMEOUT_MS = 10_000;

/** The guest this browser is: one token, kept between visits, renewed before it ends. */
export class Guest {
  readonly #endpoint: string;
  readonly #store: TextStore;
  /** A first visit wants one for the lobby and one for a room: both get the same, and are the same guest. */
  #pending: Promise<string> | undefined;

  constructor(endpoint: string, store: TextStore) {
    this.#endpoint = endpoint;
    this.#store = store;
  }

  /** A token that is good for a while. Asks the server only when there is none, or it ends soon. */
  async token(signal?: AbortSignal): Promise<string> {
    const kept = this.#read();
    if (kept && isLasting(kept)) return kept.token;
    this.#pending ??= this.#ask(kept).finally(() => {
      this.#pending = undefined;
    });
    const token = await this.#pending;
    signal?.throwIfAborted();
    return token;
  }

  async #ask(kept: GuestResponse | undefined): Promise<string> {
    const body: GuestRequest = kept ? { token: kept.token } : {};
    const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
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
