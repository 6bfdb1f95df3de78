import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isReason } from "../session/reasons.ts";
import { CHAT_MESSAGES } from "./protocol.ts";
import { CHAT_COMMANDS, CHAT_MAX, checkChatText, cleanChatText, parseChatLine } from "./rules.ts";

const FAMILY = "👨‍👩‍👧‍👦";
const NAMES = ["Ann", "Ann Lee", "Bob", "Иван"];
const parse = (line: string) => parseChatLine(line, NAMES);
const refused = (reason: string) => ({ type: "refused", reason });

describe("cleaning a line", () => {
  test("control and invisible characters go, and space around the text", () => {
    expect(cleanChatText("  hi\u0000 \u202Ethere\u200B \uFEFF")).toBe("hi there");
    expect(cleanChatText("\u001B[31mred")).toBe("[31mred");
  });

  test("several lines become one", () => {
    expect(cleanChatText("a\r\nb\tc\u2028d\n\n")).toBe("a b c d");
  });

  test("markup stays the text it is", () => {
    expect(cleanChatText("<b onclick=x>&amp;</b>")).toBe("<b onclick=x>&amp;</b>");
  });

  test("emoji keep their joiners", () => {
    expect(cleanChatText(`${FAMILY}!`)).toBe(`${FAMILY}!`);
  });

  test("text is NFC, also around what was removed", () => {
    expect(cleanChatText("e\u0301")).toBe("é");
    expect(cleanChatText("e\u200B\u0301")).toBe("é");
  });

  test("cleaning twice changes nothing, and leaves no control character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (typed) => {
        const text = cleanChatText(typed);
        expect(cleanChatText(text)).toBe(text);
        expect(text).not.toMatch(/(?!\u200D)\p{C}|^\s|\s$|[\r\n]/u);
      }),
    );
  });
});

describe("what may be said", () => {
  test("1 to 200 visible characters", () => {
    expect(checkChatText("")).toBe("chat/empty");
    expect(checkChatText("x")).toBeUndefined();
    expect(checkChatText("x".repeat(CHAT_MAX))).toBeUndefined();
    expect(checkChatText("x".repeat(CHAT_MAX + 1))).toBe("chat/too_long");
    expect(checkChatText("👍🏽".repeat(CHAT_MAX))).toBeUndefined();
    expect(checkChatText("👍🏽".repeat(CHAT_MAX + 1))).toBe("chat/too_long");
  });

  test("a line that shows nothing is empty", () => {
    for (const typed of [
      "   ",
      "\n",
      "\u200D",
      "\u200D \u200D",
      "\u3164",
      "\u2800\u2800",
      "\u115F",
      "\u0301",
    ]) {
      expect(checkChatText(cleanChatText(typed))).toBe("chat/empty");
    }
  });

  test("a tower of marks does not grow a line beyond four times its length", () => {
    expect(visiblyShort("a", 300)).toBeUndefined();
    expect(visiblyShort("a", 900)).toBe("chat/too_long");

    function visiblyShort(letter: string, marks: number) {
      return checkChatText(`${letter}${"\u0301".repeat(marks)}`);
    }
  });

  test("what an honest client sends passes the shape of its message", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (typed) => {
        const command = parse(typed);
        if (command.type === "say") {
          expect(CHAT_MESSAGES["chat:say"].safeParse({ text: command.text }).success).toBe(true);
        }
      }),
    );
  });
});

describe("a typed line", () => {
  test("is said as it is when it begins with anything but a slash", () => {
    expect(parse("  hello / help ")).toEqual({ type: "say", text: "hello / help" });
    expect(parse("1/2")).toEqual({ type: "say", text: "1/2" });
  });

  test("with two slashes says a line that begins with one", () => {
    expect(parse("//help")).toEqual({ type: "say", text: "/help" });
    expect(parse("//")).toEqual({ type: "say", text: "/" });
    expect(parse("///")).toEqual({ type: "say", text: "//" });
  });

  test("without text is refused quietly", () => {
    expect(parse("")).toEqual(refused("chat/empty"));
    expect(parse(" \u200B ")).toEqual(refused("chat/empty"));
  });

  test("that is too long is refused", () => {
    expect(parse("x".repeat(201))).toEqual(refused("chat/too_long"));
    expect(parse(`/me ${"x".repeat(201)}`)).toEqual(refused("chat/too_long"));
    expect(parse(`/w Bob ${"x".repeat(201)}`)).toEqual(refused("chat/too_long"));
    expect(parse(`/w Bob ${"x".repeat(200)}`).type).toBe("whisper");
  });

  test("/help and /players need nothing else", () => {
    for (const line of ["/help", "/HELP", "/?", "/help me"]) expect(parse(line)).toEqual({ type: "help" });
    for (const line of ["/players", "/who"]) expect(parse(line)).toEqual({ type: "players" });
  });

  test("/me says what you do", () => {
    expect(parse("/me waves  at all")).toEqual({ type: "me", text: "waves  at all" });
    expect(parse("/me")).toEqual(refused("chat/bad_usage"));
    expect(parse("/me   ")).toEqual(refused("chat/bad_usage"));
  });

  test("/nick takes the rest of the line as a name", () => {
    expect(parse("/nick Ann of Green")).toEqual({ type: "nick", name: "Ann of Green" });
    expect(parse('/nick "Ann Lee"')).toEqual({ type: "nick", name: "Ann Lee" });
    expect(parse("/nick")).toEqual(refused("chat/bad_usage"));
  });

  test("/kick takes a name, with spaces or in quotes", () => {
    expect(parse("/kick Bob")).toEqual({ type: "kick", name: "Bob" });
    expect(parse("/kick Ann Lee")).toEqual({ type: "kick", name: "Ann Lee" });
    expect(parse('/kick "Ann Lee"')).toEqual({ type: "kick", name: "Ann Lee" });
    expect(parse("/kick")).toEqual(refused("chat/bad_usage"));
    expect(parse('/kick ""')).toEqual(refused("chat/bad_usage"));
  });

  test("/w whispers to the longest name that fits", () => {
    expect(parse("/w Bob hi there")).toEqual({ type: "whisper", name: "Bob", text: "hi there" });
    expect(parse("/w Ann hi")).toEqual({ type: "whisper", name: "Ann", text: "hi" });
    expect(parse("/w Ann Lee hi")).toEqual({ type: "whisper", name: "Ann Lee", text: "hi" });
    expect(parse("/w ann lee hi")).toEqual({ type: "whisper", name: "Ann Lee", text: "hi" });
    expect(parse("/W ИВАН hi")).toEqual({ type: "whisper", name: "Иван", text: "hi" });
    expect(parse("/w Annabel hi")).toEqual({ type: "whisper", name: "Annabel", text: "hi" });
  });

  test("/w takes a name in quotes, whoever is here", () => {
    expect(parse('/w "Ann" Lee is nice')).toEqual({ type: "whisper", name: "Ann", text: "Lee is nice" });
    expect(parse('/whisper "Cid the Great" hi')).toEqual({
      type: "whisper",
      name: "Cid the Great",
      text: "hi",
    });
    expect(parse('/msg "Bob"   hi')).toEqual({ type: "whisper", name: "Bob", text: "hi" });
  });

  test("/w without a name or without a text is not understood", () => {
    for (const line of ["/w", "/w Bob", "/w Ann Lee", '/w "Ann Lee"', '/w ""', '/w "  " hi']) {
      expect(parse(line)).toEqual(refused("chat/bad_usage"));
    }
  });

  test("an unknown command is never said aloud", () => {
    for (const line of ["/", "/ hello", "/kik Bob", "/w2 Bob hi", "/nick\u0000name x"]) {
      expect(parse(line).type).toBe("refused");
    }
    expect(parse("/kik Bob")).toEqual(refused("chat/unknown_command"));
  });

  test("every command in /help is understood", () => {
    for (const { usage } of CHAT_COMMANDS) expect(parse(usage).type).not.toBe("refused");
  });

  test("whatever is typed has a meaning or a reason, and one slash is never said by accident", () => {
    const lines = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string().map((rest) => `/${rest}`),
    );
    fc.assert(
      fc.property(lines, fc.array(fc.string({ minLength: 1 })), (line, names) => {
        const command = parseChatLine(line, names);
        if (command.type === "refused") expect(isReason(command.reason)).toBe(true);
        if ("text" in command) expect(checkChatText(command.text)).toBeUndefined();
        if (command.type === "say" && command.text.startsWith("/")) {
          expect(cleanChatText(line)).toBe(`/${command.text}`);
        }
      }),
    );
  });
});
