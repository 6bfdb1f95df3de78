import { describe, expect, test } from "@jest/globals";
import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import {
  addHistory,
  addLine,
  addNote,
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
const reader = { sessionId: ann.sessionId, muted: nobody };

function say(id: number, from = bob, text = `line ${id}`): ChatLine {
  return { id, at: 1000 + id, kind: "say", from, text };
}

describe("chat log", () => {
  test("lines by others count as unread only while the panel is closed", () => {
    let log = addLine(createChatLog(true), "r", say(1), reader);
    expect(log.unread).toBe(0);
    log = addLine(closeLog(log), "r", say(2), reader);
    expect(log.unread).toBe(1);
    expect(openLog(log).unread).toBe(0);
  });

  test("own lines, muted players and system lines are never unread", () => {
    let log = createChatLog(false);
    log = addLine(log, "r", say(1, ann), reader);
    log = addLine(log, "r", say(2, bob), { ...reader, muted: new Set([bob.guest]) });
    log = addLine(log, "r", { id: 3, at: 3, kind: "joined", name: "Cid" }, reader);
    expect(log.unread).toBe(0);
  });

  test("history that arrives again after a reconnect repeats nothing and is not unread", () => {
    let log = addLine(enterScope(createChatLog(false), "ABCDE"), "r", say(2, ann), reader);
    log = addHistory(log, "r", [say(1), say(2, ann), say(3)]);
    expect(log.entries.map(({ line }) => "text" in line && line.text)).toEqual([
      "line 1",
      "line 2",
      "line 3",
    ]);
    expect(log.unread).toBe(0);
  });

  test("a room that was opened again may count its lines from the start", () => {
    let log = addLine(createChatLog(true), "old", say(1), reader);
    log = addLine(log, "new", say(1, ann), reader);
    expect(log.entries).toHaveLength(2);
  });

  test("another place starts empty, the same place goes on", () => {
    const log = addLine(enterScope(createChatLog(true), "ABCDE"), "r", say(1), reader);
    expect(enterScope(log, "ABCDE").entries).toHaveLength(1);
    expect(enterScope(log, "FGHJK").entries).toHaveLength(0);
  });

  test("the log keeps its newest lines only", () => {
    let log = createChatLog(true);
    for (let id = 0; id < LOG_MAX + 5; id++) log = addLine(log, "r", say(id), reader);
    expect(log.entries).toHaveLength(LOG_MAX);
    expect(log.entries.at(-1)?.key).toBe(`r:${LOG_MAX + 4}`);
  });

  test("muting hides what was said before too, whispers included, and unmuting brings it back", () => {
    let log = addLine(createChatLog(true), "r", say(1), reader);
    log = addLine(log, "r", { id: 2, at: 2000, kind: "whisper", from: bob, to: ann, text: "psst" }, reader);
    log = addLine(log, "r", say(3, ann), reader);
    const plain = { sessionId: ann.sessionId, filter: (text: string) => text };
    expect(shownLines(log, { ...plain, muted: new Set([bob.guest]) })).toHaveLength(1);
    expect(shownLines(log, { ...plain, muted: nobody })).toHaveLength(3);
  });

  test("the filter touches what players wrote and nothing else", () => {
    let log = addLine(createChatLog(true), "r", say(1, bob, "rude"), reader);
    log = addLine(log, "r", { id: 2, at: 2000, kind: "joined", name: "rude" }, reader);
    log = addNote(log, { kind: "note", at: 3000, text: "rude" });
    const filter = (text: string) => text.replace("rude", "****");
    const shown = shownLines(log, { sessionId: ann.sessionId, muted: nobody, filter });
    expect(shown.map(({ text }) => text)).toEqual(["****", "rude joined", "rude"]);
  });

  test("a whisper names its other end", () => {
    let log = addLine(
      createChatLog(true),
      "r",
      { id: 1, at: 1, kind: "whisper", from: bob, to: ann, text: "a" },
      reader,
    );
    log = addLine(log, "r", { id: 2, at: 2, kind: "whisper", from: ann, to: bob, text: "b" }, reader);
    const shown = shownLines(log, { sessionId: ann.sessionId, muted: nobody, filter: (text) => text });
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
