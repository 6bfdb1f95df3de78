import { type AuthContext, ServerError } from "@colyseus/core";
import { checkName, cleanName } from "@tagalong/shared/session/names.ts";
import { JoinOptions, PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { encodeRefusal, type Reason, type Refusal, reasonEntry } from "@tagalong/shared/session/reasons.ts";
import { currentRequest } from "../http/requests.ts";
import type { Services } from "../services.ts";

/** What an approved join carries from the door to the room, as `client.auth`. */
export interface Approved {
  guestId: string;
  publicId: string;
  address: string;
  /** Cleaned and checked; absent only where a room needs none. */
  name: string | undefined;
  options: JoinOptions;
  /** Of the join, so that the log leads from it to the session. */
  requestId: string | undefined;
}

/** Decides who may play at all. Replace it to ask a database, a ban service or an invitation list. */
export interface GuestList {
  check(guestId: string): Reason | undefined | Promise<Reason | undefined>;
}

/**
 * The list of the settings: everybody but the denied, or, when some are allowed, only those.
 *
 * @param publicId the id that others see, which is the one that operators know: it counts as much as the guest's own
 */
export function createGuestList(
  allow: ReadonlySet<string>,
  deny: ReadonlySet<string>,
  publicId: (guestId: string) => string,
): GuestList {
  const isOn = (list: ReadonlySet<string>, guestId: string) =>
    list.has(guestId) || list.has(publicId(guestId));
  return {
    check: (guestId) => {
      if (deny.size > 0 && isOn(deny, guestId)) return "session/not_allowed";
      return allow.size > 0 && !isOn(allow, guestId) ? "session/not_allowed" : undefined;
    },
  };
}

/** A refusal in the one form that the matchmaker and the socket carry to the client unchanged. */
export function refusedError(refusal: Refusal): ServerError {
  // As an HTTP status it must be one; as a socket error any number does. 4xx says: your doing.
  const status = reasonEntry(refusal.reason).retry === "auto" ? 401 : 403;
  return new ServerError(status, encodeRefusal(refusal));
}

/** Refused for now, with the time to wait (ms). */
export function tooSoon(waitMs: number): Refusal {
  return { reason: "session/too_many_requests", detail: { retryMs: String(waitMs) } };
}

/**
 * The door: everything that can be said about a join without its room. Runs before a seat is reserved.
 *
 * Checks the sockets and the joins of this address, the token, the guest list, and the name's form.
 * Throws a {@link refusedError}.
 */
export async function approveAtDoor(
  services: Services,
  token: string | undefined,
  rawOptions: unknown,
  context: AuthContext,
): Promise<Approved> {
  const { config, metrics, refusals, guests, guestList, limits, connections, tickets } = services;
  const address = context.ip ?? "unknown";
  // The line of the request tells the rest.
  const refuse = (refusal: Refusal): never => {
    metrics.refused(refusal.reason);
    throw refusedError(refusal);
  };

  const verified = guests.verify(token);
  const guestId = verified.ok ? verified.claims.id : undefined;
  const parsed = JoinOptions.safeParse(rawOptions);
  // Whoever comes back to a room is counted by themselves: everybody of a room that moved comes at once, and maybe all
  // from one school.
  const comesBack =
    parsed.success && guestId !== undefined && tickets.open(parsed.data.ticket)?.guestId === guestId;
  // With several processes the room may be another's: the socket is told there.
  if (config.REDIS_URL === "" && connections.isFull(address, comesBack ? 2 : 1)) {
    return refuse({ reason: "session/too_many_connections" });
  }
  const waitMs = await limits.joins.take(comesBack ? guestId : address);
  if (waitMs > 0) {
    refusals.note("session/too_many_requests", "joins of one address or guest", address);
    throw refusedError(tooSoon(waitMs));
  }
  if (!verified.ok) return refuse({ reason: verified.reason });
  const listed = await guestList.check(verified.claims.id);
  if (listed) return refuse({ reason: listed });
  if (!parsed.success) {
    // Their shape may be one that only the room's process knows.
    const mismatch = checkVersion(versionOf(rawOptions));
    if (mismatch) throw refusedError(mismatch);
    return refuse({ reason: "lobby/bad_options" });
  }
  const { id } = verified.claims;
  const name = parsed.data.name === undefined ? undefined : cleanName(parsed.data.name);
  const badName = name === undefined ? undefined : checkName(name);
  if (badName) return refuse({ reason: badName });
  return {
    guestId: id,
    publicId: guests.publicId(id),
    address,
    name,
    options: parsed.data,
    requestId: currentRequest()?.requestId,
  };
}

/**
 * Whether a client can follow this server, or the one that it asks for.
 *
 * @param client what it said of itself, whatever that is
 */
export function checkVersion(client: unknown, server = PROTOCOL_VERSION): Refusal | undefined {
  if (client === server) return undefined;
  // Both numbers: a page that is ahead of the server waits for it, one that is behind must be loaded anew.
  const detail = { server: String(server), client: String(client ?? "none").slice(0, 12) };
  return { reason: "session/version_mismatch", detail };
}

/** The version alone, from options that may be of any later shape: a mismatch must win over bad options. */
export function versionOf(options: unknown): unknown {
  return typeof options === "object" && options !== null && "protocol" in options
    ? options.protocol
    : undefined;
}
