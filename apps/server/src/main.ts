import { createServer } from "node:net";
import { createApp } from "./app.ts";
import { type Config, readProcessConfig } from "./config.ts";
import { createLogger } from "./ops/logger.ts";
import { watchStalls } from "./ops/stalls.ts";

/** Say what is wrong in plain sentences, all of it, and end. */
function giveUp(sentences: readonly string[]): never {
  for (const sentence of sentences) process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** Why the port cannot be had, or `undefined`. */
async function portTrouble({ HOST, PORT }: Config): Promise<string | undefined> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen(PORT, HOST, resolve);
    });
    await new Promise((resolve) => probe.close(resolve));
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE") return `Port ${PORT} is taken by another program: set PORT to a free one.`;
    if (code === "EACCES") return `Port ${PORT} needs more rights than this user has: set PORT above 1023.`;
    return `HOST ${HOST} with PORT ${PORT} cannot be listened on (${String(code)}).`;
  }
}

const read = readProcessConfig();
if (!read.ok) giveUp(read.mistakes);
const { config } = read;
const trouble = await portTrouble(config);
if (trouble) giveUp([trouble]);
if (process.argv.includes("--check")) process.exit(0);

const logger = createLogger(config);
// The framework ends the process in order after an uncaught exception; what must not happen is silence.
process.on("uncaughtException", (error) =>
  logger.fatal({ event: "exception", err: error }, "uncaught exception"),
);
process.on("unhandledRejection", (error) => {
  logger.error({ event: "exception", err: error }, "unhandled rejection");
});

const app = createApp(config, logger);
app.server.onBeforeShutdown(async () => logger.info({ event: "stopping" }, "stopping"));
app.server.onShutdown(async () => logger.info({ event: "stopped" }, "stopped"));
const port = await app.listen();
watchStalls(logger);
logger.info(
  {
    event: "listening",
    host: config.HOST,
    port,
    exposed: ["website", "/api", "/matchmake", "websocket", "/healthz", "/readyz"],
    origins: config.ORIGINS.length > 0 ? config.ORIGINS : "this one's own",
    trustProxy: config.TRUST_PROXY,
    monitor: "off",
    playground: "off",
    developmentSecret: config.hasDevelopmentSecret,
  },
  `listening on port ${port}`,
);
