import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import type { LobbyRoom } from "../lobby/lobbyConnection.ts";
import type { PlazaRoom } from "../session/connection.ts";

/** What a chat needs from the room it is in. Requests reject with a refusal. */
export interface ChatWire {
  readonly sessionId: string;
  onLine(listener: (line: ChatLine) => void): void;
  onHistory(listener: (lines: ChatLine[]) => void): void;
  say(text: string, isMe: boolean): Promise<unknown>;
  whisper(name: string, text: string): Promise<unknown>;
  /** Resolves with the name as it was taken. */
  rename(name: string): Promise<string>;
  /** Only rooms with a leader have it. */
  kick?(sessionId: string): Promise<unknown>;
}

export function plazaWire(room: PlazaRoom): ChatWire {
  return {
    sessionId: room.sessionId,
    onLine: (listener) => void room.onMessage("chat:line", listener),
    onHistory: (listener) => void room.onMessage("chat:history", listener),
    say: (text, isMe) => room.request("chat:say", isMe ? { text, me: true } : { text }),
    whisper: (name, text) => room.request("chat:whisper", { name, text }),
    rename: async (name) => (await room.request("session:rename", { name })).name,
    kick: (sessionId) => room.request("lobby:kick", { sessionId }),
  };
}

export function lobbyWire(room: LobbyRoom): ChatWire {
  return {
    sessionId: room.sessionId,
    onLine: (listener) => void room.onMessage("chat:line", listener),
    onHistory: (listener) => void room.onMessage("chat:history", listener),
    say: (text, isMe) => room.request("chat:say", isMe ? { text, me: true } : { text }),
    whisper: (name, text) => room.request("chat:whisper", { name, text }),
    rename: async (name) => (await room.request("lobby:name", { name })).name,
  };
}
