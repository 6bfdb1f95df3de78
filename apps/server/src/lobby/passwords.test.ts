import { describe, expect, test } from "@jest/globals";
import { hashPassword, verifyPassword } from "./passwords.ts";

describe("room passwords", () => {
  test("the right one opens, and no other", async () => {
    const hash = await hashPassword("open sesame");
    expect(await verifyPassword("open sesame", hash)).toBe(true);
    for (const wrong of ["", "open sesame ", "Open sesame", "open", hash]) {
      expect(await verifyPassword(wrong, hash)).toBe(false);
    }
  });

  test("the same one twice has two hashes, and neither shows it", async () => {
    const [a, b] = await Promise.all([hashPassword("sesame"), hashPassword("sesame")]);
    expect(a).not.toBe(b);
    for (const hash of [a, b]) {
      expect(hash).toMatch(/^[\w-]{22}\.[\w-]{43}$/);
      expect(hash).not.toContain("sesame");
      expect(hash).not.toContain(Buffer.from("sesame").toString("base64url"));
      expect(await verifyPassword("sesame", hash)).toBe(true);
    }
  });

  test("it does not matter which keyboard composed an accent", async () => {
    const hash = await hashPassword("café");
    expect(await verifyPassword("cafe\u0301", hash)).toBe(true);
    expect(await verifyPassword("caf\u00E9", hash)).toBe(true);
    expect(await verifyPassword("cafe", hash)).toBe(false);
  });

  test("a damaged hash opens to nobody and does not throw", async () => {
    const hash = await hashPassword("sesame");
    for (const damaged of ["", ".", "x", hash.slice(0, -4), `${hash}AAAA`, hash.split(".")[0] ?? ""]) {
      expect(await verifyPassword("sesame", damaged)).toBe(false);
    }
  });
});
