import { CHAT_MAX } from "@tagalong/shared/chat/rules.ts";
import { CODE_LENGTH } from "@tagalong/shared/lobby/codes.ts";
import { TITLE_MAX } from "@tagalong/shared/lobby/rules.ts";
import { NAME_MAX, NAME_MIN } from "@tagalong/shared/session/names.ts";
import type { Reason, ReasonDetail, Refusal } from "@tagalong/shared/session/reasons.ts";

/**
 * What the player reads for each reason: what happened, then what to do about it. One entry per row of the
 * catalogue; a reason without a text does not compile. Another language is another table of this type.
 */
export const REASON_TEXTS: Readonly<Record<Reason, (detail: ReasonDetail) => string>> = {
  "session/version_mismatch": (detail) =>
    Number(detail.server) < Number(detail.client)
      ? "This page is newer than the server. Reload to get the version that fits."
      : "The game was updated while this page was open. Reload to get the new version.",
  "session/token_invalid": () =>
    "The server did not recognise this browser. Try again to come in as a new guest.",
  "session/token_expired": () =>
    "You were away so long that your guest pass ran out. Try again to get a new one.",
  "session/not_allowed": () => "This server does not let you in. Ask whoever runs it.",
  "session/approval_timeout": () => "Your connection was too slow to finish saying hello. Try again.",
  "session/loading_timeout": () =>
    "The square took too long to load, so your place was given away. Try again.",
  "session/replaced": () => "You joined this room from another tab or window, so this one stopped.",
  "session/seat_expired": () =>
    "You were gone too long to keep your place. You can come back in as a new arrival.",
  "session/server_full": ({ players, max }) =>
    `The server is full${ofMax(players, max)}. Wait a moment and try again.`,
  "session/server_restarting": () => "The server is restarting. Try again in a moment.",
  "session/server_unreachable": () =>
    "The server cannot be reached. Check your internet connection and try again.",
  "session/connect_timeout": () => "The server took too long to answer. Try again.",
  "session/connection_lost": () => "The connection was lost.",
  "session/cancelled": () => "You stopped connecting.",
  "session/left": () => "You left the room.",
  "session/too_many_requests": (detail) => `That was a lot of tries in a short time. ${waitFor(detail)}`,
  "session/too_many_messages": () => "Your game sent far more than it should, so it was stopped. Join again.",
  "session/bad_message": () =>
    "Your game sent something the server could not read. Reload the page and join again.",
  "session/message_too_big": () => "Your game sent something too big. Join again.",
  "session/input_flood": () => "Your game sent more moves than time allows, so it was stopped. Join again.",
  "session/slow_reader": () => "Your connection could not keep up with the room. Try again on a faster one.",
  "session/internal_error": () =>
    "Something went wrong on our side. Try again; if it stays like this, reload the page.",
  "session/removed": () => "The people who run this server removed you from the game.",
  "session/too_many_connections": () =>
    "Too many players are here from your network already. Close other tabs of the game, or try again later.",

  "server/unavailable": () => "The server cannot let anybody in right now. Try again in a moment.",

  "name/too_short": () => `That name is too short: use at least ${NAME_MIN} letters.`,
  "name/too_long": () => `That name is too long: use at most ${NAME_MAX} letters.`,
  "name/bad_characters": () => "That name has characters that cannot be seen. Use letters, numbers or emoji.",
  "name/taken": ({ suggestion }) =>
    `Somebody here already has that name.${suggestion ? ` ${suggestion} is free.` : " Choose another one."}`,

  "lobby/bad_code": () => `That is not a room code. A code has ${CODE_LENGTH} letters.`,
  "lobby/bad_title": () => `Give the room a title of 1 to ${TITLE_MAX} letters.`,
  "lobby/bad_options": ({ max }) =>
    max
      ? `A room here holds at most ${max} players. Choose a smaller size.`
      : "A room cannot be made that way. Check the form.",
  "lobby/room_not_found": () =>
    "There is no room with that code. It may have ended: check the letters, or find another.",
  "lobby/room_full": ({ players, max }) =>
    `That room is full${ofMax(players, max)}. Try again later, or find another.`,
  "lobby/room_locked": () => "That room is locked by its leader. Find another one.",
  "lobby/room_closed": () => "The room has ended.",
  "lobby/password_needed": () => "This room asks for a password. Type it to come in.",
  "lobby/password_wrong": () => "That is not the password of this room. Try again.",
  "lobby/too_many_attempts": (detail) => `That was too many wrong tries. ${waitFor(detail)}`,
  "lobby/too_many_rooms": () =>
    "There are too many rooms right now. Join one that is open, or try again later.",
  "lobby/kicked": () => "The leader removed you from the room.",
  "lobby/room_moved": () =>
    "The room has moved to another server, and the way there was not found. Try again.",
  "lobby/banned": () => "You were removed from this room and cannot come back to it.",
  "lobby/not_leader": () => "Only the leader of the room can do that.",
  "lobby/no_such_player": () => "There is no such player in this room.",
  "lobby/cannot_kick_self": () => "You cannot kick yourself. Use “Leave room” to go.",

  "chat/empty": () => "There is nothing to send yet.",
  "chat/too_long": () => `That is too long: use at most ${CHAT_MAX} characters.`,
  "chat/too_fast": () => "You are writing faster than the chat allows. Take a breath.",
  "chat/no_such_player": ({ name }) =>
    name ? `There is nobody called ${name} here.` : "There is nobody by that name here.",
  "chat/whisper_self": () => "You cannot whisper to yourself.",
  "chat/unknown_command": () => "There is no such command. Type /help to see them all.",
  "chat/bad_usage": () => "Something is missing in that command. Type /help to see how it goes.",
};

export function reasonText({ reason, detail }: Refusal): string {
  return REASON_TEXTS[reason](detail ?? {});
}

/** What reads differently while the game tries again by itself: then there is nothing for the player to do. */
const WAIT_TEXTS: Readonly<Partial<Record<Reason, string>>> = {
  "session/connect_timeout": "The server is slow to answer.",
  "session/server_unreachable":
    "The server cannot be reached. It is asked again by itself; check your internet connection meanwhile.",
  "session/server_restarting": "The server is restarting. You will be back by yourself in a moment.",
  "session/internal_error": "Something went wrong on our side. It is tried again by itself.",
  "session/too_many_requests": "Many players are coming back at once. It will be your turn in a moment.",
  "session/too_many_connections": "Many players are coming back at once. It will be your turn in a moment.",
  "session/server_full":
    "The server is full right now. You will be in by yourself as soon as there is a place.",
  "session/version_mismatch": "The game is being updated. It goes on by itself as soon as that is done.",
  "server/unavailable":
    "The server cannot let anybody in right now. You will be in by yourself as soon as it can.",
  "lobby/room_moved": "The room is moving to another server. You are taken along.",
};

/** What the player reads while the game tries again by itself. */
export function waitText(refusal: Refusal): string {
  return WAIT_TEXTS[refusal.reason] ?? reasonText(refusal);
}

function ofMax(players: string | undefined, max: string | undefined): string {
  if (!max) return "";
  return players ? ` (${players} of ${max} players)` : ` (${max} players)`;
}

function waitFor({ seconds, retryMs }: ReasonDetail): string {
  const wait = seconds ?? (retryMs ? String(Math.ceil(Number(retryMs) / 1000)) : undefined);
  return wait ? `Wait ${countOf(wait, "second")} and try again.` : "Wait a little and try again.";
}

function countOf(count: string, unit: string): string {
  return `${count} ${unit}${count === "1" ? "" : "s"}`;
}
