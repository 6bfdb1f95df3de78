import { useApp } from "../../app/AppContext.ts";
import type { ConnectionState } from "../connection.ts";
import { connectionText } from "../connectionText.ts";

const TONES: Readonly<Record<ConnectionState["name"], "calm" | "busy" | "good" | "bad">> = {
  idle: "calm",
  connecting: "busy",
  handshake: "busy",
  approval: "busy",
  connected: "good",
  reconnecting: "busy",
  disconnected: "bad",
};

/** The state of the connection in words, always there and always said. */
export function ConnectionStatus() {
  const { client } = useApp();
  const state = client.state.value;
  return (
    <div class={`status status-${TONES[state.name]}`} role="status" aria-label="Connection">
      <span class="status-dot" aria-hidden="true" />
      <span class="status-text">{connectionText(state)}</span>
    </div>
  );
}
