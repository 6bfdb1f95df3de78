import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/** Where server and page listen on this machine. The shell wins over `.env`, as with `node --env-file`. */
export function readPorts() {
  const file = existsSync(".env") ? parseEnv(readFileSync(".env", "utf8")) : {};
  return {
    port: process.env.PORT ?? file.PORT ?? "2567",
    clientPort: process.env.CLIENT_PORT ?? file.CLIENT_PORT ?? "5173",
  };
}
