import { describe, expect, test } from "@jest/globals";
import { parseCommandLine } from "./args.ts";

const orderOf = (...args: string[]) => {
  const parsed = parseCommandLine(args);
  return parsed.kind === "call" ? parsed.call.order : parsed;
};
const mistakeOf = (...args: string[]) => {
  const parsed = parseCommandLine(args);
  return parsed.kind === "wrong" ? parsed.mistake : parsed;
};

describe("a command line", () => {
  test("is a command with what it is told", () => {
    expect(orderOf("rooms")).toEqual({ name: "rooms", asked: {} });
    expect(orderOf("players", "--room", "KMPQ", "--addresses")).toEqual({
      name: "players",
      asked: { room: "KMPQ", addresses: true },
    });
    expect(orderOf("say", "back in five")).toEqual({
      name: "say",
      asked: { text: "back in five", room: undefined },
    });
    expect(orderOf("kick", "--ban", "Ann Lee")).toEqual({
      name: "kick",
      asked: { who: "Ann Lee", room: undefined, ban: true },
    });
    expect(orderOf("drain", "game-1")).toEqual({ name: "drain", asked: { process: "game-1" } });
  });

  test("says who, where and how the answer is wanted", () => {
    expect(parseCommandLine(["--as", "olga", "rooms", "--json", "--url", "http://x:1"])).toMatchObject({
      call: { as: "olga", json: true, url: "http://x:1" },
    });
  });

  test("asks for help", () => {
    for (const args of [["help"], ["--help"], ["kick", "-h"]]) {
      expect(parseCommandLine(args)).toEqual({ kind: "help" });
    }
  });

  test("with a mistake in it does nothing, and says what is wrong", () => {
    expect(mistakeOf()).toBe("which command?");
    expect(mistakeOf("fly")).toBe('there is no command "fly"');
    expect(mistakeOf("constructor")).toBe('there is no command "constructor"');
    expect(mistakeOf("rooms", "all")).toBe("rooms takes nothing more");
    expect(mistakeOf("say", "back", "in", "five")).toBe("say takes one TEXT, in quotes if it has spaces");
    expect(mistakeOf("kick")).toBe("kick takes one NAME-OR-ID, in quotes if it has spaces");
    expect(mistakeOf("rooms", "--ban")).toBe("rooms has no --ban");
    expect(mistakeOf("kick", "Ann", "--bann")).toMatch(/--bann/);
    expect(mistakeOf("kick", "Ann", "--room")).toMatch(/--room/);
  });
});
