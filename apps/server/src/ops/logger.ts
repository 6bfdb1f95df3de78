import { type DestinationStream, type Logger, pino } from "pino";
import pretty from "pino-pretty";
import type { Config } from "../config.ts";

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
];

/**
 * Readable lines in development, one JSON object per line in production.
 *
 * Fields that could carry a secret are not written, neither at the top of a line nor one object down. No deeper:
 * each level looked through costs more than the line itself.
 */
export function createLogger(
  config: Pick<Config, "isProduction" | "LOG_LEVEL">,
  destination?: DestinationStream,
): Logger {
  const stream =
    destination ??
    (config.isProduction
      ? pino.destination({ dest: 1, sync: true })
      : pretty({
          colorize: process.stdout.isTTY,
          ignore: "pid,hostname",
          translateTime: "HH:MM:ss",
          singleLine: true,
          sync: true,
        }));
  return pino(
    {
      level: config.LOG_LEVEL,
      redact: SECRETS.flatMap((name) => [name, `*.${name}`]),
    },
    stream,
  );
}
