import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Guests } from "./Guests.ts";

const SECRET = "a-secret-of-24-characters-or-more";
const DAY_MS = 86_400_000;
const INVALID = { ok: false, reason: "session/token_invalid" };

function guestsAt(time: { now: number }, secret = SECRET): Guests {
  return new Guests(secret, 90, () => time.now);
}
const NOON = { now: Date.UTC(2026, 0, 1, 12) };

describe("guest tokens", () => {
  test("a token is the guest it was issued to", () => {
    const guests = guestsAt(NOON);
    const { token, expiresAt } = guests.issue();
    const verified = guests.verify(token);
    expect(verified).toMatchObject({ ok: true, claims: { expiresAt } });
    expect(expiresAt).toBe(NOON.now + 90 * DAY_MS);
  });

  test("every new guest is another one, and a known one stays the same", () => {
    const guests = guestsAt(NOON);
    const ids = Array.from({ length: 20 }, () => idOf(guests, guests.issue().token));
    expect(new Set(ids).size).toBe(20);
    const again = guests.issue(ids[0]);
    expect(idOf(guests, again.token)).toBe(ids[0]);
  });

  test("a token issued again lasts anew", () => {
    const time = { ...NOON };
    const guests = guestsAt(time);
    const first = guests.issue();
    time.now += 89 * DAY_MS;
    const second = guests.issue(idOf(guests, first.token));
    time.now += 89 * DAY_MS;
    expect(guests.verify(first.token)).toEqual({ ok: false, reason: "session/token_expired" });
    expect(guests.verify(second.token).ok).toBe(true);
  });

  test("a token ends at its very millisecond", () => {
    const time = { ...NOON };
    const guests = guestsAt(time);
    const { token, expiresAt } = guests.issue();
    time.now = expiresAt - 1;
    expect(guests.verify(token).ok).toBe(true);
    time.now = expiresAt;
    expect(guests.verify(token)).toEqual({ ok: false, reason: "session/token_expired" });
  });

  test("any server with the secret knows the guest, and none without it does", () => {
    const { token } = guestsAt(NOON).issue();
    expect(guestsAt(NOON).verify(token).ok).toBe(true);
    expect(guestsAt(NOON, `${SECRET}!`).verify(token)).toEqual(INVALID);
  });

  test("claims that were changed are refused", () => {
    const guests = guestsAt(NOON);
    const [body = "", signature = ""] = guests.issue().token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    const later = { ...claims, expiresAt: claims.expiresAt + DAY_MS };
    const forged = Buffer.from(JSON.stringify(later)).toString("base64url");
    expect(guests.verify(`${forged}.${signature}`)).toEqual(INVALID);
    expect(guests.verify(`${forged}.`)).toEqual(INVALID);
    expect(guests.verify(`${forged}.${forged}`)).toEqual(INVALID);
  });

  test("a token cut anywhere is refused", () => {
    const guests = guestsAt(NOON);
    const { token } = guests.issue();
    for (let length = 0; length < token.length; length++) {
      expect(guests.verify(token.slice(0, length))).toEqual(INVALID);
    }
  });

  test("a changed character never makes another guest", () => {
    const guests = guestsAt(NOON);
    const { token } = guests.issue();
    const genuine = guests.verify(token);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (place, char) => {
        const verified = guests.verify(token.slice(0, place) + char + token.slice(place + 1));
        // The last character of base64 has bits that say nothing: changing those changes nothing.
        if (verified.ok) expect(verified).toEqual(genuine);
        else expect(verified).toEqual(INVALID);
      }),
    );
  });

  test("no text throws, and none is a guest", () => {
    const guests = guestsAt(NOON);
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.tuple(fc.base64String(), fc.base64String()).map(([body, signature]) => `${body}.${signature}`),
      fc.constantFrom(undefined, "", ".", "..", "a.b.c", "null.null", "[object Object]"),
    );
    fc.assert(fc.property(texts, (text) => expect(guests.verify(text)).toEqual(INVALID)));
  });
});

describe("public ids", () => {
  const guests = guestsAt(NOON);

  test("a guest has the same one always, on every server with the secret", () => {
    const id = idOf(guests, guests.issue().token);
    expect(guests.publicId(id)).toBe(guests.publicId(id));
    expect(guestsAt({ now: 0 }).publicId(id)).toBe(guests.publicId(id));
    expect(guestsAt(NOON, "another-secret-of-24-characters").publicId(id)).not.toBe(guests.publicId(id));
  });

  test("it is short, told apart, and shows nothing of the id or of a token's signature", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        const shown = guests.publicId(a);
        expect(shown).toMatch(/^[\w-]{8}$/);
        expect(a).not.toContain(shown);
        expect(guests.issue(a).token).not.toContain(shown);
        if (a !== b) expect(guests.publicId(b)).not.toBe(shown);
      }),
    );
  });
});

function idOf(guests: Guests, token: string): string {
  const verified = guests.verify(token);
  if (!verified.ok) throw new Error(verified.reason);
  return verified.claims.id;
}
