// The README's two commands, run as written: each must answer at its address, and end when told to.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

const PATIENCE_MS = 120_000;
const POLL_MS = 250;

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return String(port);
}

/** @param page told the two ports, answers the address that a person would open */
async function smoke(command, page) {
  const PORT = await freePort();
  const CLIENT_PORT = await freePort();
  const [program, ...args] = command.split(" ");
  const child = spawn(program, args, {
    env: { ...process.env, PORT, CLIENT_PORT },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const exit = once(child, "exit");
  const address = page({ PORT, CLIENT_PORT });
  const deadline = Date.now() + PATIENCE_MS;
  let html = "";
  while (!html.includes("<title>Tagalong</title>") && child.exitCode === null && Date.now() < deadline) {
    await wait(POLL_MS);
    html = await fetch(address).then(
      (answer) => (answer.ok ? answer.text() : ""),
      () => "",
    );
  }
  child.kill("SIGTERM");
  const [code] = await Promise.race([exit, wait(PATIENCE_MS, ["did not end"], { ref: false })]);
  const answered = html.includes("<title>Tagalong</title>");
  console.log(`${answered ? "answers" : "DOES NOT ANSWER"}: ${command} (${address}), ended with ${code}`);
  if (!answered) console.log(output);
  return answered && code !== "did not end";
}

const dev = await smoke("npm run dev", ({ CLIENT_PORT }) => `http://localhost:${CLIENT_PORT}/`);
const start = await smoke("npm start", ({ PORT }) => `http://localhost:${PORT}/`);
process.exitCode = dev && start ? 0 : 1;
