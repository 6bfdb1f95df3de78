/**
 * Every reason for which this game refuses, closes or removes something, in one table.
 *
 * A reason is data: it travels as its name, the client has a text for it, the server counts it as a metric
 * label. Adding one is adding a row here, a text in the client's `session/reasonTexts.ts`, and a test that
 * produces it (a test holds all three together).
 */

/** Who should try again: the client by itself, the player by a button, or nobody. */
export type Retry = "auto" | "manual" | "never";

/** What the player can do about it, offered as a button next to the text. */
export type ReasonAction =
  | "reload" // fetch the current version of the page
  | "rejoin" // the same room again
  | "use-suggestion" // the free name in the refusal's detail
  | "enter-password"
  | "other-room" // quick play instead
  | "menu"; // back to the menu

export interface ReasonEntry {
  /** The WebSocket close code, for reasons that end a session. Own codes are 4100 and up. */
  readonly closeCode?: number;
  readonly retry: Retry;
  readonly action?: ReasonAction;
}

export const REASONS = {
  // session: the connection, the guest, the seat
  "session/version_mismatch": { closeCode: 4100, retry: "never", action: "reload" },
  "session/token_invalid": { closeCode: 4101, retry: "auto" },
  "session/token_expired": { closeCode: 4102, retry: "auto" },
  "session/not_allowed": { closeCode: 4103, retry: "never", action: "menu" },
  "session/approval_timeout": { closeCode: 4104, retry: "manual", action: "rejoin" },
  "session/loading_timeout": { closeCode: 4105, retry: "manual", action: "rejoin" },
  "session/replaced": { closeCode: 4106, retry: "manual", action: "rejoin" },
  "session/seat_expired": { closeCode: 4107, retry: "manual", action: "rejoin" },
  "session/server_full": { closeCode: 4108, retry: "manual", action: "rejoin" },
  "session/server_restarting": { closeCode: 4109, retry: "auto", action: "rejoin" },
  "session/server_unreachable": { retry: "manual", action: "rejoin" },
  "session/connect_timeout": { retry: "manual", action: "rejoin" },
  "session/connection_lost": { retry: "auto", action: "rejoin" },
  "session/cancelled": { retry: "manual", action: "menu" },
  "session/left": { closeCode: 4000, retry: "manual", action: "rejoin" },
  "session/too_many_requests": { closeCode: 4110, retry: "manual", action: "rejoin" },
  "session/too_many_messages": { closeCode: 4111, retry: "manual", action: "rejoin" },
  "session/bad_message": { closeCode: 4112, retry: "manual", action: "rejoin" },
  "session/message_too_big": { closeCode: 1009, retry: "manual", action: "rejoin" },
  "session/input_flood": { closeCode: 4113, retry: "manual", action: "rejoin" },
  "session/slow_reader": { closeCode: 4114, retry: "manual", action: "rejoin" },
  "session/internal_error": { closeCode: 4115, retry: "manual", action: "rejoin" },
  "session/removed": { closeCode: 4116, retry: "never", action: "menu" },
  "session/too_many_connections": { closeCode: 4117, retry: "manual", action: "rejoin" },

  // server: several processes, and what they share
  "server/unavailable": { closeCode: 4120, retry: "auto", action: "rejoin" },

  // names
  "name/too_short": { closeCode: 4130, retry: "manual" },
  "name/too_long": { closeCode: 4131, retry: "manual" },
  "name/bad_characters": { closeCode: 4132, retry: "manual" },
  "name/taken": { closeCode: 4133, retry: "manual", action: "use-suggestion" },

  // lobby: finding, making and keeping order in rooms
  "lobby/bad_code": { retry: "manual" },
  "lobby/bad_title": { retry: "manual" },
  "lobby/bad_options": { retry: "manual" },
  "lobby/room_not_found": { closeCode: 4140, retry: "manual", action: "other-room" },
  "lobby/room_full": { closeCode: 4141, retry: "manual", action: "other-room" },
  "lobby/room_locked": { closeCode: 4142, retry: "manual", action: "other-room" },
  "lobby/room_closed": { closeCode: 4143, retry: "manual", action: "other-room" },
  "lobby/password_needed": { closeCode: 4144, retry: "manual", action: "enter-password" },
  "lobby/password_wrong": { closeCode: 4145, retry: "manual", action: "enter-password" },
  "lobby/too_many_attempts": { closeCode: 4146, retry: "manual", action: "menu" },
  "lobby/too_many_rooms": { retry: "manual" },
  "lobby/kicked": { closeCode: 4147, retry: "never", action: "other-room" },
  "lobby/room_moved": { closeCode: 4149, retry: "auto", action: "rejoin" },
  "lobby/banned": { closeCode: 4148, retry: "never", action: "other-room" },
  "lobby/not_leader": { retry: "never" },
  "lobby/no_such_player": { retry: "manual" },
  "lobby/cannot_kick_self": { retry: "never" },

  // chat
  "chat/empty": { retry: "manual" },
  "chat/too_long": { retry: "manual" },
  "chat/too_fast": { retry: "manual" },
  "chat/no_such_player": { retry: "manual" },
  "chat/whisper_self": { retry: "never" },
  "chat/unknown_command": { retry: "manual" },
  "chat/bad_usage": { retry: "manual" },
} as const satisfies Record<string, ReasonEntry>;

export type Reason = keyof typeof REASONS;

/** Facts that go with a reason, such as a free name or how long to wait. Small, and safe to show. */
export type ReasonDetail = Readonly<Record<string, string>>;

/** A reason with its facts: what is thrown, sent, shown and logged. */
export interface Refusal {
  readonly reason: Reason;
  readonly detail?: ReasonDetail;
}

export function isReason(value: unknown): value is Reason {
  return typeof value === "string" && Object.hasOwn(REASONS, value);
}

export function reasonEntry(reason: Reason): ReasonEntry {
  return REASONS[reason];
}

/** The close code of a reason that ends a session. Throws for one that does not: a bug of the caller. */
export function closeCodeOf(reason: Reason): number {
  const { closeCode } = reasonEntry(reason);
  if (closeCode === undefined) throw new Error(`"${reason}" does not close a session`);
  return closeCode;
}

/** A WebSocket close frame holds 123 bytes of text (RFC 6455, section 5.5). */
const CLOSE_TEXT_BYTES = 123;

/**
 * Write a refusal as one short text that fits every channel: a close frame, an error frame and an HTTP error
 * body. `name/taken?suggestion=Ann%202`. Details that do not fit are left out; the reason never is.
 *
 * Only ASCII is escaped: a Chinese name would be three times as long otherwise, and not fit.
 */
export function encodeRefusal({ reason, detail }: Refusal): string {
  let text: string = reason;
  for (const [key, value] of Object.entries(detail ?? {})) {
    const longer = `${text}${text === reason ? "?" : "&"}${key}=${escapeDetail(value)}`;
    if (utf8Length(longer) <= CLOSE_TEXT_BYTES) text = longer;
  }
  return text;
}

/** A lone half of a surrogate pair has no UTF-8: it becomes the replacement character, as on any wire. */
function escapeDetail(value: string): string {
  return value.replace(/\p{Cs}/gu, "\uFFFD").replace(/\p{ASCII}+/gu, encodeURIComponent);
}

function utf8Length(text: string): number {
  return encodeURIComponent(text).replace(/%../g, "-").length;
}

/** Read what {@link encodeRefusal} wrote; `undefined` for any other text. Never throws. */
export function decodeRefusal(text: unknown): Refusal | undefined {
  if (typeof text !== "string") return undefined;
  const [reason, query] = text.split("?", 2);
  if (!isReason(reason)) return undefined;
  if (query === undefined) return { reason };
  const detail: Record<string, string> = {};
  for (const pair of query.split("&")) {
    const [key, value] = pair.split("=", 2);
    if (!key || value === undefined) continue;
    try {
      detail[key] = decodeURIComponent(value);
    } catch {
      // A broken escape costs this one detail; the reason itself is still good.
      detail[key] = value;
    }
  }
  return { reason, detail };
}

/** Close codes that mean "the network went away": the seat is held and the client comes back by itself. */
const NETWORK_DROP_CODES: ReadonlySet<number> = new Set([1001, 1005, 1006, 4010]);

export function isNetworkDrop(closeCode: number | undefined): boolean {
  return closeCode !== undefined && NETWORK_DROP_CODES.has(closeCode);
}

/**
 * Why a socket closed, from its close frame. Our own closes carry their reason as text; the framework's do
 * not, so they are told by their code.
 */
export function refusalOfClose(closeCode: number | undefined, text: unknown): Refusal {
  const ours = decodeRefusal(text);
  if (ours) return ours;
  if (closeCode === undefined || isNetworkDrop(closeCode)) {
    return { reason: "session/connection_lost" };
  }
  for (const [reason, entry] of Object.entries<ReasonEntry>(REASONS)) {
    if (entry.closeCode === closeCode && isReason(reason)) return { reason };
  }
  switch (closeCode) {
    case 4001:
      return { reason: "session/server_restarting" };
    case 4003:
      return { reason: "session/seat_expired" };
    case 4002:
      return { reason: "session/bad_message" };
    default:
      return { reason: "session/internal_error", detail: { code: String(closeCode) } };
  }
}
