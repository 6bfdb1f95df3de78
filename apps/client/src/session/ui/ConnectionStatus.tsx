import { useApp } from "../../app/AppContext.ts";
import { useLasting } from "../../app/ui/useLasting.ts";
import type { LobbyState } from "../../lobby/lobbyConnection.ts";
import type { ConnectionState } from "../connection.ts";
import { connectionText, DISCONNECTED } from "../connectionText.ts";

type Tone = "calm" | "busy" | "good" | "bad";

const TONES: Readonly<Record<ConnectionState["name"], Tone>> = {
  idle: "calm",
  connecting: "busy",
  waiting: "busy",
  handshake: "busy",
  approval: "busy",
  connected: "good",
  reconnecting: "busy",
  disconnected: "bad",
};

/** Without a seat and without a wish for one, the lobby is where one is. */
function lobbyText(lobby: LobbyState): string {
  switch (lobby.name) {
    case "closed":
      return "Not connected";
    case "open":
      return "In the lobby";
    case "opening":
      return "On the way to the lobby…";
    case "waiting":
      return isTrying(lobby) ? "On the way to the lobby…" : "Not in the lobby";
  }
}

function isTrying(lobby: LobbyState): boolean {
  return lobby.name === "opening" || (lobby.name === "waiting" && lobby.retryAt !== undefined);
}

/** A lobby that moves is there again sooner, and nobody needs to look up (ms). */
const PATIENCE_MS = 700;

/** The state of the connection in words, always there and always said. */
export function ConnectionStatus() {
  const { client } = useApp();
  const state = client.state.value;
  const lobby = client.lobbyState.value;
  // A join that came to nothing leaves one where one was: its own answer says why, and nothing is broken.
  const isInLobby =
    state.name === "idle" || (state.name === "disconnected" && client.origin.value !== undefined);
  const isAway = useLasting(lobby.name === "opening" || lobby.name === "waiting", PATIENCE_MS);
  let tones: readonly Tone[] = [TONES[isInLobby ? "idle" : state.name]];
  // On a phone what is calm has no words: there is nothing to be read.
  if (isInLobby && lobby.name === "open") tones = ["calm", "good"];
  else if (isInLobby && isAway) tones = [isTrying(lobby) ? "busy" : "bad"];
  return (
    <div
      class={["status", ...tones.map((tone) => `status-${tone}`)].join(" ")}
      role="status"
      aria-label="Connection"
    >
      <span class="status-dot" aria-hidden="true" />
      <span class="status-text">{isInLobby ? lobbyText(lobby) : wordsFor(state)}</span>
    </div>
  );
}

/** Why a connection ended is told once: in full, in the menu. */
function wordsFor(state: ConnectionState): string {
  return state.name === "disconnected" ? DISCONNECTED : connectionText(state);
}
