import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { readPorts } from "./lib/ports.mjs";
import { turbo } from "./lib/tools.mjs";
import { server } from "./server.mjs";

const POLL_MS = 100;
const NOISE = /^\s*$|^\s*• |^cache bypass, |^\s*(Tasks|Cached|Time): /;

/** Server and client with reload on both sides. */
export async function dev() {
  // The server reads the file itself; only the ports are shared.
  const { port, clientPort, opsPort } = readPorts();
  const env = { ...process.env, PORT: port, CLIENT_PORT: clientPort, OPS_PORT: opsPort };

  // `node --watch` would sit on a wrong setting and wait for an edit, so the server is asked first.
  const [serverCode, mistake] = await Promise.all([server("check", env), checkClientPort(clientPort, port)]);
  if (mistake) console.error(mistake);
  if (serverCode !== 0 || mistake) return 1;

  const stopped = new AbortController();
  void announce(port, clientPort, stopped.signal);
  const code = await turbo("dev", ["--env-mode=loose", "--log-prefix=none"], {
    env: { ...env, npm_config_loglevel: "silent", ...(process.stdout.isTTY && { FORCE_COLOR: "1" }) },
    stdio: ["ignore", "pipe", "inherit"],
    onStart: (child) => createInterface({ input: child.stdout }).on("line", printUnlessNoise),
  });
  stopped.abort();
  return code;
}

/** Turborepo introduces itself on every run. What server and client say passes. */
function printUnlessNoise(line) {
  if (!NOISE.test(stripVTControlCharacters(line))) console.log(line);
}

async function checkClientPort(clientPort, serverPort) {
  if (!/^\d+$/.test(clientPort) || clientPort < 1 || clientPort > 65535)
    return `CLIENT_PORT is "${clientPort}", but must be a number from 1 to 65535.`;
  if (clientPort === serverPort) return `PORT and CLIENT_PORT are both ${serverPort}: change one of them.`;
  if (await isTaken(Number(clientPort)))
    return `Port ${clientPort} is taken: stop what uses it, or set CLIENT_PORT to another.`;
}

/** Somebody may listen on one address only, and "localhost" means two. */
async function isTaken(port) {
  for (const host of ["127.0.0.1", "::1", "0.0.0.0"]) if (await isTakenAt(port, host)) return true;
  return false;
}

function isTakenAt(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => resolve(error.code === "EADDRINUSE"));
    probe.listen(port, host, () => probe.close(() => resolve(false)));
  });
}

/** One line with the address to open, once both sides answer. */
async function announce(port, clientPort, signal) {
  const address = `http://localhost:${clientPort}`;
  const pages = [`http://localhost:${port}/readyz`, address];
  while (!signal.aborted) {
    const answers = await Promise.all(
      pages.map((page) =>
        fetch(page, { signal }).then(
          (r) => r.ok,
          () => false,
        ),
      ),
    );
    if (answers.every(Boolean)) {
      console.log(`Tagalong is ready: ${address}`);
      return;
    }
    await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
