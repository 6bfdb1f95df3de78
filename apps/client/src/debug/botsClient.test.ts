import { afterEach, describe, expect, test } from "@jest/globals";
import { answerText, BOTS_PATH, type BotsAnswer, fillRoom, sendBotsAway } from "./botsClient.ts";

const SEVEN: BotsAnswer = { ok: true, playing: 7, wanted: 7, total: 7 };

const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

/** Answer the next requests like this, and remember them. */
function answerWith(create: () => Response): { path: string; init: RequestInit | undefined }[] {
  const requests: { path: string; init: RequestInit | undefined }[] = [];
  globalThis.fetch = async (path, init) => {
    requests.push({ path: String(path), init });
    return create();
  };
  return requests;
}

describe("calling bots", () => {
  test("asks the development server for so many in this room", async () => {
    const requests = answerWith(() => Response.json(SEVEN));
    expect(await fillRoom("ABCDE", 7)).toEqual(SEVEN);
    expect(await fillRoom("ABCDE", 7, "pw")).toEqual(SEVEN);
    expect(await sendBotsAway()).toEqual(SEVEN);
    expect(requests.map(({ path }) => path)).toEqual([BOTS_PATH, BOTS_PATH, BOTS_PATH]);
    expect(requests.map(({ init }) => init?.method)).toEqual(["POST", "POST", "DELETE"]);
    expect(requests.slice(0, 2).map(({ init }) => JSON.parse(String(init?.body)))).toEqual([
      { room: "ABCDE", count: 7 },
      { room: "ABCDE", count: 7, password: "pw" },
    ]);
  });

  test("tells why none came, in words", async () => {
    const full: BotsAnswer = { ok: false, why: "No bot got in. That room is full." };
    answerWith(() => Response.json(full));
    expect(await fillRoom("ABCDE", 7)).toEqual(full);
  });

  test("on a server without bots is refused in words, whatever that answers", async () => {
    answerWith(() => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }));
    expect(await fillRoom("ABCDE", 7)).toMatchObject({
      ok: false,
      why: expect.stringContaining("npm run dev"),
    });
    answerWith(() => Response.json({ error: "not found" }, { status: 404 }));
    expect(await fillRoom("ABCDE", 7)).toMatchObject({ why: expect.stringContaining("npm run dev") });
    answerWith(() => {
      throw new TypeError("fetch failed");
    });
    expect(await sendBotsAway()).toMatchObject({
      ok: false,
      why: expect.stringContaining("does not answer"),
    });
  });
});

test.each<[string, BotsAnswer]>([
  ["7 bots are in.", SEVEN],
  ["1 bot is in.", { ok: true, playing: 1, wanted: 1, total: 1 }],
  ["5 bots are in, 12 in all.", { ok: true, playing: 5, wanted: 5, total: 12 }],
  [
    "15 of 20 bots are in. That room is full (16 of 16 players).",
    { ok: true, playing: 15, wanted: 20, total: 15, why: "That room is full (16 of 16 players)." },
  ],
  ["No bots.", { ok: true, playing: 0, wanted: 0, total: 0 }],
  ["No bot got in. That room is full.", { ok: false, why: "No bot got in. That room is full." }],
])("the overlay says: %s", (text, answer) => {
  expect(answerText(answer)).toBe(text);
});
