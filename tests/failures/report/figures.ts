/** One thing that a run measured. */
export interface Figure {
  readonly what: string;
  readonly value: number | string;
  readonly unit?: string;
  /** The run fails above it. */
  readonly atMost?: number;
}

/** In the order of the document. */
export const SCENARIOS = ["crash", "freeze", "redis", "slowReader", "drain", "split", "soak"] as const;
export type ScenarioName = (typeof SCENARIOS)[number];
