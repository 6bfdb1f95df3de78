import { visibleLength } from "../session/names.ts";
import type { Reason } from "../session/reasons.ts";

export const TITLE_MAX = 32;
export const PASSWORD_MAX = 64;
export const ROOM_SIZE_MIN = 2;
export const ROOM_SIZE_DEFAULT = 16;

/** A room title as it will be stored: NFC, one line, no invisible characters, no space around it. */
export function cleanTitle(title: string): string {
  return title
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, "")
    .trim();
}

/** Why a cleaned title cannot be used, or `undefined`. */
export function checkTitle(title: string): Reason | undefined {
  const length = visibleLength(title);
  return length < 1 || length > TITLE_MAX ? "lobby/bad_title" : undefined;
}
