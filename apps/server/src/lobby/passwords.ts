import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** A salted scrypt hash of a room's password, as `salt.key` in base64url. The password itself is not kept. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password.normalize("NFC"), salt, KEY_BYTES);
  return `${salt.toString("base64url")}.${key.toString("base64url")}`;
}

export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [salt = "", wanted = ""] = hash.split(".");
  const key = await derive(password.normalize("NFC"), Buffer.from(salt, "base64url"), KEY_BYTES);
  const expected = Buffer.from(wanted, "base64url");
  return expected.length === key.length && timingSafeEqual(key, expected);
}
