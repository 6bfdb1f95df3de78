import type { Logger } from "./logger.ts";

/** Who did something from outside the game. */
export interface Operator {
  /** As they call themselves. */
  readonly operator: string;
  readonly address: string;
}

export type AuditOutcome = "done" | "refused" | "failed";

/** One line in the log for each action of an operator: what was asked, and what came of it. */
export class Audit {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    // Whoever quiets the log does not quiet this.
    this.#logger = logger.child({}, { level: "info" });
  }

  write(
    who: Operator,
    action: string,
    asked: object,
    outcome: AuditOutcome,
    result: Readonly<Record<string, unknown>>,
  ): void {
    const { operator, address } = who;
    this.#logger.info(
      { event: "audit", action, operator, address, asked, outcome, result },
      `${operator}: ${action} (${outcome})`,
    );
  }
}
