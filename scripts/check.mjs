import { biome, turbo } from "./lib/tools.mjs";

// Cheapest first. The boundaries are a test like any other, tests/boundaries.test.ts.
const STEPS = [
  ["format and lint", () => biome("check")],
  ["types", () => turbo("typecheck")],
  ["art", () => turbo("check")],
  ["tests and boundaries", () => turbo("test")],
  ["build", () => turbo("build")],
];

/** Everything that CI runs. Stops at the first step that fails. */
export async function check() {
  for (const [name, step] of STEPS) {
    console.log(`\n== check: ${name}`);
    const code = await step();
    if (code !== 0) {
      console.error(`\ncheck failed at: ${name}`);
      return code;
    }
  }
  console.log(`\ncheck passed: ${STEPS.map(([name]) => name).join(", ")}`);
  return 0;
}
