import { Button } from "../app/ui/Button.tsx";
import type { ChatClient } from "./ChatClient.ts";

/** Stands in for the panel while it is put away. Says how much was missed. */
export function ChatButton({ chat, onOpen }: { chat: ChatClient; onOpen(): void }) {
  const { unread } = chat.log.value;
  const label = unread === 0 ? "Open chat" : `Open chat, ${unread} unread`;
  return (
    <Button class="chat-button" icon="chat" aria-label={label} onClick={onOpen}>
      <span aria-hidden="true">Chat</span>
      {unread > 0 && (
        <span class="badge" aria-hidden="true">
          {unread > 99 ? "99+" : unread}
        </span>
      )}
    </Button>
  );
}
