import type { Client, MessageContext } from "@colyseus/core";
import { decodeRefusal, encodeRefusal } from "@tagalong/shared/session/reasons.ts";
import type { z } from "zod";
import type { BaseRoom } from "./session/BaseRoom.ts";

type MessageNames<R> = R extends { messages?: infer M } ? keyof M : never;
type PluginMessageNames<R> = R extends { plugins: infer P } ? MessageNames<P[keyof P]> : never;

/** Messages that a contract names and neither a room nor its plugins have a handler for. `never` when all are handled. */
export type Unhandled<C extends { messages: object }, R> = Exclude<
  keyof C["messages"],
  MessageNames<R> | PluginMessageNames<R>
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
      // To the framework, which logs it, an answer that failed is one without content.
      const fail = (error: unknown) => {
        const refusal = error instanceof Error ? decodeRefusal(error.message) : undefined;
        if (refusal) return this.refuse(client, context, refusal);
        this.refuse(client, context, { reason: "session/internal_error" });
        throw error;
      };
      try {
        const answer = handle(client, parsed.data, context);
        return answer instanceof Promise ? answer.catch(fail) : answer;
      } catch (error) {
        return fail(error);
      }
    }
    const detail = { what: parsed.success ? "before approval" : "shape of a message" };
    this.closeSession(client, { reason: "session/bad_message", detail });
    return context.reject(encodeRefusal({ reason: "session/bad_message", detail }));
  };
}
