import { isBlank, visibleLength } from "../session/names.ts";
import type { Reason } from "../session/reasons.ts";

export const TITLE_MAX = 32;
export const PASSWORD_MAX = 64;
export const ROOM_SIZE_MIN = 2;
export const ROOM_SIZE_DEFAULT = 16;

/** A room title as it will be stored: NFC, one line, no invisible characters, no space around it. */
export function cleanTitle(title: string): string {
  return title
    .replace(/[\p{Cc}\s]/gu, " ")
    .replace(/\p{C}/gu, "")
    .normalize("NFC")
    .replace(/ {2,}/g, " ")
    .trim();
}

/** Why a cleaned title cannot be used, or `undefined`. */
export function checkTitle(title: string): Reason | undefined {
  return isBlank(title) || visibleLength(title) > TITLE_MAX ? "lobby/bad_title" : undefined;
}
