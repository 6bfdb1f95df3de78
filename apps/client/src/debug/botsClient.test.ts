import { afterEach, describe, expect, test } from "@jest/globals";
import { BOTS_PATH, fillRoom, sendBotsAway } from "./botsClient.ts";

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
    const requests = answerWith(() => Response.json({ bots: 7 }));
    expect(await fillRoom("ABCDE", 7)).toEqual({ ok: true, bots: 7 });
    expect(await fillRoom("ABCDE", 7, "pw")).toEqual({ ok: true, bots: 7 });
    expect(await sendBotsAway()).toEqual({ ok: true, bots: 7 });
    expect(requests.map(({ path }) => path)).toEqual([BOTS_PATH, BOTS_PATH, BOTS_PATH]);
    expect(requests.map(({ init }) => init?.method)).toEqual(["POST", "POST", "DELETE"]);
    expect(requests.slice(0, 2).map(({ init }) => JSON.parse(String(init?.body)))).toEqual([
      { room: "ABCDE", count: 7 },
      { room: "ABCDE", count: 7, password: "pw" },
    ]);
  });

  test("tells why none came, in words", async () => {
    answerWith(() => Response.json({ error: "That room is full." }, { status: 409 }));
    expect(await fillRoom("ABCDE", 7)).toEqual({ ok: false, refusal: "That room is full." });
  });

  test("on a server without bots is refused in words, whatever that answers", async () => {
    answerWith(() => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }));
    expect(await fillRoom("ABCDE", 7)).toMatchObject({
      ok: false,
      refusal: expect.stringContaining("npm run dev"),
    });
    answerWith(() => {
      throw new TypeError("fetch failed");
    });
    expect(await sendBotsAway()).toMatchObject({
      ok: false,
      refusal: expect.stringContaining("does not answer"),
    });
  });
});
