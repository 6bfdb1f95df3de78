import { z } from "zod";

/** Who wrote a line. `guest` is a short public id: the same guest has the same one in every room. */
export interface ChatAuthor {
  sessionId: string;
  guest: string;
  name: string;
  colour: number;
}

/** How a session ended, told apart in the feed. */
export type LeaveCause = "left" | "timeout" | "kicked" | "replaced" | "removed" | "moved";

interface LineBase {
  /** Unique and rising within a room. */
  id: number;
  /** Milliseconds since the epoch, on the server's clock. */
  at: number;
}

/** One line of the feed, as it travels. Text is text: nobody renders it as markup. */
export type ChatLine =
  | (LineBase & { kind: "say" | "me"; from: ChatAuthor; text: string })
  | (LineBase & { kind: "whisper"; from: ChatAuthor; to: ChatAuthor; text: string })
  | (LineBase & { kind: "joined"; name: string })
  | (LineBase & { kind: "dropped"; name: string })
  | (LineBase & { kind: "returned"; name: string })
  | (LineBase & { kind: "leaving"; name: string; cause: LeaveCause })
  | (LineBase & { kind: "renamed"; name: string; newName: string })
  | (LineBase & { kind: "leads"; name: string })
  /** By whoever runs the server, to everybody. */
  | (LineBase & { kind: "announced"; text: string });

/** All are requests: answered with nothing, or refused with a reason. */
export interface ChatToServer {
  "chat:say": { text: string; me?: boolean | undefined };
  "chat:whisper": { name: string; text: string };
}

export interface ChatToClient {
  "chat:line": ChatLine;
  /** The last lines before you came, oldest first. Whispers are never among them. */
  "chat:history": ChatLine[];
}

/** Bounds that an honest client cannot break; what a player may mistype is `checkChatText`'s to refuse. */
export const CHAT_MESSAGES = {
  "chat:say": z.object({ text: z.string().max(2000), me: z.boolean().optional() }),
  "chat:whisper": z.object({ name: z.string().max(200), text: z.string().max(2000) }),
} as const satisfies { [K in keyof ChatToServer]: z.ZodType<ChatToServer[K]> };
