import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { turbo } from "./lib/tools.mjs";
import { server } from "./server.mjs";

/** Production on one port: the server hands out the built client. */
export async function start() {
  // Turborepo builds only what changed, so a pulled change never runs against an old client.
  const code = await turbo("build", ["--filter=@tagalong/client", "--output-logs=errors-only"]);
  if (code !== 0) return code;
  keepSecret();
  return server("start");
}

/**
 * The server refuses to run in production on a secret that anybody can read in the source. The first start
 * writes one: kept, because guests and rooms of yesterday are known by it.
 */
function keepSecret() {
  const file = existsSync(".env") ? readFileSync(".env", "utf8") : "";
  if (process.env.SESSION_SECRET ?? parseEnv(file).SESSION_SECRET) return;
  const newline = file === "" || file.endsWith("\n") ? "" : "\n";
  appendFileSync(".env", `${newline}SESSION_SECRET=${randomBytes(32).toString("hex")}\n`, { mode: 0o600 });
  console.log("SESSION_SECRET was not set: wrote a new one to .env, which git ignores.");
}
