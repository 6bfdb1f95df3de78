import { type Client, type MessageContext, RoomPlugin } from "@colyseus/core";
import {
  CHAT_MESSAGES,
  type ChatAuthor,
  type ChatLine,
  type LeaveCause,
} from "@tagalong/shared/chat/protocol.ts";
import { checkChatText, cleanChatText } from "@tagalong/shared/chat/rules.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { message } from "../contract.ts";
import type { BaseRoom } from "../session/BaseRoom.ts";
import type { KeptChat } from "../session/KeptRoom.ts";

/** What the chat asks of the room it is in. */
export interface ChatHost {
  /** Who this client speaks as; `undefined` when it may not speak. */
  chatAuthor(client: Client): ChatAuthor | undefined;
  /** The one player who can hear a whisper under this name. */
  chatListener(name: string): { client: Client; author: ChatAuthor } | undefined;
}

/** A line before it has its number and its time. */
type NewLine = ChatLine extends infer Line
  ? Line extends ChatLine
    ? Omit<Line, "id" | "at">
    : never
  : never;

/**
 * Chat for any room: `plugins = definePlugins([new ChatPlugin()])`. The room says `implements ChatHost`: the compiler does
 * not ask for it here.
 */
export class ChatPlugin extends RoomPlugin<BaseRoom & ChatHost> {
  override readonly pluginName = "chat" as const;
  readonly #history: ChatLine[] = [];
  #lastId = 0;

  override messages = {
    "chat:say": message(CHAT_MESSAGES["chat:say"], async (client, { text, me }, context) => {
      const said = await this.#check(client, text, context);
      if (!said) return;
      const kind = me ? "me" : "say";
      this.announce({ kind, from: said.from, text: said.text });
      this.#logMessage(client, kind);
    }),
    "chat:whisper": message(CHAT_MESSAGES["chat:whisper"], async (client, { name, text }, context) => {
      const listener = this.room.chatListener(name);
      if (!listener) return void this.#refuse(client, context, { reason: "chat/no_such_player" });
      if (listener.client === client)
        return void this.#refuse(client, context, { reason: "chat/whisper_self" });
      const said = await this.#check(client, text, context);
      if (!said) return;
      const line = this.#number({ kind: "whisper", from: said.from, to: listener.author, text: said.text });
      // To these two and nobody else; and never into the history.
      client.send("chat:line", line);
      listener.client.send("chat:line", line);
      this.room.services.metrics.chatLines.inc({ kind: line.kind });
      this.#logMessage(client, line.kind);
    }),
  };

  /** Tell everybody, and whoever comes later. */
  announce(line: NewLine): void {
    const numbered = this.#number(line);
    this.#history.push(numbered);
    while (this.#history.length > this.room.services.config.CHAT_HISTORY) this.#history.shift();
    this.room.broadcast("chat:line", numbered);
    this.room.services.metrics.chatLines.inc({ kind: line.kind });
  }

  /** The last lines, for a client that has just come. */
  sendHistory(client: Client): void {
    client.send("chat:history", this.#history);
  }

  /** What was said, for the process that goes on with this chat. */
  keep(): KeptChat {
    return { lastId: this.#lastId, lines: [...this.#history] };
  }

  restore({ lastId, lines }: KeptChat): void {
    this.#lastId = lastId;
    this.#history.push(...lines);
  }

  announceLeave(name: string, cause: LeaveCause): void {
    this.announce({ kind: "leaving", name, cause });
  }

  async #check(
    client: Client,
    typed: string,
    context: MessageContext,
  ): Promise<{ from: ChatAuthor; text: string } | undefined> {
    const text = cleanChatText(typed);
    const reason = checkChatText(text);
    if (reason) return this.#refuse(client, context, { reason });
    const waitMs = await this.room.services.limits.chat.take(client.sessionId);
    if (waitMs > 0) {
      return this.#refuse(client, context, { reason: "chat/too_fast", detail: { retryMs: String(waitMs) } });
    }
    // Asked after the wait: the speaker may have left in the meantime.
    const from = this.room.chatAuthor(client);
    return from ? { from, text } : this.#refuse(client, context, { reason: "session/bad_message" });
  }

  #refuse(client: Client, context: MessageContext, refusal: Refusal): undefined {
    this.room.refuse(client, context, refusal);
    return undefined;
  }

  /** That somebody spoke, never what they said. */
  #logMessage(client: Client, kind: ChatLine["kind"]): void {
    this.room.log.debug({ event: "message", ...this.room.logFields(client), kind }, "chat");
  }

  #number(line: NewLine): ChatLine {
    this.#lastId += 1;
    return { ...line, id: this.#lastId, at: Date.now() };
  }
}
