import { useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app/AppContext.ts";
import { Button } from "../app/ui/Button.tsx";
import { Icon } from "../app/ui/Icon.tsx";
import { ChatBox } from "./ChatBox.tsx";
import type { ChatClient } from "./ChatClient.ts";
import { ChatLineView } from "./ChatLineView.tsx";
import { shownLines } from "./chatLog.ts";
import { filterWords } from "./wordFilter.ts";

interface ChatPanelProps {
  chat: ChatClient;
  title: string;
  /** What stands in the empty log. */
  welcome: string;
  /** In a room the panel can be put away, and sending gives the keys back to the game. */
  onLeave?: (() => void) | undefined;
  /** Set when the player opened the panel to write; unset when the box has taken the focus. */
  takesFocus?: { current: boolean };
}

/** This close to the end counts as at the end (px): new lines then scroll into view. */
const END_PX = 24;

/** The chat of a room or of the lobby: the log, and the box to write in. */
export function ChatPanel({ chat, title, welcome, onLeave, takesFocus }: ChatPanelProps) {
  const { chatSettings } = useApp().client;
  const lines = useComputed(() =>
    shownLines(chat.log.value, {
      sessions: chat.sessions,
      muted: chatSettings.muted.value,
      filter: chatSettings.isFiltering.value ? filterWords : (text) => text,
    }),
  );
  const log = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const last = lines.value.at(-1)?.key;

  function scrollToEnd() {
    const box = log.current;
    if (box) box.scrollTop = box.scrollHeight;
    setAtEnd(true);
  }
  // Runs for each new line, which only its key tells.
  useLayoutEffect(() => {
    if (isAtEnd) scrollToEnd();
  }, [last]);
  // The box changes its height with the window and the text size.
  useEffect(() => {
    const box = log.current;
    if (!box) return;
    const observer = new ResizeObserver(() => {
      if (isAtEnd) box.scrollTop = box.scrollHeight;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [isAtEnd]);

  const isFiltering = chatSettings.isFiltering.value;
  return (
    <section class={`panel chat ${onLeave ? "chat-room" : "chat-lobby"}`} aria-label={title}>
      <header class="chat-head">
        <h2>
          <Icon name="chat" /> {title}
        </h2>
        <label class="check check-small" title="Cover rude words with stars">
          <input
            type="checkbox"
            checked={isFiltering}
            onChange={(event) => chatSettings.setFiltering(event.currentTarget.checked)}
          />
          <span>Word filter</span>
        </label>
        {onLeave && (
          <Button
            kind="quiet"
            class="button-square"
            icon="close"
            aria-label="Close chat"
            onClick={() => {
              chat.close();
              onLeave();
            }}
          />
        )}
      </header>
      <div
        ref={log}
        class="chat-log"
        role="log"
        aria-label="Chat"
        aria-live="polite"
        // A scrolled region must be reachable by keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          setAtEnd(scrollHeight - clientHeight - scrollTop < END_PX);
        }}
      >
        {lines.value.length === 0 && <p class="chat-welcome">{welcome}</p>}
        {lines.value.map((line) => (
          <ChatLineView key={line.key} line={line} isOwn={chat.sessions.has(line.author?.sessionId ?? "")} />
        ))}
      </div>
      {!isAtEnd && (
        <Button kind="primary" size="small" class="chat-latest" onClick={scrollToEnd}>
          Latest lines
        </Button>
      )}
      <ChatBox
        chat={chat}
        takesFocus={takesFocus}
        onSent={onLeave}
        onEscape={
          onLeave &&
          (() => {
            chat.close();
            onLeave();
          })
        }
      />
    </section>
  );
}
