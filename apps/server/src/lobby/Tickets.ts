import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { RoomSettings } from "./settings.ts";

const Ticket = RoomSettings.extend({
  guestId: z.string(),
  expiresAt: z.number(),
  /** The room that gave it: opened again, a room of the same code has another id. */
  roomId: z.string().default(""),
});
export type Ticket = z.infer<typeof Ticket>;

const LIFETIME_MS = 12 * 60 * 60 * 1_000;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Room tickets: what a client holds so that its room can be opened again, as it was, after its server lost
 * it. Sealed with AES-256-GCM, because a password hash rides inside: the bearer can neither read nor change it.
 */
export class Tickets {
  readonly #key: Buffer;
  readonly #now: () => number;

  constructor(secret: string, now: () => number = Date.now) {
    this.#key = createHash("sha256").update(`ticket:${secret}`).digest();
    this.#now = now;
  }

  seal(settings: RoomSettings, guestId: string, roomId: string): string {
    const ticket: Ticket = { ...settings, guestId, expiresAt: this.#now() + LIFETIME_MS, roomId };
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv);
    const body = Buffer.concat([cipher.update(JSON.stringify(ticket)), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url");
  }

  /** What the ticket says, or `undefined` for one that is not ours, was changed or is too old. */
  open(sealed: string | undefined): Ticket | undefined {
    if (!sealed) return undefined;
    const bytes = Buffer.from(sealed, "base64url");
    if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      const body = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
      const ticket = Ticket.parse(JSON.parse(body.toString()));
      return ticket.expiresAt > this.#now() ? ticket : undefined;
    } catch {
      // The tag does not match: forged, damaged, or sealed with another secret. All of them mean no ticket.
      return undefined;
    }
  }
}
