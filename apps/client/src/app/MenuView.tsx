import { useEffect } from "preact/hooks";
import { ChatPanel } from "../chat/ChatPanel.tsx";
import { RoomsPanel } from "../lobby/ui/RoomsPanel.tsx";
import { GameBrokenView } from "../session/ui/GameBrokenView.tsx";
import { PlayerPanel } from "../session/ui/PlayerPanel.tsx";
import { RefusalAlert } from "../session/ui/RefusalAlert.tsx";
import { usePlacedRefusal } from "../session/ui/usePlacedRefusal.ts";
import { useApp } from "./AppContext.ts";
import { Wordmark } from "./ui/Wordmark.tsx";

/** Everything before the world: who you are, where to go, who else is about. */
export function MenuView() {
  const { client } = useApp();
  const refusal = usePlacedRefusal("banner");
  useEffect(() => {
    // On a touch screen the focus would bring up the keyboard over the menu.
    if (!matchMedia("(pointer: fine)").matches) return;
    const first = client.profile.problem === undefined ? "[data-autofocus], .play" : "#name";
    document.querySelector<HTMLElement>(first)?.focus({ preventScroll: true });
  }, [client]);
  return (
    <div class="menu">
      <header class="menu-head">
        <Wordmark />
        <div class="menu-news">
          {refusal && <RefusalAlert key={client.endings.value} refusal={refusal} />}
          <GameBrokenView />
        </div>
      </header>
      <div class="menu-body">
        <PlayerPanel />
        <div class="menu-side">
          <RoomsPanel />
          <ChatPanel
            chat={client.lobbyChat}
            title="Lobby chat"
            welcome="Say hello to whoever is looking for a room, too."
          />
        </div>
      </div>
    </div>
  );
}
