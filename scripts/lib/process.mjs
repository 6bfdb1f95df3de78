// Runs before anything is installed, so it must work on whatever Node the machine has.
import { spawn } from "node:child_process";
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/** Longer than the server takes to see its players off. */
const KILL_AFTER_MS = 60_000;
const PARENT_POLL_MS = 200;
const windows = process.platform === "win32";

/** How a shell would report the end of a process. */
export const exitCodeOf = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 0);

/**
 * Run a command to its end and answer with its exit code. Signals that reach this process are passed on to it.
 *
 * `alone` puts the command at the head of a process group of its own. A Ctrl-C in the terminal then reaches only this
 * process, which passes it on once (a second one makes some tools kill instead of wait), and whatever the command leaves
 * running is ended with the group. It is also told to end when our parent is gone: npm passes a SIGTERM to the shell
 * between us, which dies of it and tells nobody.
 */
export function run(command, args, { alone = false, onStart, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "inherit", "inherit"],
      detached: alone && !windows,
      ...options,
    });
    onStart?.(child);
    let killer;
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (alone && !killer && process.ppid !== parent) forward("SIGTERM");
    }, PARENT_POLL_MS);
    const forward = (signal) => {
      child.kill(signal);
      if (alone) killer ??= setTimeout(() => endGroup(child.pid), KILL_AFTER_MS);
    };
    const release = () => {
      clearInterval(watch);
      clearTimeout(killer);
      for (const signal of SIGNALS) process.off(signal, forward);
    };
    for (const signal of SIGNALS) process.on(signal, forward);
    child.once("error", (error) => {
      release();
      reject(error);
    });
    child.once("exit", (code, signal) => {
      release();
      if (alone) endGroup(child.pid);
      resolve(exitCodeOf(code, signal));
    });
  });
}

function endGroup(leader) {
  if (windows) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // ESRCH: nothing is left, as it should be.
  }
}
