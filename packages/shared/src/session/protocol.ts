import { z } from "zod";
import type { Refusal } from "./reasons.ts";

/**
 * Goes up with every change that an older client could not follow: a state field, a message, the step.
 * A client with another number is told to reload before it takes a seat.
 */
export const PROTOCOL_VERSION = 3;

/** What a guest token says about its bearer. Signed by the server, readable by the client. */
export const GuestClaims = z.object({
  /** The identity that outlives sessions. Secret between the guest and the server. */
  id: z.uuid(),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
});
export type GuestClaims = z.infer<typeof GuestClaims>;

/** `POST /api/guest` takes the token at hand, if any: the same browser stays the same guest. */
export const GuestRequest = z.object({ token: z.string().max(1024).optional() });
export type GuestRequest = z.infer<typeof GuestRequest>;
export interface GuestResponse {
  token: string;
  expiresAt: number;
}

/** Join options of every room. They ride in the body of the join request, never in an address. */
export const JoinOptions = z.object({
  protocol: z.number().int(),
  /** As typed; the server cleans and checks it. */
  name: z.string().max(200).optional(),
  password: z.string().max(200).optional(),
  /** A ticket of this room: its bearer was approved before and need not type the password again. */
  ticket: z.string().max(4096).optional(),
  colour: z.number().int().min(0).max(7).optional(),
  hat: z.number().int().min(0).max(7).optional(),
});
export type JoinOptions = z.infer<typeof JoinOptions>;

/** The server's answer to `session:hello`: the seat is approved and this is where you are. */
export interface Welcome {
  sessionId: string;
  name: string;
  room: { id: string; code: string; title: string };
  /** Milliseconds since the epoch on the server's clock. */
  serverTime: number;
  protocol: number;
  build: string;
  /** How long the seat is held after a lost connection. */
  seatHoldSeconds: number;
  /** Opaque, sealed: lets the bearer's room be opened again under its code after the server lost it. */
  roomTicket: string;
}

/** Wishes of a session, understood by every room that has seats. */
export interface SessionToServer {
  /** First message after the join; until it arrives there is no player. Answered with a {@link Welcome}. */
  "session:hello": { protocol: number; build: string };
  /** The world is loaded and drawn: from now on inputs count. */
  "session:ready": Record<string, never>;
  "session:away": { away: boolean };
  /** Answered with the name as it was taken, or a reason. */
  "session:rename": { name: string };
}

/** What the wishes above are answered with, where it is more than "done". */
export interface SessionAnswers {
  "session:hello": Welcome;
  "session:rename": { name: string };
}

/** Nothing here closes a session: that is what the close frame's reason is for. */
export interface SessionToClient {
  /**
   * Shown to the player while the connection goes on. `session/server_restarting` with `inMs` in its detail: the room
   * moves in so many milliseconds; with `calledOff`: it does not, after all.
   */
  "session:notice": Refusal;
  /** The room changed since the welcome: this ticket opens it as it is now. */
  "session:ticket": { ticket: string };
}

export const SESSION_MESSAGES = {
  "session:hello": z.object({ protocol: z.number().int(), build: z.string().max(40) }),
  "session:ready": z.object({}),
  "session:away": z.object({ away: z.boolean() }),
  "session:rename": z.object({ name: z.string().max(200) }),
} as const satisfies { [K in keyof SessionToServer]: z.ZodType<SessionToServer[K]> };
