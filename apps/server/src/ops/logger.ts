import { createRequire } from "node:module";
import { type DestinationStream, type Logger, pino } from "pino";
import type { Config } from "../config.ts";
import { currentRequest } from "../http/requests.ts";

export type { Logger };

/** Names of fields that could carry a secret. */
const SECRETS = [
  "token",
  "reconnectionToken",
  "password",
  "passwordHash",
  "ticket",
  "roomTicket",
  "authorization",
  "cookie",
  "secret",
  "SESSION_SECRET",
  "OPS_SECRET",
  "MONITOR_PASSWORD",
];

/**
 * Readable lines in development, one JSON object per line in production.
 *
 * A line that is written for a request has its id. Fields that could carry a secret are not written, neither at the top of
 * a line nor one object down. No deeper: each level looked through costs more than the line itself.
 */
export function createLogger(
  config: Pick<Config, "isProduction" | "LOG_LEVEL">,
  destination?: DestinationStream,
): Logger {
  const stream = destination ?? (config.isProduction ? createJsonStream() : createPrettyStream());
  return pino(
    {
      level: config.LOG_LEVEL,
      mixin: () => {
        const request = currentRequest();
        return request ? { requestId: request.requestId } : {};
      },
      redact: SECRETS.flatMap((name) => [name, `*.${name}`]),
    },
    stream,
  );
}

function createJsonStream(): DestinationStream {
  return pino.destination({ dest: 1, sync: true });
}

/** Loaded only where it is asked for. What is installed for production has no such package, and has JSON then too. */
function createPrettyStream(): DestinationStream {
  let pretty: (options: object) => DestinationStream;
  try {
    pretty = createRequire(import.meta.url)("pino-pretty");
  } catch {
    // It is not installed: that is all that could be wrong.
    return createJsonStream();
  }
  return pretty({
    colorize: process.stdout.isTTY,
    ignore: "pid,hostname",
    translateTime: "HH:MM:ss",
    singleLine: true,
    sync: true,
  });
}
