import { execFileSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { createLogger } from "./logger.ts";

/** What this logger writes, as the objects in its lines. */
function recorded(level: "info" | "debug" = "info") {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger(
    { isProduction: true, LOG_LEVEL: level },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  );
  return { logger, lines };
}

/** What a process of its own prints for one line. */
function printed(isProduction: boolean): string {
  const script = `
    import { createLogger } from ${JSON.stringify(new URL("./logger.ts", import.meta.url).href)};
    createLogger({ isProduction: ${isProduction}, LOG_LEVEL: "info" }).info({ event: "join", player: "Ann" }, "joined");
  `;
  return execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
}

describe("log lines", () => {
  test("are one JSON object each in production, on standard output", () => {
    const output = printed(true);
    expect(output.split("\n")).toHaveLength(2);
    expect(JSON.parse(output)).toMatchObject({ event: "join", player: "Ann", msg: "joined", level: 30 });
  });

  test("are for eyes in development", () => {
    const output = printed(false);
    expect(output).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: joined/);
    expect(output).toContain('"Ann"');
  });

  test("below the level are not written", () => {
    const { logger, lines } = recorded();
    logger.debug("quiet");
    logger.warn("loud");
    expect(lines.map(({ msg }) => msg)).toEqual(["loud"]);
    const chatty = recorded("debug");
    chatty.logger.debug("heard");
    expect(chatty.lines).toHaveLength(1);
  });

  test("never hold what could be a secret, at the top or one object down", () => {
    const { logger, lines } = recorded();
    const secrets = {
      token: "SECRET-1",
      reconnectionToken: "SECRET-2",
      password: "SECRET-3",
      passwordHash: "SECRET-4",
      ticket: "SECRET-5",
      roomTicket: "SECRET-6",
      authorization: "SECRET-7",
      cookie: "SECRET-8",
      secret: "SECRET-9",
      SESSION_SECRET: "SECRET-10",
      OPS_SECRET: "SECRET-12",
      MONITOR_PASSWORD: "SECRET-13",
    };
    logger.info({ ...secrets, event: "join" }, "top");
    logger.info({ options: { ...secrets, name: "Ann" } }, "down");
    logger.child({ room: "plaza" }).info({ config: secrets }, "child");
    logger.child({ token: "SECRET-11" }).info("bound");
    expect(JSON.stringify(lines)).not.toContain("SECRET-");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatchObject({ event: "join" });
    expect(lines[1]).toMatchObject({ options: { name: "Ann" } });
  });

  test("leave the object that was logged as it was", () => {
    const options = { password: "sesame" };
    recorded().logger.info({ options }, "hi");
    expect(options.password).toBe("sesame");
  });

  test("tell an error with its stack", () => {
    const { logger, lines } = recorded();
    logger.error({ err: new Error("boom") }, "failed");
    expect(lines[0]).toMatchObject({
      err: { message: "boom", stack: expect.stringContaining("logger.test") },
    });
  });
});
