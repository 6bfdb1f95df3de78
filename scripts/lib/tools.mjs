import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { run } from "./process.mjs";

/** Run a task in every package that has it. Tests of all packages run even when some fail. */
export function turbo(task, args = [], { env = process.env, ...more } = {}) {
  const options = task === "test" ? ["--continue", "--concurrency=2"] : [];
  return run(turboProgram(), ["run", task, ...options, ...args], {
    ...more,
    env: { ...env, BUILD_ID: buildId() },
  });
}

/** The program itself: the script around it does not pass on a signal, and leaves it running. */
function turboProgram() {
  const { platform, arch } = process;
  const windows = platform === "win32";
  const build = `@turbo/${windows ? "windows" : platform}-${arch === "x64" ? "64" : arch}`;
  return fileURLToPath(import.meta.resolve(`${build}/bin/turbo${windows ? ".exe" : ""}`));
}

export function biome(command, args = []) {
  return run(process.execPath, [
    "node_modules/@biomejs/biome/bin/biome",
    command,
    "--error-on-warnings",
    ...args,
  ]);
}

/** Named in the environment of a build without a repository, such as an image's; otherwise the commit. */
export function buildId() {
  if (process.env.BUILD_ID) return process.env.BUILD_ID;
  const { status, stdout } = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : "dev";
}
