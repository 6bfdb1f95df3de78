import { createServer } from "node:net";
import { createApp } from "./app.ts";
import { readProcessConfig } from "./config.ts";
import { createLogger } from "./ops/logger.ts";
import { watchStalls } from "./ops/stalls.ts";

/** Say what is wrong in plain sentences, all of it, and end. */
function giveUp(sentences: readonly string[]): never {
  for (const sentence of sentences) process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/**
 * Why a port cannot be had, or `undefined`.
 *
 * @param prefix of the names of the two settings
 */
async function portTrouble(host: string, port: number, prefix: "" | "OPS_"): Promise<string | undefined> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen(port, host, resolve);
    });
    await new Promise((resolve) => probe.close(resolve));
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE")
      return `Port ${port} is taken: set ${prefix}PORT to a free one, or see with npm run doctor who has it.`;
    if (code === "EACCES")
      return `Port ${port} needs more rights than this user has: set ${prefix}PORT above 1023.`;
    return `${prefix}HOST ${host} with ${prefix}PORT ${port} cannot be listened on (${String(code)}).`;
  }
}

const read = readProcessConfig();
if (!read.ok) giveUp(read.mistakes);
const { config } = read;
const { HOST, PORT, OPS_HOST, OPS_PORT } = config;
const troubles = [
  await portTrouble(HOST, PORT, ""),
  OPS_PORT === "off" ? undefined : await portTrouble(OPS_HOST, OPS_PORT, "OPS_"),
].filter((trouble) => trouble !== undefined);
if (troubles.length > 0) giveUp(troubles);
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
const port = await app.listen();
watchStalls(logger);
logger.info(
  {
    event: "listening",
    host: HOST,
    port,
    exposed: ["website", "/api", "/matchmake", "websocket", "/healthz", "/readyz"],
    operations: app.operations
      ? { host: OPS_HOST, port: app.operations.port, exposed: app.operations.exposed }
      : "off",
    origins: config.ORIGINS.length > 0 ? config.ORIGINS : "this one's own",
    trustProxy: config.TRUST_PROXY.length > 0 ? config.TRUST_PROXY : "nobody",
    playground: "off",
    developmentSecret: config.hasDevelopmentSecret,
  },
  `listening on port ${port}`,
);
