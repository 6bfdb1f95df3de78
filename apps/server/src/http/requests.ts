import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import type { Services } from "../services.ts";
import { answerRefused } from "./refusals.ts";

/** A browser behind two proxies sends half of these. */
const HEADERS_MAX = 100;
const METHODS = new Set(["GET", "HEAD", "POST", "OPTIONS"]);
/** What is no file: these have ids, and lines in the log. */
const LOGGED = /^\/(?:api|matchmake)(?:\/|$)/;
const PATH_LOGGED_MAX = 200;
/** A name or an address, and a port: nobody's name and password, and no path. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;
const REQUEST_ID = /^[\w-]{8,64}$/;

interface CurrentRequest {
  readonly requestId: string;
  /** Why it is being refused, once it is. */
  reason: Reason | undefined;
  /** A limit has let it pass: only so many of these can be caused, and each may have a line in the log. */
  isCounted: boolean;
  isOver: boolean;
}

const current = new AsyncLocalStorage<CurrentRequest>();

/**
 * The request that the code runs for, if any. Timers of a room that was opened by a request run for it, too, as far as
 * Node can tell: they do not any more once it is answered.
 */
export function currentRequest(): CurrentRequest | undefined {
  const request = current.getStore();
  return request?.isOver ? undefined : request;
}

/** A limit has let the request pass that the code runs for. */
export function noteCounted(): void {
  const request = currentRequest();
  if (request) request.isCounted = true;
}

/**
 * Turn away what is no honest request, or is one of too many that an address has under way. Give an id to every other one
 * that is for the game and not for a file, and log how it ended.
 *
 * Call after the server listens, and before addresses are overwritten: it stands in front of the listeners there are.
 */
export function guardRequests(
  server: Server,
  { connections, logger, refusals }: Pick<Services, "connections" | "logger" | "refusals">,
): void {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const pass = () => {
      for (const listener of listeners) listener.call(server, request, response);
    };
    const address = String(request.headers["x-real-ip"]);
    const isTooMany = connections.hasAllRequests(address);
    response.once("close", connections.beginRequest(address));
    const [path = ""] = (request.url ?? "").split("?", 1);
    response.setHeader("X-Content-Type-Options", "nosniff");
    const fault = faultOf(request);
    if (fault) {
      refusals.note(fault.reason, fault.what, address);
      return answerRefused(response, fault.status, fault.reason);
    }
    if (isTooMany) {
      refusals.note("session/too_many_connections", "requests of one address at once", address);
      return answerRefused(response, 429, "session/too_many_connections");
    }
    if (!LOGGED.test(path)) return pass();
    const given = String(request.headers["x-request-id"] ?? "");
    const requestId = REQUEST_ID.test(given) ? given : randomUUID();
    response.setHeader("X-Request-Id", requestId);
    const entry: CurrentRequest = { requestId, reason: undefined, isCounted: false, isOver: false };
    const begin = performance.now();
    response.once("close", () => {
      entry.isOver = true;
      const { method } = request;
      const { statusCode: status, writableFinished } = response;
      const line = {
        event: "request",
        requestId,
        method,
        // Without the query, and no longer than anybody reads.
        path: path.slice(0, PATH_LOGGED_MAX),
        status,
        ms: Math.round(performance.now() - begin),
        address,
        ...(entry.reason && { reason: entry.reason }),
        ...(!writableFinished && { aborted: true }),
      };
      // What is asked too often, or was refused before it could be counted, is told of now and then.
      const isTold = status >= 400 && entry.isCounted && entry.reason !== "session/too_many_requests";
      logger[isTold ? "info" : "debug"](line, `${method} ${status}`);
    });
    current.run(entry, pass);
  });
}

/**
 * Whether the target of a request is a path, and makes an address with the host it asks for. The framework puts the two
 * together: where that fails, it never answers, or writes the whole of it to the log. Checks of health may name no host.
 */
export function isRightTarget(url: string, host = "localhost"): boolean {
  return url.startsWith("/") && HOST.test(host) && URL.canParse(`http://${host}${url}`);
}

interface Fault {
  status: number;
  reason: Reason;
  what: string;
}

function faultOf({ method = "", url = "", rawHeaders, headers }: IncomingMessage): Fault | undefined {
  if (rawHeaders.length / 2 > HEADERS_MAX) {
    return { status: 431, reason: "session/message_too_big", what: "number of headers" };
  }
  if (!METHODS.has(method)) return { status: 405, reason: "session/bad_message", what: "method" };
  if (!isRightTarget(url, headers.host)) {
    return { status: 400, reason: "session/bad_message", what: "address of a request" };
  }
  return undefined;
}
