import { type AuthContext, matchMaker, ServerError } from "@colyseus/core";
import { checkName, cleanName } from "@tagalong/shared/session/names.ts";
import { JoinOptions, PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { encodeRefusal, type Reason, type Refusal, reasonEntry } from "@tagalong/shared/session/reasons.ts";
import type { Services } from "../services.ts";

/** What an approved join carries from the door to the room, as `client.auth`. */
export interface Approved {
  guestId: string;
  publicId: string;
  address: string;
  /** Cleaned and checked; absent only where a room needs none. */
  name: string | undefined;
  options: JoinOptions;
}

/** Decides who may play at all. Replace it to ask a database, a ban service or an invitation list. */
export interface GuestList {
  check(guestId: string): Reason | undefined | Promise<Reason | undefined>;
}

/** The list of the settings: everybody but the denied, or, when some are allowed, only those. */
export function createGuestList(allow: ReadonlySet<string>, deny: ReadonlySet<string>): GuestList {
  return {
    check: (guestId) =>
      deny.has(guestId) || (allow.size > 0 && !allow.has(guestId)) ? "session/not_allowed" : undefined,
  };
}

/** A refusal in the one form that the matchmaker and the socket carry to the client unchanged. */
export function refusedError(refusal: Refusal): ServerError {
  // As an HTTP status it must be one; as a socket error any number does. 4xx says: your doing.
  const status = reasonEntry(refusal.reason).retry === "auto" ? 401 : 403;
  return new ServerError(status, encodeRefusal(refusal));
}

/**
 * The door: everything that can be said about a join without its room. Runs before a seat is reserved.
 *
 * Checks the protocol version, the joins of this address, the token, the guest list, the room left on this
 * server, and the name's form. Throws a {@link refusedError}.
 */
export async function approveAtDoor(
  services: Services,
  token: string | undefined,
  rawOptions: unknown,
  context: AuthContext,
): Promise<Approved> {
  const { config, metrics, logger, guests, guestList, limits } = services;
  const address = context.ip ?? "unknown";
  const refuse = (refusal: Refusal): never => {
    metrics.refused(refusal.reason);
    logger.info({ event: "refused", reason: refusal.reason, address }, "join refused");
    throw refusedError(refusal);
  };

  const version = readVersion(rawOptions);
  if (version !== PROTOCOL_VERSION) {
    const detail = { server: String(PROTOCOL_VERSION), client: String(version ?? "none").slice(0, 12) };
    return refuse({ reason: "session/version_mismatch", detail });
  }
  const waitMs = await limits.joins.take(address);
  if (waitMs > 0) {
    return refuse({ reason: "session/too_many_requests", detail: { retryMs: String(waitMs) } });
  }
  const verified = guests.verify(token);
  if (!verified.ok) return refuse({ reason: verified.reason });
  const listed = await guestList.check(verified.claims.id);
  if (listed) return refuse({ reason: listed });
  const parsed = JoinOptions.safeParse(rawOptions);
  if (!parsed.success) return refuse({ reason: "lobby/bad_options" });
  const { ccu } = matchMaker.stats.local;
  if (ccu >= config.MAX_CONNECTIONS) {
    const detail = { players: String(ccu), max: String(config.MAX_CONNECTIONS) };
    return refuse({ reason: "session/server_full", detail });
  }
  const { id } = verified.claims;
  const name = parsed.data.name === undefined ? undefined : cleanName(parsed.data.name);
  const badName = name === undefined ? undefined : checkName(name);
  if (badName) return refuse({ reason: badName });
  return { guestId: id, publicId: guests.publicId(id), address, name, options: parsed.data };
}

/** The version alone, from options that may be of any later shape: a mismatch must win over bad options. */
function readVersion(options: unknown): unknown {
  return typeof options === "object" && options !== null && "protocol" in options
    ? options.protocol
    : undefined;
}
