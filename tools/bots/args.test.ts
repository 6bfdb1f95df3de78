import { describe, expect, test } from "@jest/globals";
import { type BotOptions, parseArguments, USAGE } from "./args.ts";

function optionsOf(...argv: string[]): BotOptions {
  const read = parseArguments(argv);
  if (read.kind !== "run") throw new Error(JSON.stringify(read));
  return read.options;
}
function mistakesOf(...argv: string[]): string[] {
  const read = parseArguments(argv);
  return read.kind === "wrong" ? read.mistakes : [];
}

describe("the command line", () => {
  test("alone is ten bots wandering by quick play, until told to stop", () => {
    expect(optionsOf()).toEqual({
      count: 10,
      room: undefined,
      password: undefined,
      walk: "wander",
      chat: false,
      net: undefined,
      url: "http://localhost:2567",
      seconds: undefined,
      seed: undefined,
    });
  });

  test("takes everything it promises", () => {
    const line = "20 --room ab-cde --password let-me --walk crowd --chat --net 4g --seconds 60 --seed 7";
    expect(optionsOf(...line.split(" "), "--url=https://play.example.com/game/")).toEqual({
      count: 20,
      room: "ABCDE",
      password: "let-me",
      walk: "crowd",
      chat: true,
      net: "4g",
      url: "https://play.example.com/game",
      seconds: 60,
      seed: 7,
    });
  });

  test("what comes last wins, so that a default can be put in front", () => {
    expect(optionsOf("--url=http://localhost:3000", "--url", "http://localhost:4000").url).toBe(
      "http://localhost:4000",
    );
  });

  test("--help wins over all that is missing", () => {
    expect(parseArguments(["--help"])).toEqual({ kind: "help" });
    expect(parseArguments(["-h", "20", "--fast"])).toEqual({ kind: "help" });
  });

  test("tells every mistake at once, with what could have been meant", () => {
    const line = "0 --fast --room abc --walk moon --net 5g --url localhost:2567 --seconds soon --seed 1.5";
    expect(mistakesOf(...line.split(" "))).toEqual([
      "There is no option --fast.",
      'There is no walk "moon": wander, square, crowd, still.',
      'There is no network "5g": good, 4g, wifi, 200ms, stall, cut8s, restart.',
      '"abc" is no room code: a code has 5 letters.',
      'The count is "0", but must be a whole number from 1 to 1000.',
      '--url is "localhost:2567", but must be an address such as http://localhost:2567.',
      '--seconds is "soon", but must be a whole number from 1 to 1000000.',
      '--seed is "1.5", but must be a whole number from 0 to 4294967295.',
    ]);
  });

  test.each([
    [["--fast"], "There is no option --fast."],
    [["--fast=9"], "There is no option --fast."],
    [["-xy"], "There is no option -xy."],
    [["5", "6"], "One count is enough: 5 6."],
    [["-50"], 'The count is "-50", but must be a whole number from 1 to 1000.'],
    [["--seconds", "-5"], '--seconds is "-5", but must be a whole number from 1 to 1000000.'],
    [["--chat=loud"], "--chat takes no value."],
    [["--room"], "--room needs a value."],
    [["--walk", "--chat"], "--walk needs a value."],
    [["--password", "x"], "--password needs the --room it is for."],
  ])("%j is refused in one sentence", (argv, mistake) => {
    expect(mistakesOf(...argv)).toEqual([mistake]);
  });

  test("the usage names each option, walk and network", () => {
    for (const word of [
      "--room",
      "--password",
      "--walk",
      "--chat",
      "--net",
      "--url",
      "--seconds",
      "--seed",
    ]) {
      expect(USAGE).toContain(word);
    }
    for (const word of ["wander", "still", "wifi", "cut8s"]) expect(USAGE).toContain(word);
  });
});
