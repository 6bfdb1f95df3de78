import type { OperatorSettings } from "../../config.ts";
import type { CommandFailure } from "../commandRoutes.ts";
import { type Call, parseCommandLine, USAGE } from "./args.ts";
import { type Answered, people, reportLines } from "./report.ts";

/** Longer than the server takes to give up on everybody (ms). */
const PATIENCE_MS = 15_000;

export interface Terminal {
  out(line: string): void;
  err(line: string): void;
}

/**
 * Run one command of an operator.
 *
 * @param user whoever runs it, when they do not say
 * @returns the exit code: 0 done, 1 not done, 2 not understood
 */
export async function order(
  args: readonly string[],
  settings: OperatorSettings,
  user: string,
  terminal: Terminal,
): Promise<number> {
  const parsed = parseCommandLine(args);
  if (parsed.kind === "help") {
    terminal.out(USAGE);
    return 0;
  }
  if (parsed.kind === "wrong") {
    terminal.err(`${parsed.mistake}\n\n${USAGE}`);
    return 2;
  }
  const { call } = parsed;
  const url = urlOf(call, settings);
  if (typeof url !== "string") {
    terminal.err(url.mistake);
    return 2;
  }
  if (settings.OPS_SECRET === undefined) {
    terminal.err(
      "OPS_SECRET is not set here: it must be the server's own, from the environment or .env; npm run secrets writes one for both",
    );
    return 2;
  }
  const { status, body } = await post(url, call, settings.OPS_SECRET, user);
  if (status !== 200) {
    const failure = asFailure(body);
    if (call.json) terminal.out(JSON.stringify(body));
    terminal.err(
      failure?.sentence ??
        (status === 0 ? String(body) : `${url} answers ${status}: is it the operations port?`),
    );
    if (failure?.candidates && !call.json)
      for (const line of people(failure.candidates, Date.now())) terminal.err(line);
    return 1;
  }
  if (call.json) {
    terminal.out(JSON.stringify(body));
    return 0;
  }
  const answered = { name: call.order.name, answer: body } as Answered;
  for (const line of reportLines(answered, Date.now())) terminal.out(line);
  for (const finding of answered.answer.findings) terminal.err(`! ${finding}`);
  return 0;
}

function urlOf({ url }: Call, { OPS_HOST, OPS_PORT }: OperatorSettings): string | { mistake: string } {
  if (url !== undefined) {
    return /^https?:\/\/./.test(url) && URL.canParse(url)
      ? url.replace(/\/+$/, "")
      : { mistake: `--url must be an address such as http://127.0.0.1:2568 (it is "${url}")` };
  }
  if (OPS_PORT === "off") return { mistake: "OPS_PORT is off: set it here and for the server, or say --url" };
  if (OPS_PORT === 0)
    return { mistake: "OPS_PORT is 0, any free port: the server's first line has it, for --url" };
  // "Every interface" is where one listens, not where one asks.
  const host = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[OPS_HOST] ?? OPS_HOST;
  return `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${OPS_PORT}`;
}

/** @returns status 0 and a sentence when there was no answer at all */
async function post(
  url: string,
  { order, as }: Call,
  secret: string,
  user: string,
): Promise<{ status: number; body: unknown }> {
  try {
    const response = await fetch(`${url}/ops/${order.name}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ ...order.asked, operator: as ?? user }),
      signal: AbortSignal.timeout(PATIENCE_MS),
      // Where it leads to would be told the secret.
      redirect: "error",
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return {
      status: isJson ? response.status : response.status === 200 ? 404 : response.status,
      body: isJson ? JSON.parse(text) : text,
    };
  } catch (error) {
    const { host } = new URL(url);
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
    return {
      status: 0,
      body: isLate
        ? `${host} did not answer in ${PATIENCE_MS / 1_000} s`
        : `nothing answers at ${host}: is OPS_PORT set there?${cause}`,
    };
  }
}

function asFailure(body: unknown): CommandFailure | undefined {
  return typeof body === "object" && body !== null && "sentence" in body
    ? (body as CommandFailure)
    : undefined;
}
