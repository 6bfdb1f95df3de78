// The README's commands, run as written: what serves must answer at its address and end when told to,
// bots must get in, and whoever runs it must find out how it is.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

const PATIENCE_MS = 120_000;
const POLL_MS = 250;

/** Ports that nobody has; all held until the last is found, so that no two are the same. */
async function freePorts(count) {
  const probes = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(probes.map((probe) => once(probe, "listening")));
  const ports = probes.map((probe) => String(probe.address().port));
  await Promise.all(probes.map((probe) => once(probe.close(), "close")));
  return ports;
}

/**
 * @param page told the ports, answers the address that a person would open
 * @param guest is run while the page answers, told its address and ports; its answer is whether all went well
 */
async function smoke(command, page, guest = async () => true) {
  const [PORT, CLIENT_PORT, OPS_PORT] = await freePorts(3);
  const [program, ...args] = command.split(" ");
  const child = spawn(program, args, {
    env: { ...process.env, PORT, CLIENT_PORT, OPS_PORT },
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
  const isWelcome = answered && (await guest(address, { PORT, OPS_PORT }));
  child.kill("SIGTERM");
  const [code] = await Promise.race([exit, wait(PATIENCE_MS, ["did not end"], { ref: false })]);
  console.log(`${answered ? "answers" : "DOES NOT ANSWER"}: ${command} (${address}), ended with ${code}`);
  if (!answered) console.log(output);
  return isWelcome && code !== "did not end";
}

/** @returns whether the command ended well */
async function say(command, env = {}) {
  const [program, ...args] = command.split(" ");
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = await once(child, "exit");
  return code === 0;
}

/** Bots fail when not all of them played. The operator and the doctor find what they came for, or fail. */
async function visitors(url, ports) {
  const bots = await say(`npm run bots -- 5 --seconds 5 --url ${url.replace(/\/$/, "")}`);
  const ops = await say("npm run ops -- rooms", ports);
  const doctor = await say(`npm run doctor -- ${url}`);
  return bots && ops && doctor;
}

const dev = await smoke("npm run dev", ({ CLIENT_PORT }) => `http://localhost:${CLIENT_PORT}/`);
const start = await smoke("npm start", ({ PORT }) => `http://localhost:${PORT}/`, visitors);
process.exitCode = dev && start ? 0 : 1;
