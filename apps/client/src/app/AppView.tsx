import { useEffect } from "preact/hooks";
import { isSeatGone } from "../session/retry.ts";
import { ConnectingOverlay } from "../session/ui/ConnectingOverlay.tsx";
import { ConnectionStatus } from "../session/ui/ConnectionStatus.tsx";
import { ReconnectOverlay } from "../session/ui/ReconnectOverlay.tsx";
import { usePlacedRefusal } from "../session/ui/usePlacedRefusal.ts";
import { HudView } from "../world/ui/HudView.tsx";
import { useApp } from "./AppContext.ts";
import { DialogLayer } from "./DialogLayer.tsx";
import { MenuView } from "./MenuView.tsx";
import { useLasting } from "./ui/useLasting.ts";

/** A room that moves is mostly there again sooner: until then nothing covers it, and nothing loses the focus (ms). */
const MOVE_PATIENCE_MS = 700;

/** The shell: menu or room, and in front of it a dialog or a wait. What is behind is out of reach. */
export function AppView() {
  const { client, ui } = useApp();
  const state = client.state.value;
  const isJoining = ["connecting", "waiting", "handshake", "approval"].includes(state.name);
  const isMoving = state.name === "reconnecting" && isSeatGone(state.why);
  const isAway = useLasting(state.name === "reconnecting", isMoving ? MOVE_PATIENCE_MS : 0);
  const isWaiting = isJoining || isAway;
  const hasDialog = usePlacedRefusal("password") !== undefined || ui.dialog.value !== undefined;
  // After a reload the seat is taken back before there is a room to show.
  const isInRoom = state.name === "connected" || (state.name === "reconnecting" && client.room.value);
  const isInMenu = !isInRoom && state.name !== "reconnecting";

  useEffect(() => {
    const title = isInRoom ? client.roster.value?.title : undefined;
    document.title = title ? `${title} · Tagalong` : "Tagalong";
  });
  return (
    <main class="shell">
      <div class="screen" inert={isWaiting || hasDialog}>
        {isInMenu && <MenuView />}
        {isInRoom && <HudView />}
      </div>
      <div class="layer" inert={isWaiting}>
        <DialogLayer />
      </div>
      {isJoining && <ConnectingOverlay />}
      {isAway && state.name === "reconnecting" && <ReconnectOverlay state={state} />}
      <div class="corner">
        <ConnectionStatus />
      </div>
    </main>
  );
}
