import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import { answerRefused, type EdgeRefusals } from "./refusals.ts";

/** The largest honest body is a join with a room ticket. */
export const BODY_BYTES_MAX = 8 * 1024;

const JOINS = "/matchmake/";

/**
 * Read the body of every request before anything else does, and only so much of it. The framework would take a join of
 * any size, and print the stack of every one that is no JSON; a route that needs no body would let one come for as long
 * as it likes.
 *
 * Who handles the request finds an object in `body` where the request says that it is JSON, and nothing there otherwise.
 *
 * Call after the server listens: it stands in front of the request listeners there are by then.
 */
export function guardBodies(server: Server, refusals: EdgeRefusals): void {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage & { body?: unknown }, response: ServerResponse) => {
    const pass = () => {
      for (const listener of listeners) listener.call(server, request, response);
    };
    const { headers } = request;
    const isJoin = request.method === "POST" && request.url?.startsWith(JOINS) === true;
    const length = Number(headers["content-length"] ?? 0);
    if (length === 0 && headers["transfer-encoding"] === undefined && !isJoin) return pass();
    const refuse = (status: number, reason: Reason, what: string) => {
      refusals.note(reason, what, String(headers["x-real-ip"]));
      answerRefused(response, status, reason);
    };
    if (length > BODY_BYTES_MAX) return refuse(413, "session/message_too_big", "body of a request");
    const isJson = isJoin || /^application\/json\b/i.test(headers["content-type"] ?? "");
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
      else if (!response.headersSent) refuse(413, "session/message_too_big", "body of a request");
    };
    const end = () => {
      if (response.headersSent) return;
      if (isJson) {
        request.body = parse(Buffer.concat(chunks).toString());
        if (request.body === undefined) return refuse(400, "lobby/bad_options", "no JSON");
      }
      pass();
    };
    // What the connection calls would not be known to run for this request.
    request.on("data", AsyncLocalStorage.bind(take));
    request.on("end", AsyncLocalStorage.bind(end));
  });
}

/** A JSON object, or `undefined` for everything else. */
function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // Not JSON: refused by the caller, with a reason instead of a stack.
    return undefined;
  }
}
