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
export function addHistory(log: ChatLog, lines: readonly ChatLine[]): ChatLog {
  return { ...log, entries: merge(log.entries, lines.map(entryOf)) };
}

/** Whose log it is. */
export interface Reader {
  /** The sessions they have had here: a reconnect keeps theirs, a room opened again gives them another. */
  sessions: ReadonlySet<string>;
  /** Public guest ids. */
  muted: ReadonlySet<string>;
}

/** A line that has just arrived. What happened by itself, the reader's own, and those of whoever they muted, are never unread. */
export function addLine(log: ChatLog, line: ChatLine, reader: Reader): ChatLog {
  const entry = entryOf(line);
  if (log.entries.some(({ key }) => key === entry.key)) return log;
  const author = authorOf(line);
  const isByOther =
    author !== undefined && !reader.sessions.has(author.sessionId) && !reader.muted.has(author.guest);
  const isNew = isByOther || line.kind === "announced";
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
  kind: "say" | "me" | "whisper" | "announced" | "system" | "note";
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
export function shownLines(log: ChatLog, reader: Reader & { filter: (text: string) => string }): ShownLine[] {
  return log.entries
    .filter(({ line }) => !reader.muted.has(authorOf(line)?.guest ?? ""))
    .map(({ key, line }) => shownLine(key, line, reader));
}

function shownLine(
  key: string,
  line: ChatLine | NoteLine,
  { sessions, filter }: Reader & { filter: (text: string) => string },
): ShownLine {
  const { at } = line;
  switch (line.kind) {
    case "say":
    case "me":
      return { key, at, kind: line.kind, author: line.from, text: filter(line.text) };
    case "whisper": {
      const isOwn = sessions.has(line.from.sessionId);
      const whisper = isOwn
        ? ({ direction: "to", name: line.to.name } as const)
        : ({ direction: "from", name: line.from.name } as const);
      return { key, at, kind: "whisper", author: line.from, whisper, text: filter(line.text) };
    }
    case "announced":
      return { key, at, kind: "announced", text: line.text };
    case "note":
      return { key, at, kind: "note", text: line.text, ...(line.list ? { list: line.list } : {}) };
    default:
      return { key, at, kind: "system", text: systemText(line) };
  }
}

type SystemLine = Exclude<ChatLine, { from: ChatAuthor } | { kind: "announced" }>;

const LEAVE_WORDS: Readonly<Record<LeaveCause, string>> = {
  left: "left",
  timeout: "lost the connection and did not come back",
  kicked: "was removed by the leader",
  replaced: "went on in another window",
  removed: "was removed",
  moved: "went along to another server",
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

/**
 * The same line has the same key wherever it comes from: a room that moves to another server takes its lines with it,
 * under another room's id. One that is opened afresh counts from 1 again: there the time tells its lines from the old.
 */
function entryOf(line: ChatLine): ChatEntry {
  return { key: `${line.id}@${line.at}`, line };
}

/**
 * Each line once, in the order in which the server tells them: a missing line goes before the first known one that
 * follows it, else to the end. Times do not count, for two servers may not agree on them. Notes stay where they were.
 */
function merge(known: readonly ChatEntry[], added: readonly ChatEntry[]): ChatEntry[] {
  const all = [...known];
  let missing: ChatEntry[] = [];
  for (const entry of added) {
    const at = all.findIndex(({ key }) => key === entry.key);
    if (at < 0) missing.push(entry);
    else {
      all.splice(at, 0, ...missing);
      missing = [];
    }
  }
  return [...all, ...missing].slice(-LOG_MAX);
}
