import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { portsOf } from "../lib/ports.mjs";
import { ask } from "./ask.mjs";
import { ok, problem } from "./findings.mjs";

const PORTS = [
  { name: "PORT", key: "port", use: "the server" },
  { name: "CLIENT_PORT", key: "clientPort", use: "the page while developing" },
  { name: "OPS_PORT", key: "opsPort", use: "operations" },
];

/** Whether each port is free, and if not, who has it. */
export async function* examinePorts(values) {
  const ports = portsOf(values);
  for (const { name, key, use } of PORTS) {
    const port = Number(ports[key]);
    // Off, or for the system to choose; what is no number the server's own check tells.
    if (!Number.isInteger(port) || port < 1 || port > 65_535) continue;
    const trouble = await troubleAt(port);
    if (trouble === undefined) {
      yield ok("port/free", `${name} ${port}, for ${use}, is free`);
    } else if (trouble === "EADDRINUSE") {
      const owner = ownerOf(port);
      if (await isOurs(port))
        yield ok("port/ours", `${name} ${port} is taken by Tagalong itself: it runs${owner}`);
      else
        yield problem(
          "port/taken",
          `${name} ${port}, for ${use}, is taken by another program${owner}`,
          `stop that one, or set ${name} to another port`,
        );
    } else if (trouble === "EACCES") {
      yield problem(
        "port/rights",
        `${name} ${port} needs more rights than this user has`,
        `set ${name} above 1023`,
      );
    } else
      yield problem(
        "port/unusable",
        `${name} ${port} cannot be listened on: ${trouble}`,
        `set ${name} to another port`,
      );
  }
}

/** Somebody may listen on one address only, and "localhost" means two. */
async function troubleAt(port) {
  for (const host of ["127.0.0.1", "::1", "0.0.0.0"]) {
    const code = await listen(port, host);
    // A machine without one of the two protocols.
    if (code && code !== "EADDRNOTAVAIL" && code !== "EAFNOSUPPORT") return code;
  }
  return undefined;
}

function listen(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", ({ code }) => resolve(code));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}

/** Our server, its operations port and the page while developing each have something that nobody else says. */
async function isOurs(port) {
  for (const host of ["127.0.0.1", "[::1]"]) {
    for (const path of ["/", "/metrics"]) {
      const answer = await ask(new URL(`http://${host}:${port}${path}`)).catch(() => undefined);
      if (
        answer &&
        /<title>Tagalong<\/title>|^Tagalong's server is running|^tagalong_build_info/m.test(answer.text)
      )
        return true;
    }
  }
  return false;
}

/** Name and number of the program, where the system tells it: Linux, of programs of one's own. */
function ownerOf(port) {
  try {
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    const LISTENS = "0A";
    const inodes = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === LISTENS)
        .map((fields) => fields[9]),
    );
    const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && holds(name, inodes));
    return pid ? ` (${readFileSync(`/proc/${pid}/comm`, "utf8").trim()}, process ${pid})` : "";
  } catch {
    // Another system, or one that keeps it to itself: then it is not told.
    return "";
  }
}

function holds(pid, inodes) {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) =>
      inodes.some((inode) => readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`),
    );
  } catch {
    // Somebody else's process, or one that has just ended.
    return false;
  }
}
