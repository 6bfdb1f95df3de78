import { useCallback, useEffect, useRef } from "preact/hooks";
import { useApp } from "../../app/AppContext.ts";
import { focusGame } from "../../app/focus.ts";
import { ChatButton } from "../../chat/ChatButton.tsx";
import { ChatPanel } from "../../chat/ChatPanel.tsx";
import { NoticesView } from "../../session/ui/NoticesView.tsx";
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

  return (
    <div class="hud">
      <div class="hud-top">
        <RoomBar />
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
