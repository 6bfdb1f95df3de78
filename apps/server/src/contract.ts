import type { Client, MessageContext } from "@colyseus/core";
import { encodeRefusal } from "@tagalong/shared/session/reasons.ts";
import type { z } from "zod";
import type { BaseRoom } from "./session/BaseRoom.ts";

type MessageNames<R> = R extends { messages?: infer M } ? keyof M : never;

/** Messages that a contract names and a room has no handler for. `never` when all are handled. */
export type Unhandled<C extends { messages: object }, Handlers> = Exclude<
  keyof C["messages"],
  keyof Handlers | MessageNames<Handlers>
>;
export type AssertNever<T extends never> = T;

export interface MessageOptions {
  /** Also from a client whose seat is not approved yet. */
  beforeApproval?: boolean;
}

/**
 * A message handler that has checked what it was sent.
 *
 * The schema states only what an honest client can never get wrong; breaking it closes the session with a
 * reason. What a player may mistype is a `check*` rule in the handler, answered with `room.refuse`.
 */
export function message<M>(
  schema: z.ZodType<M>,
  handle: (client: Client, message: M, context: MessageContext) => unknown,
  { beforeApproval = false }: MessageOptions = {},
): (this: BaseRoom, client: Client, raw: unknown, context: MessageContext) => unknown {
  return function (client, raw, context) {
    const parsed = schema.safeParse(raw);
    if (parsed.success && (beforeApproval || this.isApproved(client))) {
      return handle(client, parsed.data, context);
    }
    const detail = { what: parsed.success ? "before approval" : "shape of a message" };
    this.closeSession(client, { reason: "session/bad_message", detail });
    return context.reject(encodeRefusal({ reason: "session/bad_message", detail }));
  };
}
