import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import { z } from "zod";
import { RoomSettings } from "../lobby/settings.ts";
import type { Logger } from "../ops/logger.ts";

/** Another shape than this: a room that is read by another version starts afresh instead of half right. */
const SHAPE = 1;

const KeptPlayer = z.object({
  guestId: z.string(),
  name: z.string(),
  colour: z.number(),
  hat: z.number(),
  /** The room's own to read: what it wrote in `bodyOf`. */
  body: z.unknown(),
});
export type KeptPlayer = z.infer<typeof KeptPlayer>;

export const KeptChat = z.object({
  lastId: z.number().int(),
  lines: z.array(z.custom<ChatLine>((line) => typeof line === "object" && line !== null && "kind" in line)),
});
export type KeptChat = z.infer<typeof KeptChat>;

/** A room on its way from a process that is being stopped to another: all that its players would miss. */
export const KeptRoom = z.object({
  shape: z.literal(SHAPE),
  /** As they are now: newer than any ticket. */
  settings: RoomSettings,
  /** Guest id of the leader. */
  leader: z.string().optional(),
  chat: KeptChat,
  /** Connected or with the seat held, in the order of their joins. */
  players: z.array(KeptPlayer),
});
export type KeptRoom = z.infer<typeof KeptRoom>;

export function keptRoom(parts: Omit<KeptRoom, "shape">): KeptRoom {
  return { shape: SHAPE, ...parts };
}

/** What another process wrote, if this one can read it. What it cannot is lost, and the log tells what that was. */
export function readKept<T>(shape: z.ZodType<T>, written: unknown, what: string, log: Logger): T | undefined {
  if (written === undefined) return undefined;
  const read = shape.safeParse(written);
  if (read.success) return read.data;
  log.warn({ event: "not_restored", what, err: read.error }, "what was kept cannot be read");
  return undefined;
}
