import type { ConnectionState } from "./connection.ts";
import { reasonText } from "./reasonTexts.ts";

/** A room that moves is there again with one of the first tries, which nobody needs to see counted. */
const QUIET_TRIES = 2;

/** Whether there is nothing to say of this reconnect but that the room moves. */
export function isQuietMove(state: ConnectionState & { name: "reconnecting" }): boolean {
  return state.why.reason === "lobby/room_moved" && state.attempt <= QUIET_TRIES;
}

/** Before why. */
export const DISCONNECTED = "Disconnected";

/** The state of the connection in words, as the status "Connection" always says it. */
export function connectionText(state: ConnectionState): string {
  switch (state.name) {
    case "idle":
      return "Not connected";
    case "connecting":
      return "Connecting…";
    case "waiting":
      return `Waiting for the server, attempt ${state.attempt} of ${state.maxAttempts}…`;
    case "handshake":
      return "Shaking hands…";
    case "approval":
      return "Waiting for approval…";
    case "connected":
      return "Connected";
    case "reconnecting":
      if (isQuietMove(state)) return "Moving to another server…";
      return `Reconnecting, attempt ${state.attempt} of ${state.maxAttempts}…`;
    case "disconnected":
      return `${DISCONNECTED}: ${reasonText(state.refusal)}`;
  }
}
