import type { IncomingMessage, ServerResponse } from "node:http";
import { parseRoomCode } from "@tagalong/shared/lobby/codes.ts";
import { PASSWORD_MAX } from "@tagalong/shared/lobby/rules.ts";
import type { Plugin } from "vite";
import { BOTS_MAX, BOTS_PATH, type BotsAnswer, type BotsRequest } from "../src/debug/botsClient.ts";
import { BotProcesses } from "./BotProcesses.ts";

const BODY_BYTES_MAX = 1_024;
const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/**
 * Lets a page in development fill its room: `POST /dev/bots` starts the same bots as `npm run bots`, `DELETE` sends them
 * away. They end with the development server. Only for pages of this server, on this machine.
 *
 * @param server base address of the game server
 */
export function botsPlugin(server: string): Plugin {
  return {
    name: "tagalong:bots",
    // Neither a build nor its preview has it: the hook below belongs to the development server alone.
    apply: "serve",
    configureServer({ middlewares, httpServer }) {
      const bots = new BotProcesses(server);
      middlewares.use(BOTS_PATH, createBotsHandler(bots));
      httpServer?.once("close", () => void bots.stop());
    },
  };
}

/** What the plugin asks of the processes. */
export interface BotCalls {
  /** Resolves when each is in the room or has given up. */
  start(request: BotsRequest): Promise<BotsAnswer>;
  /** Resolves when all are gone. */
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  body: BotsAnswer;
}

/** The route itself. */
export function createBotsHandler(bots: BotCalls) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, body } = await answer(bots, request);
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(JSON.stringify(body));
  };
}

async function answer(bots: BotCalls, request: IncomingMessage): Promise<Answer> {
  if (!isFromHere(request)) return refusal(403, "Bots are called by pages of this server, on this machine.");
  switch (request.method) {
    case "POST": {
      if (!request.headers["content-type"]?.startsWith("application/json")) {
        return refusal(415, "A call for bots is JSON.");
      }
      const call = readCall(await readBody(request));
      if (!call) return refusal(400, `A call names a room and a count from 1 to ${BOTS_MAX}.`);
      // Also when none got in: the page tells, and a browser would print any other status in red.
      return { status: 200, body: await bots.start(call) };
    }
    case "DELETE":
      await bots.stop();
      return { status: 200, body: { ok: true, playing: 0, wanted: 0, total: 0 } };
    default:
      return refusal(405, "Bots are called with POST and sent away with DELETE.");
  }
}

function refusal(status: number, why: string): Answer {
  return { status, body: { ok: false, why } };
}

/** A page of another site may send requests here too; browsers name the page's origin in each of these. */
function isFromHere({ socket, headers: { origin, host } }: IncomingMessage): boolean {
  if (!LOOPBACK.has(socket.remoteAddress ?? "")) return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/** The body as text; `undefined` when it is too long, or cut short. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > BODY_BYTES_MAX) return undefined;
      chunks.push(chunk);
    }
  } catch (error) {
    console.warn("a call for bots was cut short", error);
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function readCall(text: string | undefined): BotsRequest | undefined {
  const body = parseJson(text);
  if (typeof body !== "object" || body === null) return undefined;
  const { room: typed, count, password } = body as Record<string, unknown>;
  const room = typeof typed === "string" ? parseRoomCode(typed) : undefined;
  if (room === undefined || !isCount(count)) return undefined;
  if (password === undefined) return { room, count };
  return typeof password === "string" && password.length <= PASSWORD_MAX
    ? { room, count, password }
    : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= BOTS_MAX;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
