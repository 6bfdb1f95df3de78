import { describe, expect, test } from "@jest/globals";
import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import {
  addHistory,
  addLine,
  addNote,
  type ChatLog,
  closeLog,
  createChatLog,
  enterScope,
  LOG_MAX,
  openLog,
  shownLines,
  systemText,
} from "./chatLog.ts";

const ann = { sessionId: "s-ann", guest: "g-ann", name: "Ann", colour: 1 };
const bob = { sessionId: "s-bob", guest: "g-bob", name: "Bob", colour: 2 };
const nobody: ReadonlySet<string> = new Set();
const sessions: ReadonlySet<string> = new Set([ann.sessionId]);
const reader = { sessions, muted: nobody };

function say(id: number, from = bob, text = `line ${id}`): ChatLine {
  return { id, at: 1000 + id, kind: "say", from, text };
}

const note = { kind: "note", at: 1500, text: "a note" } as const;

function textsOf(log: ChatLog): unknown[] {
  return log.entries.map(({ line }) => "text" in line && line.text);
}

describe("chat log", () => {
  test("lines by others count as unread only while the panel is closed", () => {
    let log = addLine(createChatLog(true), say(1), reader);
    expect(log.unread).toBe(0);
    log = addLine(closeLog(log), say(2), reader);
    expect(log.unread).toBe(1);
    expect(openLog(log).unread).toBe(0);
  });

  test("own lines, muted players and system lines are never unread", () => {
    let log = createChatLog(false);
    log = addLine(log, say(1, ann), reader);
    log = addLine(log, say(2, bob), { ...reader, muted: new Set([bob.guest]) });
    log = addLine(log, { id: 3, at: 3, kind: "joined", name: "Cid" }, reader);
    expect(log.unread).toBe(0);
  });

  test("history that arrives again after a reconnect repeats nothing and is not unread", () => {
    let log = addLine(enterScope(createChatLog(false), "ABCDE"), say(2, ann), reader);
    log = addHistory(log, [say(1), say(2, ann), say(3)]);
    expect(textsOf(log)).toEqual(["line 1", "line 2", "line 3"]);
    expect(log.unread).toBe(0);
  });

  test("a room opened afresh counts its lines from 1 again, and none of them is swallowed", () => {
    const old = addLine(createChatLog(true), say(1), reader);
    const line = { ...say(1, ann), at: 60_000 };
    expect(textsOf(addLine(old, line, reader))).toEqual(["line 1", "line 1"]);
    expect(textsOf(addHistory(old, [line]))).toEqual(["line 1", "line 1"]);
  });

  test("a room handed on brings its lines along: each stays once, and what was said meanwhile is added", () => {
    let log = addNote(addHistory(createChatLog(true), [say(1), say(2)]), note);
    log = addHistory(log, [say(1), say(2), say(3)]);
    expect(textsOf(log)).toEqual(["line 1", "line 2", "a note", "line 3"]);
  });

  test("the order is the server's, even where another server's clock is behind", () => {
    let log = addHistory(createChatLog(true), [say(1), say(2)]);
    const late = { ...say(3), at: 10 };
    log = addLine(log, late, reader);
    expect(textsOf(log)).toEqual(["line 1", "line 2", "line 3"]);
    expect(textsOf(addHistory(log, [say(2), late, say(4)]))).toEqual([
      "line 1",
      "line 2",
      "line 3",
      "line 4",
    ]);
  });

  test("what one said under an earlier session is one's own still", () => {
    const whisper = { id: 1, at: 1, kind: "whisper", from: ann, to: bob, text: "a" } as const;
    const log = addLine(createChatLog(false), whisper, { ...reader, sessions: new Set(["s-new", "s-ann"]) });
    expect(log.unread).toBe(0);
    const [shown] = shownLines(log, { ...reader, sessions: new Set(["s-new", "s-ann"]), filter: String });
    expect(shown?.whisper).toEqual({ direction: "to", name: "Bob" });
  });

  test("another place starts empty, the same place goes on", () => {
    const log = addLine(enterScope(createChatLog(true), "ABCDE"), say(1), reader);
    expect(enterScope(log, "ABCDE").entries).toHaveLength(1);
    expect(enterScope(log, "FGHJK").entries).toHaveLength(0);
  });

  test("the log keeps its newest lines only", () => {
    let log = createChatLog(true);
    for (let id = 0; id < LOG_MAX + 5; id++) log = addLine(log, say(id), reader);
    expect(log.entries).toHaveLength(LOG_MAX);
    expect(log.entries.at(-1)?.key).toBe(`${LOG_MAX + 4}@${1000 + LOG_MAX + 4}`);
  });

  test("muting hides what was said before too, whispers included, and unmuting brings it back", () => {
    let log = addLine(createChatLog(true), say(1), reader);
    log = addLine(log, { id: 2, at: 2000, kind: "whisper", from: bob, to: ann, text: "psst" }, reader);
    log = addLine(log, say(3, ann), reader);
    const plain = { sessions, filter: (text: string) => text };
    expect(shownLines(log, { ...plain, muted: new Set([bob.guest]) })).toHaveLength(1);
    expect(shownLines(log, { ...plain, muted: nobody })).toHaveLength(3);
  });

  test("what the server announces is shown as its own, filtered by nobody, and is unread until it was seen", () => {
    const line = { id: 1, at: 1, kind: "announced", text: "rude word ahead" } as const;
    const log = addLine(createChatLog(false), line, reader);
    expect(log.unread).toBe(1);
    const filter = () => "****";
    expect(shownLines(log, { sessions, muted: nobody, filter })).toEqual([
      { key: "1@1", at: 1, kind: "announced", text: "rude word ahead" },
    ]);
  });

  test("the filter touches what players wrote and nothing else", () => {
    let log = addLine(createChatLog(true), say(1, bob, "rude"), reader);
    log = addLine(log, { id: 2, at: 2000, kind: "joined", name: "rude" }, reader);
    log = addNote(log, { kind: "note", at: 3000, text: "rude" });
    const filter = (text: string) => text.replace("rude", "****");
    const shown = shownLines(log, { sessions, muted: nobody, filter });
    expect(shown.map(({ text }) => text)).toEqual(["****", "rude joined", "rude"]);
  });

  test("a whisper names its other end", () => {
    let log = addLine(
      createChatLog(true),
      { id: 1, at: 1, kind: "whisper", from: bob, to: ann, text: "a" },
      reader,
    );
    log = addLine(log, { id: 2, at: 2, kind: "whisper", from: ann, to: bob, text: "b" }, reader);
    const shown = shownLines(log, { sessions, muted: nobody, filter: (text) => text });
    expect(shown.map(({ whisper }) => whisper)).toEqual([
      { direction: "from", name: "Bob" },
      { direction: "to", name: "Bob" },
    ]);
  });

  test("a leave, a drop that ran out and a kick read differently", () => {
    const causes = ["left", "timeout", "kicked", "replaced", "removed"] as const;
    const texts = causes.map((cause) => systemText({ id: 1, at: 1, kind: "leaving", name: "Ann", cause }));
    expect(new Set(texts).size).toBe(causes.length);
  });
});
