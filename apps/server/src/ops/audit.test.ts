import { expect, test } from "@jest/globals";
import { Audit } from "./audit.ts";
import { createLogger } from "./logger.ts";

test("a line of audit is written whatever the level of the log, and without what could be a secret", () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ isProduction: true, LOG_LEVEL: "silent" }, destination);
  const audit = new Audit(logger);
  audit.write({ operator: "olga", address: "::1" }, "say", { text: "hello", token: "SECRET" }, "done", {
    rooms: 2,
  });
  logger.fatal("quiet");
  expect(lines).toMatchObject([
    {
      event: "audit",
      operator: "olga",
      action: "say",
      asked: { text: "hello" },
      outcome: "done",
      result: { rooms: 2 },
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain("SECRET");
});
