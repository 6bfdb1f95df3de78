import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parseChatLine } from "@tagalong/shared/chat/rules.ts";
import { isReason, REASONS, type Reason, type Refusal } from "@tagalong/shared/session/reasons.ts";
import { producedByClient } from "../apps/server/test/support/produced.ts";

const ROOT = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

/** Tests that prove a reason call one of the two functions in `apps/server/test/support/produced.ts`. */
const CALL = /\bproduced(?:ByClient)?\([^;]*?"([a-z]+\/[a-z_]+)",?\s*\)/gs;

function register(): Map<Reason, string[]> {
  const found = new Map<Reason, string[]>();
  for (const path of globSync(["apps/server/test/**/*.test.ts", "tests/**/*.test.ts"], { cwd: ROOT })) {
    for (const [, reason] of read(path).matchAll(CALL)) {
      if (!isReason(reason)) throw new Error(`${path} proves "${reason}", which is not in the catalogue`);
      found.set(reason, [...(found.get(reason) ?? []), path]);
    }
  }
  return found;
}

describe("the catalogue of reasons", () => {
  test("every reason is produced by a test, and no test proves one that is not there", () => {
    const proved = register();
    expect(Object.keys(REASONS).filter((reason) => !proved.has(reason as Reason))).toEqual([]);
  });

  test("every reason has a text, and no text is without its reason", async () => {
    const { REASON_TEXTS } = await import("../apps/client/src/session/reasonTexts.ts");
    expect(Object.keys(REASON_TEXTS).sort()).toEqual(Object.keys(REASONS).sort());
  });

  test("no two reasons close a session with the same code", () => {
    const codes = Object.values(REASONS).flatMap((entry) => ("closeCode" in entry ? [entry.closeCode] : []));
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("everything the server gives as a reason is written where it is given, and nowhere made up", () => {
    const written = globSync("apps/server/src/**/*.ts", { cwd: ROOT })
      .filter((path) => !path.endsWith(".test.ts"))
      .flatMap((path) => [...read(path).matchAll(/reason: "([^"]+)"/g)].map(([, reason]) => reason));
    expect(written.length).toBeGreaterThan(20);
    expect(written.filter((reason) => !isReason(reason))).toEqual([]);
  });
});

describe("reasons that a typed line is refused with before it is sent", () => {
  const refusalOfLine = (line: string): Refusal | undefined => {
    const command = parseChatLine(line, ["Ann"]);
    return command.type === "refused" ? { reason: command.reason } : undefined;
  };

  test("a command that does not exist", () => {
    producedByClient(refusalOfLine("/dance"), "chat/unknown_command");
  });

  test("a command with something missing", () => {
    producedByClient(refusalOfLine("/w Ann"), "chat/bad_usage");
    producedByClient(refusalOfLine("/nick"), "chat/bad_usage");
    producedByClient(refusalOfLine("/me "), "chat/bad_usage");
    producedByClient(refusalOfLine("/kick"), "chat/bad_usage");
  });

  test("nothing at all, and too much", () => {
    producedByClient(refusalOfLine("  "), "chat/empty");
    producedByClient(refusalOfLine("x".repeat(201)), "chat/too_long");
    producedByClient(refusalOfLine(`/me ${"x".repeat(201)}`), "chat/too_long");
  });
});
