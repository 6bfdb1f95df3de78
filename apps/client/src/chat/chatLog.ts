import type { ChatAuthor, ChatLine, LeaveCause } from "@tagalong/shared/chat/protocol.ts";

/** How many lines are kept: enough to scroll back through an evening's talk. */
export const LOG_MAX = 300;

/** A line that only this player sees: the answer to `/help`, or what a command did. */
export interface NoteLine {
  kind: "note";
  at: number;
  text: string;
  list?: readonly string[];
}

export interface ChatEntry {
  /** Unique in the log, the same for the same line when it arrives again with the history. */
  key: string;
  line: ChatLine | NoteLine;
}

/** What was said in one place, oldest first, as one player has it. Never changed in place. */
export interface ChatLog {
  /** The place: a room's code, or the lobby. Another place begins an empty log. */
  scope: string;
  entries: readonly ChatEntry[];
  isOpen: boolean;
  /** Lines by others since the panel was closed. */
  unread: number;
}

export function createChatLog(isOpen: boolean): ChatLog {
  return { scope: "", entries: [], isOpen, unread: 0 };
}

/** Go on in this place: the same one keeps its lines (a reconnect), another starts empty. */
export function enterScope(log: ChatLog, scope: string): ChatLog {
  return log.scope === scope ? log : { ...log, scope, entries: [], unread: 0 };
}

/** The lines from before we came, or since the connection was lost. Nothing of it is unread. */
export function addHistory(log: ChatLog, roomId: string, lines: readonly ChatLine[]): ChatLog {
  return {
    ...log,
    entries: merge(
      log.entries,
      lines.map((line) => entryOf(roomId, line)),
    ),
  };
}

/**
 * A line that has just arrived.
 *
 * @param reader whose log it is: their own lines, and those of whoever they muted, are never unread
 */
export function addLine(
  log: ChatLog,
  roomId: string,
  line: ChatLine,
  reader: { sessionId: string; muted: ReadonlySet<string> },
): ChatLog {
  const entry = entryOf(roomId, line);
  if (log.entries.some(({ key }) => key === entry.key)) return log;
  const author = authorOf(line);
  const isNew =
    author !== undefined && author.sessionId !== reader.sessionId && !reader.muted.has(author.guest);
  return {
    ...log,
    entries: merge(log.entries, [entry]),
    unread: isNew && !log.isOpen ? log.unread + 1 : log.unread,
  };
}

export function addNote(log: ChatLog, note: NoteLine): ChatLog {
  const key = `note:${note.at}:${log.entries.length}:${note.text}`;
  return { ...log, entries: [...log.entries, { key, line: note }].slice(-LOG_MAX) };
}

export function openLog(log: ChatLog): ChatLog {
  return log.isOpen ? log : { ...log, isOpen: true, unread: 0 };
}

export function closeLog(log: ChatLog): ChatLog {
  return log.isOpen ? { ...log, isOpen: false } : log;
}

/** A line ready to be shown: words for what happened, text by the reader's filter. */
export interface ShownLine {
  key: string;
  at: number;
  kind: "say" | "me" | "whisper" | "system" | "note";
  author?: ChatAuthor;
  /** The other end of a whisper, from the reader's side. */
  whisper?: { direction: "to" | "from"; name: string };
  text: string;
  list?: readonly string[];
}

/**
 * The log as one reader sees it.
 *
 * @param filter applied to what players wrote; names and our own words pass
 */
export function shownLines(
  log: ChatLog,
  reader: { sessionId: string; muted: ReadonlySet<string>; filter: (text: string) => string },
): ShownLine[] {
  return log.entries
    .filter(({ line }) => !reader.muted.has(authorOf(line)?.guest ?? ""))
    .map(({ key, line }) => shownLine(key, line, reader));
}

function shownLine(
  key: string,
  line: ChatLine | NoteLine,
  { sessionId, filter }: { sessionId: string; filter: (text: string) => string },
): ShownLine {
  const { at } = line;
  switch (line.kind) {
    case "say":
    case "me":
      return { key, at, kind: line.kind, author: line.from, text: filter(line.text) };
    case "whisper": {
      const isOwn = line.from.sessionId === sessionId;
      const whisper = isOwn
        ? ({ direction: "to", name: line.to.name } as const)
        : ({ direction: "from", name: line.from.name } as const);
      return { key, at, kind: "whisper", author: line.from, whisper, text: filter(line.text) };
    }
    case "note":
      return { key, at, kind: "note", text: line.text, ...(line.list ? { list: line.list } : {}) };
    default:
      return { key, at, kind: "system", text: systemText(line) };
  }
}

type SystemLine = Exclude<ChatLine, { from: ChatAuthor }>;

const LEAVE_WORDS: Readonly<Record<LeaveCause, string>> = {
  left: "left",
  timeout: "lost the connection and did not come back",
  kicked: "was removed by the leader",
  replaced: "went on in another window",
  removed: "was removed",
};

/** What happened, with its cause: a leave, a drop that ran out and a kick read differently. */
export function systemText(line: SystemLine): string {
  switch (line.kind) {
    case "joined":
      return `${line.name} joined`;
    case "dropped":
      return `${line.name} lost the connection; their place is kept`;
    case "returned":
      return `${line.name} is back`;
    case "leaving":
      return `${line.name} ${LEAVE_WORDS[line.cause]}`;
    case "renamed":
      return `${line.name} is now called ${line.newName}`;
    case "leads":
      return `${line.name} leads the room now`;
  }
}

function authorOf(line: ChatLine | NoteLine): ChatAuthor | undefined {
  return "from" in line ? line.from : undefined;
}

/** A room opened again under its code counts its lines from the start: the room's id keeps them apart. */
function entryOf(roomId: string, line: ChatLine): ChatEntry {
  return { key: `${roomId}:${line.id}`, line };
}

/** Both in the order of their time, each line once. Notes stay where they were written. */
function merge(known: readonly ChatEntry[], added: readonly ChatEntry[]): ChatEntry[] {
  const keys = new Set(known.map(({ key }) => key));
  const fresh = added.filter(({ key }) => !keys.has(key));
  const last = known.at(-1);
  const all = [...known, ...fresh];
  const isInOrder = !last || fresh.every(({ line }) => line.kind !== "note" && line.at >= last.line.at);
  if (!isInOrder && !known.some(({ line }) => line.kind === "note")) {
    all.sort((a, b) => a.line.at - b.line.at);
  }
  return all.slice(-LOG_MAX);
}
