import { readPorts } from "./lib/ports.mjs";
import { writeSecrets } from "./lib/secrets.mjs";
import { buildId, turbo } from "./lib/tools.mjs";
import { server } from "./server.mjs";

/** Production on one port: the server hands out the built client. */
export async function start() {
  // Turborepo builds only what changed, so a pulled change never runs against an old client.
  const code = await turbo("build", ["--filter=@tagalong/client", "--output-logs=errors-only"]);
  if (code !== 0) return code;
  // The first start writes what production refuses to run without, and a way in for whoever runs it.
  const written = writeSecrets(".env", process.env);
  if (written.length > 0)
    console.log(`Nobody had set ${written.join(" and ")}: wrote new ones to .env, which git ignores.`);
  const { port, opsPort } = readPorts();
  console.log(
    `Tagalong starts at http://localhost:${port}. What follows is its log, one JSON object in a line.`,
  );
  return server("start", { ...process.env, OPS_PORT: opsPort, BUILD_ID: buildId() });
}
