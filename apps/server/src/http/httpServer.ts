import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import type { Config } from "../config.ts";
import { type AddressTest, networkOf, readAddress } from "./addresses.ts";
import { CONNECTIONS_PER_PLAYER, Tally } from "./connections.ts";
import { answerRefusedRaw, type EdgeRefusals } from "./refusals.ts";

/** Cookies that other programs on the same machine have set come along: a developer has many. */
const HEAD_BYTES_MAX = { production: 8 * 1024, otherwise: 16 * 1024 };
/** A response of which nothing is taken for so many times as long as a request may take. */
const SILENCE_TIMES = 6;
/** Longer than proxies keep theirs: whoever closes first must not be the one that is called. */
const KEEP_ALIVE_MS = { behindProxy: 75_000, otherwise: 5_000 };
const REQUESTS_PER_CONNECTION = 1_000;

type Settings = Pick<
  Config,
  "isProduction" | "MAX_CONNECTIONS" | "MAX_CONNECTIONS_PER_ADDRESS" | "REQUEST_TIMEOUT_MS" | "TRUST_PROXY"
>;

/**
 * The server's listener, with every limit there is before a request is read: how long it may take, how large its head
 * may be, and how many connections there are, in all and from one address.
 *
 * @param isExempt tells the addresses that may have any number of connections: proxies, which count by themselves
 */
export function createHttpServer(config: Settings, refusals: EdgeRefusals, isExempt: AddressTest): Server {
  const { isProduction, REQUEST_TIMEOUT_MS, TRUST_PROXY } = config;
  const server = createServer({
    maxHeaderSize: isProduction ? HEAD_BYTES_MAX.production : HEAD_BYTES_MAX.otherwise,
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: Math.min(1_000, Math.ceil(REQUEST_TIMEOUT_MS / 4)),
    keepAliveTimeout: TRUST_PROXY.length > 0 ? KEEP_ALIVE_MS.behindProxy : KEEP_ALIVE_MS.otherwise,
  });
  server.timeout = REQUEST_TIMEOUT_MS * SILENCE_TIMES;
  server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION;
  server.maxConnections = config.MAX_CONNECTIONS * CONNECTIONS_PER_PLAYER;
  // Not by dropping what is too many, as Node would, the proxy's own headers first: see `requests.ts`.
  server.maxHeadersCount = 0;

  server.on("drop", (dropped) => {
    refusals.note("session/server_full", "connections in all", dropped?.remoteAddress ?? "unknown");
  });
  limitPerAddress(server, config, refusals, isExempt);
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    const fault = faultOf(error.code ?? "", socket);
    if (!fault) return void socket.destroy();
    // What is still under way is read by the parser, which fails again, and was answered.
    if (!socket.writable) return;
    const { status, reason, what } = fault;
    refusals.note(reason, what, readAddress(socket.remoteAddress ?? "") ?? "unknown");
    // Never into the middle of a response.
    const response: { headersSent?: boolean } | null | undefined = Reflect.get(socket, "_httpMessage");
    if (response?.headersSent) socket.destroy();
    else answerRefusedRaw(socket, status, reason);
  });
  return server;
}

function limitPerAddress(
  server: Server,
  config: Pick<Config, "MAX_CONNECTIONS_PER_ADDRESS">,
  refusals: EdgeRefusals,
  isExempt: AddressTest,
): void {
  const open = new Tally();
  server.on("connection", (socket: Socket) => {
    const address = readAddress(socket.remoteAddress ?? "");
    if (address === undefined || isExempt(address)) return;
    const network = networkOf(address);
    if (open.of(network) >= config.MAX_CONNECTIONS_PER_ADDRESS * CONNECTIONS_PER_PLAYER) {
      refusals.note("session/too_many_connections", "connections of one address", address);
      socket.destroy();
      return;
    }
    socket.once("close", open.add(network));
  });
}

interface Fault {
  status: number;
  reason: Reason;
  what: string;
}

/** What is wrong with what came over a socket; `undefined` where there is nobody to tell. */
function faultOf(code: string, socket: Socket): Fault | undefined {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      // A browser opens connections before it has anything to ask.
      if (socket.bytesRead === 0) return undefined;
      return { status: 408, reason: "session/approval_timeout", what: "slow request" };
    case "HPE_HEADER_OVERFLOW":
      return { status: 431, reason: "session/message_too_big", what: "head of a request" };
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return { status: 413, reason: "session/message_too_big", what: "body of a request" };
    default:
      if (!code.startsWith("HPE_")) return undefined;
      return { status: 400, reason: "session/bad_message", what: "no HTTP" };
  }
}
