import { type DestinationStream, type Logger, pino } from "pino";
import pretty from "pino-pretty";
import type { Config } from "../config.ts";

export type { Logger };

/**
 * Readable lines in development, one JSON object per line in production.
 *
 * Fields that could carry a secret are never written, whatever a caller passes.
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
          sync: true,
        }));
  return pino(
    {
      level: config.LOG_LEVEL,
      redact: ["token", "password", "ticket", "authorization", "*.token", "*.password", "*.ticket"],
    },
    stream,
  );
}
