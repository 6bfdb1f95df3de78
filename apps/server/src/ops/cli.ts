// What `npm run ops` runs. Needs nothing but the server's own folder, so it works inside its image too:
// `docker compose exec server ops rooms` (deploy/ops).
import { userInfo } from "node:os";
import { readOperatorSettings } from "../config.ts";
import { order } from "./cli/order.ts";

// `ops players | head`: whoever has read enough wants no more, and no stack.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 0 : 1));

const read = readOperatorSettings();
if (read.ok) {
  process.exitCode = await order(process.argv.slice(2), read.settings, userName(), {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
  });
} else {
  for (const mistake of read.mistakes) process.stderr.write(`${mistake}\n`);
  process.exitCode = 2;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user often has a number only.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
