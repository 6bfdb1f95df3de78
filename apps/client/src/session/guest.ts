import type { GuestRequest, GuestResponse } from "@tagalong/shared/session/protocol.ts";
import { callApi, type TextStore } from "./api.ts";

const TOKEN_KEY = "tagalong.guest";
/** A token that ends within a day is renewed, so that none ends in the middle of an evening. */
const RENEW_BEFORE_MS = 24 * 60 * 60 * 1000;

/** The guest this browser is: one token, kept between visits, renewed before it ends. */
export class Guest {
  readonly #endpoint: string;
  readonly #store: TextStore;

  constructor(endpoint: string, store: TextStore) {
    this.#endpoint = endpoint;
    this.#store = store;
  }

  /** A token that is good for a while. Asks the server only when there is none, or it ends soon. */
  async token(signal?: AbortSignal): Promise<string> {
    const kept = this.#read();
    if (kept && kept.expiresAt - Date.now() > RENEW_BEFORE_MS) return kept.token;
    const body: GuestRequest = kept ? { token: kept.token } : {};
    const fresh = await callApi<GuestResponse>(this.#endpoint, "/api/guest", {
      body,
      ...(signal ? { signal } : {}),
    });
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
