// The README's commands, run as written: what serves must answer at its address and end when told to, and bots must get in.
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

/**
 * @param page told the two ports, answers the address that a person would open
 * @param guest is run while the page answers, told its address; its answer is whether all went well
 */
async function smoke(command, page, guest = async () => true) {
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
  const answered = html.includes("<title>Tagalong</title>");
  const isWelcome = answered && (await guest(address));
  child.kill("SIGTERM");
  const [code] = await Promise.race([exit, wait(PATIENCE_MS, ["did not end"], { ref: false })]);
  console.log(`${answered ? "answers" : "DOES NOT ANSWER"}: ${command} (${address}), ended with ${code}`);
  if (!answered) console.log(output);
  return isWelcome && code !== "did not end";
}

/** @returns whether the bots said at the end that all of them had played */
async function bots(url) {
  const child = spawn("npm", ["run", "bots", "--", "5", "--seconds", "5", "--url", url.replace(/\/$/, "")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  const [code] = await once(child, "exit");
  console.log(output.trim());
  return code === 0;
}

const dev = await smoke("npm run dev", ({ CLIENT_PORT }) => `http://localhost:${CLIENT_PORT}/`);
const start = await smoke("npm start", ({ PORT }) => `http://localhost:${PORT}/`, bots);
process.exitCode = dev && start ? 0 : 1;
