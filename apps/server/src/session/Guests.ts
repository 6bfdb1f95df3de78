import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { GuestClaims, type GuestResponse } from "@tagalong/shared/session/protocol.ts";
import type { Reason } from "@tagalong/shared/session/reasons.ts";

const DAY_MS = 86_400_000;

export type VerifiedGuest = { ok: true; claims: GuestClaims } | { ok: false; reason: Reason };

/** Issues and verifies guest tokens: claims as base64url JSON, a dot, and their HMAC-SHA256. */
export class Guests {
  readonly #secret: string;
  readonly #lifetimeMs: number;
  readonly #now: () => number;

  constructor(secret: string, days: number, now: () => number = Date.now) {
    this.#secret = secret;
    this.#lifetimeMs = days * DAY_MS;
    this.#now = now;
  }

  /** A token for this guest, or for a new one. */
  issue(id: string = randomUUID()): GuestResponse {
    const expiresAt = this.#now() + this.#lifetimeMs;
    const claims: GuestClaims = { id, expiresAt };
    const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
    return { token: `${body}.${this.#sign("token", body).toString("base64url")}`, expiresAt };
  }

  /** Who bears this token. Never throws, whatever the text. */
  verify(token: string | undefined): VerifiedGuest {
    const [body, signature, ...rest] = (token ?? "").split(".");
    if (!body || !signature || rest.length > 0) return { ok: false, reason: "session/token_invalid" };
    const given = Buffer.from(signature, "base64url");
    const wanted = this.#sign("token", body);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      return { ok: false, reason: "session/token_invalid" };
    }
    const claims = GuestClaims.safeParse(JSON.parse(Buffer.from(body, "base64url").toString()));
    if (!claims.success) return { ok: false, reason: "session/token_invalid" };
    if (claims.data.expiresAt <= this.#now()) return { ok: false, reason: "session/token_expired" };
    return { ok: true, claims: claims.data };
  }

  /** A short id that others may see: the same for the same guest, and no way back to the id itself. */
  publicId(id: string): string {
    return this.#sign("public", id).toString("base64url").slice(0, 8);
  }

  #sign(purpose: string, text: string): Buffer {
    return createHmac("sha256", this.#secret).update(`${purpose}:${text}`).digest();
  }
}
