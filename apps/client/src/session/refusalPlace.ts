import type { Refusal } from "@tagalong/shared/session/reasons.ts";

/** From where the player asked to join. */
export type JoinOrigin = "play" | "create" | "code" | "list" | "link" | "again";

/** Where a refusal is shown: next to what was typed, or on its own. */
export type RefusalPlace = "name" | "code" | "create" | "password" | "banner";

/**
 * Where to show why a join came to nothing.
 *
 * @param origin what was asked last; `undefined` when a session ended that had been running
 */
export function refusalPlace({ reason }: Refusal, origin: JoinOrigin | undefined): RefusalPlace {
  if (origin === undefined) return "banner";
  if (reason === "lobby/password_needed" || reason === "lobby/password_wrong") return "password";
  if (origin === "create") return "create";
  if (reason.startsWith("name/")) return "name";
  if (origin === "code" && reason.startsWith("lobby/")) return "code";
  return "banner";
}
