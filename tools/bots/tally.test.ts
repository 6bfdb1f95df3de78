import { describe, expect, test } from "@jest/globals";
import { progressLine, refusalLines, summaryLine, type Tally, whatHappened } from "./tally.ts";

const NOTHING: Tally = {
  wanted: 20,
  playing: 0,
  reconnecting: 0,
  gone: 0,
  hasArrived: false,
  rooms: new Map(),
  refusals: [],
  finalRefusal: undefined,
  playedSeconds: 0,
  inputs: 0,
  bytesIn: 0,
  bytesOut: 0,
  reconnects: 0,
  correction: 0,
};

describe("the progress line", () => {
  test("says who plays where, and what the rest does", () => {
    expect(progressLine(NOTHING)).toBe("0 of 20 playing; 20 on their way");
    const rooms = new Map([
      ["BBBBB", 2],
      ["AAAAA", 14],
    ]);
    expect(progressLine({ ...NOTHING, playing: 16, rooms, reconnecting: 2, gone: 1 })).toBe(
      "16 of 20 playing, in AAAAA (14) and BBBBB (2); 2 reconnecting; 1 on their way; 1 gave up",
    );
  });

  test("names a few rooms and counts the others", () => {
    const rooms = (count: number) =>
      new Map(Array.from({ length: count }, (_, index) => ["ABCDEFG".charAt(index).repeat(5), 9 - index]));
    const inRooms = (count: number) =>
      progressLine({ ...NOTHING, playing: 20, rooms: rooms(count) }).replace("20 of 20 playing", "");
    expect(inRooms(1)).toBe(", in AAAAA (9)");
    expect(inRooms(3)).toBe(", in AAAAA (9), BBBBB (8) and CCCCC (7)");
    expect(inRooms(5)).toBe(", in AAAAA (9), BBBBB (8), CCCCC (7), DDDDD (6) and 1 more room");
    expect(inRooms(7)).toMatch(/DDDDD \(6\) and 3 more rooms$/);
  });
});

describe("refusals", () => {
  test("are told once per reason, the commonest first, in the words a player reads", () => {
    expect(
      refusalLines([
        { reason: "lobby/kicked" },
        { reason: "lobby/room_full", detail: { players: "16", max: "16" } },
        { reason: "lobby/room_full", detail: { players: "16", max: "16" } },
      ]),
    ).toEqual([
      "2 × That room is full (16 of 16 players). Try again later, or find another. (lobby/room_full)",
      "1 × The leader removed you from the room. (lobby/kicked)",
    ]);
    expect(refusalLines([])).toEqual([]);
  });

  test("of a server that does not answer are told to whoever runs it", () => {
    expect(refusalLines([{ reason: "session/server_unreachable" }])).toEqual([
      "1 × The server cannot be reached. Is it running (npm run dev, or npm start)? Another address: --url. " +
        "(session/server_unreachable)",
    ]);
  });

  test("for a page come without the advice, which is for people", () => {
    expect(whatHappened({ reason: "lobby/room_full", detail: { players: "16", max: "16" } })).toBe(
      "That room is full (16 of 16 players).",
    );
    expect(whatHappened({ reason: "lobby/room_closed" })).toBe("The room has ended.");
  });
});

describe("the summary", () => {
  test("is one line with all that counts, rates per bot and second", () => {
    const tally: Tally = {
      ...NOTHING,
      playedSeconds: 600,
      inputs: 18_000,
      bytesIn: 1_200_000,
      bytesOut: 150_000,
      reconnects: 1,
      refusals: [{ reason: "lobby/room_full" }, { reason: "name/taken" }, { reason: "name/taken" }],
      correction: 0.123,
    };
    expect(summaryLine(tally, 30.4)).toBe(
      "20 bots in 30 seconds; 18,000 inputs sent; 2.00 kB/s in and 0.25 kB/s out per bot (without frame headers); " +
        "1 reconnect; refusals: 1 × lobby/room_full, 2 × name/taken; largest correction 0.12 u",
    );
  });

  test("says who was still away at the end", () => {
    const line = (reconnecting: number) => summaryLine({ ...NOTHING, reconnects: 2, reconnecting }, 1);
    expect(line(4)).toContain("; 2 reconnects; 4 were still reconnecting; refusals");
    expect(line(1)).toContain("; 1 was still reconnecting; ");
    expect(line(0)).not.toContain("still");
  });

  test("of a run in which nobody played divides by nothing", () => {
    expect(summaryLine({ ...NOTHING, wanted: 1 }, 1)).toBe(
      "1 bot in 1 second; 0 inputs sent; 0.00 kB/s in and 0.00 kB/s out per bot (without frame headers); 0 reconnects; refusals: none; largest correction 0 u",
    );
  });
});
