import { setTimeout as wait } from "node:timers/promises";
import { cleanChatText } from "@tagalong/shared/chat/rules.ts";
import express, { type NextFunction, type Request, type Response, Router } from "express";
import { z } from "zod";
import type { Cluster } from "../cluster/Cluster.ts";
import { inTime } from "../cluster/inTime.ts";
import { BODY_BYTES_MAX } from "../http/bodies.ts";
import type { Services } from "../services.ts";
import { Audit, type AuditOutcome, type Operator } from "./audit.ts";
import {
  type Answers,
  type Asked,
  COMMANDS,
  type CommandName,
  CommandRefused,
  type Commands,
  isCommand,
} from "./commands.ts";
import { isSecret } from "./secret.ts";

/** All processes and rooms have answered or been given up by then (ms); who has not is what they all share. */
const PATIENCE_MS = 7_000;
/** So long Redis may be away before a command is refused. */
const GRACE_MS = 2_000;
const POLL_MS = 100;

/** What every command is told beside its own. */
const Envelope = z.object({ operator: z.string().max(60).default("") });

/** `error` is a word for programs, `sentence` is for whoever reads it. */
export interface CommandFailure {
  readonly error:
    | "unauthorized"
    | "too_many_requests"
    | "commands_off"
    | "no_such_command"
    | "bad_request"
    | "refused"
    | "unavailable"
    | "failed";
  readonly sentence: string;
  readonly candidates?: CommandRefused["candidates"];
}

type Handlers = { readonly [N in CommandName]: (asked: Asked<N>) => Promise<Answers[N]> };
/** What the log keeps of an answer: what was done, not all that was seen. */
type Summaries = { readonly [N in CommandName]: (answer: Answers[N]) => Record<string, unknown> };

const SUMMARIES: Summaries = {
  processes: ({ processes }) => ({ processes: processes.length }),
  rooms: ({ rooms }) => ({ rooms: rooms.length }),
  players: ({ players }) => ({ players: players.length }),
  say: ({ codes }) => ({ rooms: codes }),
  kick: ({ people }) => ({
    people: people.map(({ sessionId, guest, name, code, removal }) => ({
      sessionId,
      guest,
      name,
      code,
      removal,
    })),
  }),
  drain: ({ process: { name, processId } }) => ({ name, processId }),
  undrain: ({ process: { name, processId } }) => ({ name, processId }),
};

/** `POST /ops/<command>`, for whoever has the secret. Each one writes a line of audit, also when it is refused. */
export function createCommandRoutes(
  commands: Commands,
  {
    cluster,
    config,
    limits,
    logger,
    metrics,
  }: Pick<Services, "cluster" | "config" | "limits" | "logger" | "metrics">,
): Router {
  const audit = new Audit(logger);
  const handlers: Handlers = {
    processes: () => commands.processes(),
    rooms: () => commands.rooms(),
    players: (asked) => commands.players(asked),
    say: (asked) => commands.say(asked),
    kick: (asked) => commands.kick(asked),
    drain: (asked) => commands.drain(asked),
    undrain: (asked) => commands.undrain(asked),
  };
  const routes = Router();
  routes.use(async (request, response, next) => {
    response.set("Cache-Control", "no-store");
    if (config.OPS_SECRET === undefined) {
      return fail(response, 403, {
        error: "commands_off",
        sentence: "OPS_SECRET is not set here: this server takes no commands",
      });
    }
    const address = addressOf(request);
    // Counted before it is looked at, and given back when it was right: guesses that come all at once are counted too.
    const waitMs = await limits.operators.take(address);
    if (waitMs > 0) {
      response.set("Retry-After", String(Math.ceil(waitMs / 1_000)));
      return fail(response, 429, {
        error: "too_many_requests",
        sentence: "too many wrong secrets: wait a minute",
      });
    }
    const [, given = ""] = /^Bearer (.+)$/.exec(request.get("authorization") ?? "") ?? [];
    if (!isSecret(given, config.OPS_SECRET)) {
      logger.warn({ event: "refused", address, path: "/ops" }, "operator without the secret refused");
      response.set("WWW-Authenticate", "Bearer");
      return fail(response, 401, { error: "unauthorized", sentence: "the secret is missing or wrong" });
    }
    await limits.operators.giveBack(address);
    return next();
  });
  routes.use(express.json({ limit: BODY_BYTES_MAX, strict: true }));
  routes.post("/:command", async (request, response) => {
    const { command } = request.params;
    if (!isCommand(command)) {
      const names = Object.keys(COMMANDS).join(", ");
      return fail(response, 404, {
        error: "no_such_command",
        sentence: `there is no such command; there are: ${names}`,
      });
    }
    await run(command, request, response);
  });
  routes.use((_request, response) => {
    fail(response, 404, { error: "no_such_command", sentence: "commands are posted to /ops/<command>" });
  });
  routes.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    // The body parser says what is wrong with a body; anything else is a bug of ours.
    const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
    if (status >= 400 && status < 500) {
      return fail(response, status, { error: "bad_request", sentence: "the body is not JSON, or too large" });
    }
    logger.error(
      { event: "exception", method: `${request.method} ${request.path}`, err: error },
      "route failed",
    );
    return fail(response, 500, { error: "failed", sentence: "the server failed: its log has more" });
  });
  return routes;

  async function run<N extends CommandName>(command: N, request: Request, response: Response): Promise<void> {
    const asked = COMMANDS[command].safeParse(request.body ?? {});
    const envelope = Envelope.safeParse(request.body ?? {});
    const who: Operator = {
      operator: cleanChatText(envelope.data?.operator ?? "") || "unknown",
      address: addressOf(request),
    };
    const end = (outcome: AuditOutcome, result: Record<string, unknown>, given: object) => {
      audit.write(who, command, given, outcome, result);
      metrics.commanded(command, outcome);
    };
    if (!asked.success) {
      const where = asked.error.issues[0]?.path.join(".") ?? "";
      end("refused", { error: "bad_request", where }, {});
      return fail(response, 400, { error: "bad_request", sentence: `"${where}" is missing or wrong` });
    }
    const given = asked.data as Asked<N>;
    // Asked now, because what waits for Redis is done whenever it is back, which nobody expects any more by then.
    if (!(await isAvailableSoon(cluster))) {
      const sentence = "Redis does not answer: the other processes cannot be asked";
      end("failed", { sentence }, given);
      return fail(response, 503, { error: "unavailable", sentence });
    }
    try {
      const answer = await inTime(handlers[command](given), PATIENCE_MS, () => new Late(LATE));
      end(
        "done",
        { ...SUMMARIES[command](answer), ...(answer.findings.length > 0 && { findings: answer.findings }) },
        given,
      );
      response.json(answer);
    } catch (error) {
      if (error instanceof CommandRefused) {
        end("refused", { sentence: error.message }, given);
        const { message: sentence, candidates } = error;
        return fail(response, 409, {
          error: "refused",
          sentence,
          ...(candidates.length > 0 && { candidates }),
        });
      }
      const isLate = error instanceof Late;
      if (!isLate)
        logger.error({ event: "exception", method: `ops:${command}`, err: error }, "command failed");
      end("failed", { sentence: isLate ? error.message : "see the exception above" }, given);
      if (isLate) return fail(response, 503, { error: "unavailable", sentence: error.message });
      return fail(response, 500, { error: "failed", sentence: "the server failed: its log has more" });
    }
  }
}

/** A busy machine misses a beat now and then: that is not worth an operator's second try. */
async function isAvailableSoon(cluster: Pick<Cluster, "isAvailable">): Promise<boolean> {
  for (let waitedMs = 0; !cluster.isAvailable && waitedMs < GRACE_MS; waitedMs += POLL_MS)
    await wait(POLL_MS);
  return cluster.isAvailable;
}

/** Nothing came back: what all processes share is away. */
class Late extends Error {}
const LATE = "no answer in time: Redis may be away. What was asked may still be done";

/** This port has no proxy in front of it: what a header claims is nobody's business. */
function addressOf({ socket }: Request): string {
  return socket.remoteAddress ?? "unknown";
}

function fail(response: Response, status: number, failure: CommandFailure): void {
  response.status(status).json(failure);
}
