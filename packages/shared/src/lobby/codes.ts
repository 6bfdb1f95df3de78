import type { Random } from "../lib/random.ts";
import { pick } from "../lib/random.ts";

/**
 * Letters of a room code: none that is mistaken for another when read aloud, written by hand or in a bad
 * font (no I, L, O, nor U for V), and with few vowels so that few codes are words.
 */
export const CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ";
export const CODE_LENGTH = 5;

/** A random code. 22⁵ is about 5.2 million: the caller still checks that it is free. */
export function createRoomCode(random: Random): string {
  let code = "";
  for (let i = 0; i < CODE_LENGTH; i++) code += pick([...CODE_ALPHABET], random);
  return code;
}

/**
 * What someone typed or pasted, as a code, or `undefined` when it cannot be one. Case, spaces and dashes do
 * not matter, and letters that no code has are read as the ones they were mistaken for.
 */
export function parseRoomCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replace(/[\s-]/g, "").replaceAll("U", "V");
  if (code.length !== CODE_LENGTH) return undefined;
  return [...code].every((letter) => CODE_ALPHABET.includes(letter)) ? code : undefined;
}
