import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Figure, ScenarioName } from "../report/figures.ts";

const DIRECTORY = fileURLToPath(new URL("../../../test-results/reliability/", import.meta.url));

/** What one scenario measured. Kept and printed as it is measured, also by a run that fails in the end. */
export class Report {
  readonly #scenario: ScenarioName;
  readonly #figures: Figure[] = [];

  constructor(scenario: ScenarioName) {
    this.#scenario = scenario;
  }

  add(figure: Figure): void {
    this.#figures.push(figure);
    const { what, value, unit = "", atMost } = figure;
    const limit = atMost === undefined ? "" : ` (at most ${atMost})`;
    process.stderr.write(`  ${this.#scenario}: ${what}: ${value}${unit && ` ${unit}`}${limit}\n`);
    mkdirSync(DIRECTORY, { recursive: true });
    const file = `${DIRECTORY}${this.#scenario}.json`;
    writeFileSync(file, JSON.stringify(this.#figures));
  }

  /** Figures that broke their limits: none, in a run that passes. */
  get broken(): readonly string[] {
    return this.#figures
      .filter(({ value, atMost }) => atMost !== undefined && !(Number(value) <= atMost))
      .map(({ what, value, unit = "", atMost }) => `${what}: ${value} ${unit}, at most ${atMost}`);
  }
}

export function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
