import { createHash, timingSafeEqual } from "node:crypto";

/** Whether what was given is the secret. Takes as long for a good guess as for a bad one, of any length. */
export function isSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
