import { matchMaker } from "@colyseus/core";
import { CreateRoomRequest, OpenRoomRequest, type RefusalResponse } from "@tagalong/shared/lobby/protocol.ts";
import { GuestRequest } from "@tagalong/shared/session/protocol.ts";
import { decodeRefusal, encodeRefusal, type Refusal, reasonEntry } from "@tagalong/shared/session/reasons.ts";
import { type NextFunction, type Request, type RequestHandler, type Response, Router } from "express";
import type { z } from "zod";
import type { RoomDirectory } from "../lobby/RoomDirectory.ts";
import type { Services } from "../services.ts";
import { checkVersion, tooSoon } from "../session/approval.ts";
import type { Limiter } from "../session/Limits.ts";
import { answered } from "./harden.ts";
import { noteCounted } from "./requests.ts";

/** Carries a refusal out of a route. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.refusal = refusal;
  }
}

/** The `/api` routes: guest tokens, finding rooms and opening them. Every refusal has a reason. */
export function createApi(services: Services, directory: RoomDirectory): Router {
  const { cluster, guests, limits, metrics, refusals, logger, tickets } = services;
  const api = Router();
  api.use((_request, response, next) => {
    response.set("Cache-Control", "no-store");
    if (matchMaker.state === matchMaker.MatchMakerState.SHUTTING_DOWN) {
      throw new Refused({ reason: "session/server_restarting" });
    }
    next();
  });
  api.use(async (request, _response, next) => {
    await spend(limits.crowds, addressOf(request));
    noteCounted();
    next();
  });
  const findRooms: RequestHandler = ({ query: { protocol } }, _response, next) => {
    // Before anything is chosen or opened that the page could not enter.
    const mismatch = protocol === undefined ? undefined : checkVersion(Number(protocol));
    if (mismatch) throw new Refused(mismatch);
    if (!cluster.isAvailable) throw new Refused({ reason: "server/unavailable" });
    next();
  };
  api.use(["/lobby", "/quick-play", "/rooms"], findRooms);

  api.post("/guest", async (request, response) => {
    await spend(limits.guests, addressOf(request));
    const { token } = read(GuestRequest, request.body);
    const known = token ? guests.verify(token) : undefined;
    // A token that ran out or was made up gets a new guest: nobody is locked out of a game by a cookie.
    response.json(guests.issue(known?.ok ? known.claims.id : undefined));
  });

  api.get("/lobby", async (_request, response) => {
    response.json(await answered(directory.lobby()));
  });

  api.post("/quick-play", async (request, response) => {
    const guestId = guestOf(request);
    await spend(limits.joins, addressOf(request));
    response.json(unwrap(await answered(directory.quickPlay(guestId))));
  });

  api.post("/rooms", async (request, response) => {
    const guestId = guestOf(request);
    const body = read(CreateRoomRequest, request.body);
    await spend(limits.rooms, addressOf(request));
    response.json(unwrap(await answered(directory.create(body, guestId))));
  });

  api.post("/rooms/open", async (request, response) => {
    const guestId = guestOf(request);
    const { ticket, protocol } = read(OpenRoomRequest, request.body);
    const mismatch = checkVersion(protocol);
    if (mismatch) throw new Refused(mismatch);
    // Everybody of a room comes at once, and whoever was let in before is counted by themselves: a school behind one
    // address must not be kept out.
    const opened = tickets.open(ticket);
    const own = opened?.guestId === guestId ? opened : undefined;
    await spend(limits.joins, own ? guestId : addressOf(request));
    if (!own) throw new Refused({ reason: "lobby/room_closed" });
    const beforeOpening = async () => {
      await spend(limits.reopenings, addressOf(request));
      await spend(limits.rooms, guestId);
    };
    response.json(unwrap(await answered(directory.reopen(own, beforeOpening))));
  });

  api.get("/rooms/:code", async (request, response) => {
    guestOf(request);
    // Codes are short: without a limit they could be tried out one by one.
    await spend(limits.joins, addressOf(request));
    response.json(unwrap(await answered(directory.byCode(request.params.code))));
  });

  api.use((_request, _response) => {
    throw new Refused({ reason: "lobby/bad_options" });
  });

  api.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const refusal = refusalOfRoute(error);
    if (refusal.reason === "session/internal_error") {
      logger.error(
        { event: "exception", method: `${request.method} ${request.path}`, err: error },
        "route failed",
      );
    }
    if (refusal.reason === "session/too_many_requests") {
      refusals.note(refusal.reason, "requests of one address or guest", addressOf(request));
    } else metrics.refused(refusal.reason);
    const { retryMs } = refusal.detail ?? {};
    if (retryMs) response.set("Retry-After", String(Math.ceil(Number(retryMs) / 1_000)));
    response.status(statusOf(refusal)).json({ error: encodeRefusal(refusal) } satisfies RefusalResponse);
  });
  return api;

  function guestOf(request: Request): string {
    const token = /^Bearer (.+)$/.exec(request.get("authorization") ?? "")?.[1];
    const verified = guests.verify(token);
    if (!verified.ok) throw new Refused({ reason: verified.reason });
    return verified.claims.id;
  }
}

async function spend(limiter: Limiter, key: string): Promise<void> {
  const waitMs = await limiter.take(key);
  if (waitMs > 0) throw new Refused(tooSoon(waitMs));
}

function read<M>(schema: z.ZodType<M>, body: unknown): M {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new Refused({ reason: "lobby/bad_options", detail: { where } });
}

function unwrap<T>(found: { ok: true; room: T } | { ok: false; refusal: Refusal }): T {
  if (!found.ok) throw new Refused(found.refusal);
  return found.room;
}

/** The socket's address, which `addresses.ts` has written here whatever the client claimed. */
function addressOf(request: Request): string {
  return request.get("x-real-ip") ?? "unknown";
}

function refusalOfRoute(error: unknown): Refusal {
  if (error instanceof Refused) return error.refusal;
  // Thrown where rooms are made, maybe in another process.
  const refusal = error instanceof Error ? decodeRefusal(error.message) : undefined;
  if (refusal) return refusal;
  // Thrown by the router for a path it cannot decode: the caller's doing.
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  return { reason: status >= 400 && status < 500 ? "lobby/bad_options" : "session/internal_error" };
}

function statusOf({ reason }: Refusal): number {
  if (reason === "session/token_invalid" || reason === "session/token_expired") return 401;
  if (reason === "session/too_many_requests") return 429;
  if (reason === "lobby/room_not_found" || reason === "lobby/room_closed") return 404;
  if (reason === "session/message_too_big") return 413;
  if (reason === "session/internal_error") return 500;
  if (reason === "session/server_restarting" || reason === "server/unavailable") return 503;
  return reasonEntry(reason).retry === "never" ? 403 : 400;
}
