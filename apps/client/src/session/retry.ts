import type { Refusal } from "@tagalong/shared/session/reasons.ts";

/** The server takes this token no longer: a new one makes a new guest. */
export function isAboutToken({ reason }: Refusal): boolean {
  return reason === "session/token_invalid" || reason === "session/token_expired";
}

/** This room cannot be had, another one may. */
export function isAboutRoom({ reason }: Refusal): boolean {
  return reason === "lobby/room_full" || reason === "lobby/room_locked" || reason === "lobby/room_not_found";
}

/** Worth another try: the network or the server is away for a moment. */
export function isPassing({ reason }: Refusal): boolean {
  return (
    reason === "session/connection_lost" ||
    reason === "session/server_unreachable" ||
    reason === "session/server_restarting" ||
    reason === "session/connect_timeout" ||
    reason === "session/internal_error"
  );
}
