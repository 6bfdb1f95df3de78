import type { ConnectionState } from "./connection.ts";
import { reasonText } from "./reasonTexts.ts";

/** The state of the connection in words, as the status "Connection" always says it. */
export function connectionText(state: ConnectionState): string {
  switch (state.name) {
    case "idle":
      return "Not connected";
    case "connecting":
      return "Connecting…";
    case "handshake":
      return "Shaking hands…";
    case "approval":
      return "Waiting for approval…";
    case "connected":
      return "Connected";
    case "reconnecting":
      return `Reconnecting, attempt ${state.attempt} of ${state.maxAttempts}…`;
    case "disconnected":
      return `Disconnected: ${reasonText(state.refusal)}`;
  }
}
