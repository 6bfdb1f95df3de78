import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/**
 * Where server and page listen on this machine. The shell wins over `.env`, as with `node --env-file`; a blank one is not
 * set, as for the server.
 */
export function readPorts() {
  const file = existsSync(".env") ? parseEnv(readFileSync(".env", "utf8")) : {};
  return portsOf({ ...file, ...process.env });
}

/** The same of settings that were read already. */
export function portsOf(values) {
  const port = values.PORT?.trim() || "2567";
  return {
    port,
    clientPort: values.CLIENT_PORT?.trim() || "5173",
    opsPort: values.OPS_PORT?.trim() || operationsBeside(port),
  };
}

/** The next port, for this machine only: what a root script starts can be looked into. A server by itself wants to be told. */
function operationsBeside(port) {
  const next = Number(port) + 1;
  return next > 1 && next <= 65_535 ? String(next) : "off";
}
