import { isBlank, visibleLength } from "../session/names.ts";
import type { Reason } from "../session/reasons.ts";

export const CHAT_MAX = 200;

/**
 * Text as it will be sent: control and invisible formatting characters gone, line breaks as spaces, trimmed.
 * The zero-width joiner stays: emoji need it.
 */
export function cleanChatText(text: string): string {
  return text
    .replace(/[\r\n\t\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/(?!\u200D)\p{C}/gu, "")
    .normalize("NFC")
    .trim();
}

/** Why cleaned text cannot be said, or `undefined`. Empty text is refused quietly by the client. */
export function checkChatText(text: string): Reason | undefined {
  if (isBlank(text)) return "chat/empty";
  // The visible length is what the player counts; the plain one keeps stacked marks from growing a line.
  if (visibleLength(text) > CHAT_MAX || text.length > CHAT_MAX * 4) return "chat/too_long";
  return undefined;
}

/** What a typed line asks for. Commands that the server must agree to become messages; the rest stay here. */
export type ChatCommand =
  | { type: "say"; text: string }
  | { type: "me"; text: string }
  | { type: "whisper"; name: string; text: string }
  | { type: "nick"; name: string }
  | { type: "kick"; name: string }
  | { type: "players" }
  | { type: "help" }
  | { type: "refused"; reason: Reason };

/** The commands for `/help`, in the order shown. */
export const CHAT_COMMANDS = [
  { usage: "/help", about: "this list" },
  { usage: "/nick name", about: "take another name" },
  { usage: "/me text", about: "say what you do" },
  { usage: "/w name text", about: "whisper to one player" },
  { usage: "/players", about: "who is here" },
  { usage: "/kick name", about: "remove a player (leader only)" },
] as const;

/**
 * Read one typed line. `//text` says a line that begins with a slash.
 *
 * @param names names of the players here, longest match wins, so that `/w Ann Lee hi` finds `Ann Lee`.
 *   A name may also stand in double quotes.
 */
export function parseChatLine(line: string, names: readonly string[]): ChatCommand {
  const text = cleanChatText(line);
  if (!text.startsWith("/") || text.startsWith("//")) {
    const said = text.startsWith("//") ? text.slice(1) : text;
    const reason = checkChatText(said);
    return reason ? { type: "refused", reason } : { type: "say", text: said };
  }
  const [, word = "", rest = ""] = /^\/(\S*)\s*(.*)$/su.exec(text) ?? [];
  switch (word.toLowerCase()) {
    case "help":
    case "?":
      return { type: "help" };
    case "players":
    case "who":
      return { type: "players" };
    case "me": {
      const reason = checkChatText(rest);
      if (reason === "chat/empty") return { type: "refused", reason: "chat/bad_usage" };
      return reason ? { type: "refused", reason } : { type: "me", text: rest };
    }
    case "nick":
    case "kick": {
      const name = rest.replace(/^"(.*)"$/u, "$1").trim();
      const type = word.toLowerCase() === "nick" ? "nick" : "kick";
      return name === "" ? { type: "refused", reason: "chat/bad_usage" } : { type, name };
    }
    case "w":
    case "whisper":
    case "msg": {
      const { name, text: whispered } = splitName(rest, names);
      if (name === "" || whispered === "") return { type: "refused", reason: "chat/bad_usage" };
      const reason = checkChatText(whispered);
      return reason ? { type: "refused", reason } : { type: "whisper", name, text: whispered };
    }
    default:
      return { type: "refused", reason: "chat/unknown_command" };
  }
}

function splitName(rest: string, names: readonly string[]): { name: string; text: string } {
  const quoted = /^"([^"]+)"\s*(.*)$/su.exec(rest);
  if (quoted) return { name: quoted[1]?.trim() ?? "", text: quoted[2] ?? "" };
  const lower = rest.toLowerCase();
  const known = names
    .filter((name) => lower === name.toLowerCase() || lower.startsWith(`${name.toLowerCase()} `))
    .sort((a, b) => b.length - a.length)[0];
  if (known !== undefined) return { name: known, text: rest.slice(known.length).trim() };
  const [name = "", ...words] = rest.split(" ");
  return { name, text: words.join(" ").trim() };
}
