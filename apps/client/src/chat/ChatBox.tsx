import { useSignal } from "@preact/signals";
import { CHAT_MAX } from "@tagalong/shared/chat/rules.ts";
import { visibleLength } from "@tagalong/shared/session/names.ts";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../app/ui/Button.tsx";
import { useLasting } from "../app/ui/useLasting.ts";
import { reasonText } from "../session/reasonTexts.ts";
import type { ChatClient } from "./ChatClient.ts";

/** What is gone and back within this is not said to be gone (ms). */
const PATIENCE_MS = 700;
/** From here on the number of characters left is shown. */
const COUNT_FROM = CHAT_MAX - 40;

interface ChatBoxProps {
  chat: ChatClient;
  /** A line is on its way: in a room the keys go back to the game. */
  onSent?: (() => void) | undefined;
  onEscape?: (() => void) | undefined;
  takesFocus?: { current: boolean } | undefined;
}

/** Where one writes. A line that is refused comes back, with the reason beside it. */
export function ChatBox({ chat, onSent, onEscape, takesFocus }: ChatBoxProps) {
  const text = useSignal("");
  const input = useRef<HTMLInputElement>(null);
  const noteId = useId();
  const length = visibleLength(text.value);
  const coolDown = chat.coolDown.value;
  const refusal = chat.refusal.value;
  const isOff = !chat.isConnected.value;
  const looksOff = useLasting(isOff, PATIENCE_MS);

  useLayoutEffect(() => {
    if (!takesFocus?.current) return;
    takesFocus.current = false;
    input.current?.focus();
  }, [takesFocus]);

  async function send() {
    if (coolDown || isOff) return;
    const line = text.value;
    if (line.trim() === "") {
      onSent?.();
      return;
    }
    if (!/^\//.test(line.trim()) && length > CHAT_MAX) {
      // Refused here already: what is too long stays where it can be shortened.
      await chat.send(line);
      return;
    }
    text.value = "";
    // A command's answer or a line's echo shows that it arrived; meanwhile one can write on, or walk.
    onSent?.();
    const isDone = await chat.send(line);
    if (!isDone && text.value === "") text.value = line;
  }
  return (
    <form
      class="chat-box"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="chat-row">
        <input
          ref={input}
          type="text"
          class="chat-input"
          aria-label="Message"
          aria-describedby={noteId}
          aria-invalid={refusal ? "true" : undefined}
          placeholder={looksOff ? "The chat is not connected" : "Say something, or /help"}
          value={text.value}
          readOnly={coolDown !== undefined}
          autoComplete="off"
          enterKeyHint="send"
          maxLength={CHAT_MAX * 4}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            if (!coolDown) chat.refusal.value = undefined;
          }}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || !onEscape) return;
            event.stopPropagation();
            onEscape();
          }}
        />
        <Button
          type="submit"
          kind="primary"
          class="button-square"
          icon="send"
          aria-label="Send"
          disabled={looksOff || coolDown !== undefined}
        />
      </div>
      <div id={noteId} class="chat-note">
        {refusal && <span role="alert">{reasonText(refusal)}</span>}
        {length >= COUNT_FROM && (
          <span class={length > CHAT_MAX ? "chat-count chat-count-over" : "chat-count"}>
            {length} / {CHAT_MAX}
          </span>
        )}
      </div>
      {coolDown && (
        <div
          key={coolDown.until}
          class="cool-down"
          style={{ animationDuration: `${coolDown.ms}ms` }}
          aria-hidden="true"
        />
      )}
    </form>
  );
}
