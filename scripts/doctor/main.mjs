// What `npm run doctor` does. Needs Node 20, and no package: what needs them is loaded late, when they are there.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { examineEnvironment, readSettings } from "./environment.mjs";
import { findingLines, problem, summaryLine } from "./findings.mjs";
import { examineNode, isWorkspaceNode } from "./node.mjs";
import { examinePackages } from "./packages.mjs";
import { examinePorts } from "./ports.mjs";
import { examineRedis } from "./redis.mjs";
import { examineSite } from "./site.mjs";

const USAGE = `npm run doctor -- [URL] [--json]

  Looks at this checkout: Node, packages, ports, settings, Redis.
  With the URL that players open, also at the way to it: name, TLS, website, API, sockets, what must not be
  reachable, and a visit: join a private room, walk, talk, leave.

  --json    all findings as JSON

  Ends with 0 when there is no problem, 1 when there is one, 2 when it was not understood.`;

// Whoever reads only the beginning has read enough.
process.stdout.on("error", ({ code }) => process.exit(code === "EPIPE" ? 0 : 1));

const read = readArguments();
if (read.mistake !== undefined) {
  console.error(`${read.mistake}\n\n${USAGE}`);
  process.exitCode = 2;
} else if (read.help) {
  console.log(USAGE);
} else {
  process.exitCode = await examine(read);
}

function readArguments() {
  const options = {
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
    // The Node that npm runs on, when it is another than the one that runs this.
    "system-node": { type: "string" },
    // Another checkout than this one.
    root: { type: "string" },
  };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length > 1) return { mistake: `one URL is enough: ${positionals.join(" ")}` };
    const [url] = positionals;
    if (url !== undefined && !(/^https?:\/\/./.test(url) && URL.canParse(url)))
      return { mistake: `"${url}" is no address such as https://play.example.com` };
    return { ...values, url: url && new URL(url) };
  } catch (error) {
    return { mistake: error.message.split("\n", 1)[0] };
  }
}

/** @returns the exit code */
async function examine({
  url,
  json = false,
  root: elsewhere,
  "system-node": systemNode = process.versions.node,
}) {
  const root = elsewhere ? resolve(elsewhere) : dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const settings = readSettings(root, process.env);
  const findings = [];
  const look = async (title, examination) => {
    const found = [];
    try {
      for await (const finding of examination()) found.push(finding);
    } catch (error) {
      // A fault of the doctor is no reason to keep the rest to oneself.
      found.push(
        problem(
          "doctor/failed",
          `looking at this failed: ${error.message}`,
          "tell whoever wrote it; the rest stands",
        ),
      );
    }
    findings.push(...found);
    if (json || found.length === 0) return;
    console.log(`\n${title}`);
    for (const finding of found)
      for (const line of findingLines(finding, process.stdout.isTTY)) console.log(`  ${line}`);
  };
  await look("Node", () => examineNode(root, systemNode, process.env));
  await look("Packages", () => examinePackages(root));
  await look("Settings", () => examineEnvironment(root, settings));
  await look("Ports", () => examinePorts(settings.values));
  await look("Redis", () => examineRedis(root, settings.values));
  if (url) await look(`${url}`, () => examineSite(root, url, isWorkspaceNode(root)));
  const isWell = findings.every(({ level }) => level !== "problem");
  console.log(json ? JSON.stringify({ ok: isWell, findings }, null, 2) : `\n${summaryLine(findings)}`);
  return isWell ? 0 : 1;
}
