import { useEffect } from "preact/hooks";
import { useApp } from "../../app/AppContext.ts";
import { focusGame, gameCanvas, isGameFocused, isWritingIn } from "../../app/focus.ts";

/** Where Escape brings the focus to from the game. */
const FIRST_CONTROL = ".room-bar button";

/**
 * The keys of the interface in a room: Enter opens the chat, Tab held shows who is here, Escape closes what is
 * open and goes from the game to the buttons and back. Only while the game has the focus: everywhere else Tab and Enter keep their
 * meaning, so nobody is trapped.
 */
export function useGameKeys(openChat: () => void): void {
  const { client, ui } = useApp();
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    const release = () => {
      ui.isTabHeld.value = false;
    };
    window.addEventListener(
      "keydown",
      (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
        if (ui.dialog.value || client.state.value.name !== "connected") return;
        if (!isGameFocused()) {
          if (event.key === "Escape" && !isWritingIn(document.activeElement)) focusGame();
          return;
        }
        if (event.key === "Tab" && !event.shiftKey) {
          event.preventDefault();
          ui.isTabHeld.value = true;
        } else if (event.key === "Enter" && !event.repeat) {
          event.preventDefault();
          openChat();
        } else if (event.key === "Escape") {
          // What is open goes first; then the buttons are within reach.
          if (ui.isPlayersOpen.value) ui.isPlayersOpen.value = false;
          else if (client.roomChat.log.value.isOpen) client.roomChat.close();
          else document.querySelector<HTMLElement>(FIRST_CONTROL)?.focus();
        }
      },
      { signal },
    );
    window.addEventListener("keyup", (event) => event.key === "Tab" && release(), { signal });
    window.addEventListener(
      "click",
      ({ detail: clicks }) => {
        // After a click the keys are the game's again, or the next dash would press the button once more.
        const isOnButton = document.activeElement instanceof HTMLButtonElement;
        if (clicks > 0 && isOnButton && !ui.dialog.value && client.state.value.name === "connected")
          focusGame();
      },
      { signal },
    );
    // Alt+Tab away: the key comes up where we do not hear it.
    window.addEventListener("blur", release, { signal });
    return () => {
      listening.abort();
      release();
    };
  }, [client, ui, openChat]);

  // A game that arrives after the room takes the keys then.
  const game = client.game.value;
  useEffect(() => {
    const canvas = gameCanvas();
    if (canvas) canvas.ariaDescription = "Escape goes to the buttons, hold Tab to see who is here.";
    if (game) focusGame();
  }, [game]);
}
