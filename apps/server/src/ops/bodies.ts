import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { encodeRefusal, type Reason } from "@tagalong/shared/session/reasons.ts";
import type { Metrics } from "./metrics.ts";

/** The largest honest body is a join with a room ticket. */
export const BODY_BYTES_MAX = 8 * 1024;

const GUARDED = "/matchmake/";

/**
 * Read the bodies of join requests before the framework does, which would take any size, and print the stack
 * of every one that is no JSON.
 *
 * Call after the server listens: it stands in front of the request listeners there are by then.
 */
export function guardBodies(server: Server, metrics: Metrics): void {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage & { body?: unknown }, response: ServerResponse) => {
    const pass = () => {
      for (const listener of listeners) listener.call(server, request, response);
    };
    if (!request.url?.startsWith(GUARDED) || request.method !== "POST") return pass();
    const refuse = (status: number, reason: Reason) => {
      metrics.refused(reason);
      response.writeHead(status, { "content-type": "application/json", connection: "close" });
      response.end(JSON.stringify({ code: status, error: encodeRefusal({ reason }) }));
    };
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
      // Answered at once; what still comes is read and thrown away until the client has seen the answer.
      else if (!response.headersSent) refuse(413, "session/message_too_big");
    });
    request.on("end", () => {
      if (response.headersSent) return;
      const body = parse(Buffer.concat(chunks).toString());
      if (body === undefined) return refuse(400, "lobby/bad_options");
      request.body = body;
      pass();
    });
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
