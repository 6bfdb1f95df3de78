import { useCallback, useEffect, useRef } from "preact/hooks";
import { useApp } from "../../app/AppContext.ts";
import { focusGame } from "../../app/focus.ts";
import { ChatButton } from "../../chat/ChatButton.tsx";
import { ChatPanel } from "../../chat/ChatPanel.tsx";
import { MoveBanner } from "../../session/ui/MoveBanner.tsx";
import { NoticesView } from "../../session/ui/NoticesView.tsx";
import type { GameHandle } from "../game.ts";
import { PlayersPanel } from "./PlayersPanel.tsx";
import { RoomBar } from "./RoomBar.tsx";
import { useGameKeys } from "./useGameKeys.ts";

/** Below this width an open chat would cover the square, so it starts put away. */
const NARROW = "(max-width: 40rem)";

/** What lies over the world while in a room. */
export function HudView() {
  const { client, ui } = useApp();
  const { roomChat: chat } = client;
  const isOpening = useRef(false);
  // At once, not in the next frame: what is typed right after Enter belongs to the message.
  const openChat = useCallback(() => {
    const box = document.querySelector<HTMLElement>(".chat-input");
    if (box) return box.focus();
    isOpening.current = true;
    chat.open();
  }, [chat]);
  useGameKeys(openChat);
  useEffect(() => {
    if (matchMedia(NARROW).matches) chat.close();
  }, [chat]);

  const top = useRef<HTMLDivElement>(null);
  useCoveredTop(top, client.game.value);

  return (
    <div class="hud">
      <div class="hud-top">
        <div ref={top} class="hud-bars">
          <RoomBar />
          <MoveBanner />
        </div>
        {ui.arePlayersShown.value && <PlayersPanel />}
      </div>
      <NoticesView />
      {chat.log.value.isOpen ? (
        <ChatPanel
          chat={chat}
          title="Room chat"
          welcome="Nobody has said anything yet. Say hello!"
          takesFocus={isOpening}
          onLeave={focusGame}
        />
      ) : (
        <ChatButton chat={chat} onOpen={openChat} />
      )}
    </div>
  );
}

/** Tell the game down to where these bars lie over it. */
function useCoveredTop(bars: { readonly current: HTMLElement | null }, game: GameHandle | undefined): void {
  useEffect(() => {
    const element = bars.current;
    if (!element || !game) return;
    const tell = () => game.setCoveredTop(element.getBoundingClientRect().bottom);
    const observer = new ResizeObserver(tell);
    observer.observe(element);
    // In a narrower window they stand lower, whatever their size.
    observer.observe(document.body);
    return () => {
      observer.disconnect();
      game.setCoveredTop(0);
    };
  }, [bars, game]);
}
