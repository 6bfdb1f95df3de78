import { type Request, type Response, Router } from "express";
import type { Services } from "../services.ts";
import { isSecret } from "./secret.ts";

/** Its page sets styles as it goes, and would fetch a font of icons from elsewhere, which it does without. */
const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
} as const;

/**
 * The framework's monitor, to look at rooms and their states. It is for looking only: its own way to change things calls
 * any method of any room through a GET, and no line would tell who did what. `ops/commands.ts` is for that.
 *
 * Loaded only where there is a password for it, because it adds methods to every room.
 */
export async function createMonitor(
  password: string,
  { limits, logger }: Pick<Services, "limits" | "logger">,
): Promise<Router> {
  const { monitor } = await import("@colyseus/monitor");
  const routes = Router();
  routes.use(async (request, response, next) => {
    response.set(HEADERS);
    const address = request.socket.remoteAddress ?? "unknown";
    // A browser sends the password along with whatever a foreign page makes it ask for.
    if (isForeign(request)) return refuse(response, 403, "this page may not ask the monitor");
    const waitMs = await limits.operators.take(address);
    if (waitMs > 0) {
      response.set("Retry-After", String(Math.ceil(waitMs / 1_000)));
      return refuse(response, 429, "too many wrong passwords: wait a minute");
    }
    const given = passwordOf(request);
    // A browser asks without one first: that is no guess.
    const isRight = given !== undefined && isSecret(given, password);
    if (isRight || given === undefined) await limits.operators.giveBack(address);
    if (!isRight) {
      if (given !== undefined)
        logger.warn({ event: "refused", address, path: "/monitor" }, "wrong password refused");
      response.set("WWW-Authenticate", 'Basic realm="Tagalong operations", charset="UTF-8"');
      return refuse(response, 401, "the password is missing or wrong");
    }
    return next();
  });
  routes.use("/api/room/call", (_request, response) => {
    refuse(response, 403, "the monitor only looks: to change something use `npm run ops`");
  });
  routes.use(monitor({ prefix: "" }));
  return routes;
}

function isForeign(request: Request): boolean {
  const site = request.get("sec-fetch-site");
  return site !== undefined && site !== "same-origin" && site !== "none";
}

/** Of basic authentication; the name before it may be anything. */
function passwordOf(request: Request): string | undefined {
  const [, credentials] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.get("authorization") ?? "") ?? [];
  if (credentials === undefined) return undefined;
  const text = Buffer.from(credentials, "base64").toString();
  return text.slice(text.indexOf(":") + 1);
}

function refuse(response: Response, status: number, sentence: string): void {
  response.status(status).json({ error: sentence });
}
