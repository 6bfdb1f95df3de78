import { expect, test } from "@jest/globals";
import { successorOf } from "./lobbies.ts";

const lobby = (roomId: string, clients: number, maxClients = 10) => ({
  roomId,
  processId: `process of ${roomId}`,
  clients,
  maxClients,
});
/** The process of a lobby, with players in rooms beside it. */
const process = (roomId: string, players: number, capacity?: number) => ({
  processId: `process of ${roomId}`,
  players,
  ...(capacity !== undefined && { capacity }),
});

test.each([
  ["alone", [lobby("a", 3)], []],
  ["less full than another one", [lobby("a", 1), lobby("b", 2)], ["a"]],
  ["as full as another one", [lobby("b", 2), lobby("a", 2)], ["b"]],
  ["empty, as another one is", [lobby("a", 0), lobby("b", 0)], ["b"]],
  ["more than one too many", [lobby("c", 1), lobby("a", 1), lobby("b", 2)], ["c", "a"]],
  ["beside one that has space for some of its visitors only", [lobby("a", 8), lobby("b", 3)], []],
  ["beside a full one, and a third", [lobby("a", 10), lobby("b", 3), lobby("c", 2)], ["c"]],
  ["beside one that it would fill", [lobby("a", 9), lobby("b", 1)], []],
  ["beside one that it would nearly fill", [lobby("a", 8), lobby("b", 2)], []],
  ["beside one with space for more than its visitors", [lobby("a", 8), lobby("b", 1)], ["b"]],
  ["the last that has space", [lobby("a", 10), lobby("b", 0)], []],
])("a lobby %s: which are given up", (_case, lobbies, expected) => {
  const givenUp = lobbies
    .filter(({ roomId }) => successorOf(roomId, lobbies, []))
    .map(({ roomId }) => roomId);
  expect(givenUp).toEqual(expected);
});

test("one that is not listed is not given up", () => {
  expect(successorOf("a", [lobby("b", 1)], [])).toBeUndefined();
});

test.each([
  ["has space", process("b", 10, 20), "b"],
  ["is full", process("b", 20, 20), undefined],
  ["has no space for all of the visitors", process("b", 18, 20), undefined],
  ["would be full with them", process("b", 17, 20), undefined],
  ["does not tell what it may have", process("b", 18), "b"],
])("one is given up for a fuller one whose process %s: %#", (_case, member, expected) => {
  expect(successorOf("a", [lobby("a", 3), lobby("b", 4)], [member])?.roomId).toBe(expected);
});

test("one is given up for another one of its own, full process", () => {
  const [a, b] = [lobby("a", 3), { ...lobby("b", 4), processId: "process of a" }];
  expect(successorOf("a", [a, b], [process("a", 20, 20)])?.roomId).toBe("b");
});
