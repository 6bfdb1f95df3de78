import { run } from "./lib/process.mjs";

const FRAMES = "1000000";

/** More random frames than fit into a run of all tests: FUZZ_FRAMES of them, the same each time for one FUZZ_SEED. */
export const fuzz = (args) =>
  run(process.execPath, ["../scripts/jest.mjs", "cheats/fuzz", ...args], {
    cwd: "tests",
    env: { FUZZ_FRAMES: FRAMES, ...process.env, JEST_RESULTS: "fuzz" },
  });
