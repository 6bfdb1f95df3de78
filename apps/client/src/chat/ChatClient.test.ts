import { expect, test } from "@jest/globals";
import { createMemoryStore } from "../session/api.ts";
import { ChatClient } from "./ChatClient.ts";
import { ChatSettings } from "./ChatSettings.ts";
import type { ChatWire } from "./chatWire.ts";

/** A room that takes a line and never answers, until its socket closes. */
function createWire(): { wire: ChatWire; close(): void } {
  const fails: ((error: Error) => void)[] = [];
  const ask = () => new Promise<never>((_, reject) => fails.push(reject));
  const wire: ChatWire = {
    sessionId: "s1",
    onLine: () => undefined,
    onHistory: () => undefined,
    say: ask,
    whisper: ask,
    rename: ask,
  };
  return { wire, close: () => fails.splice(0).forEach((fail) => void fail(new Error("closed"))) };
}

test("a line that was under way when the connection went says so, until it is back", async () => {
  const chat = new ChatClient({
    settings: new ChatSettings(createMemoryStore()),
    isOpen: true,
    people: () => undefined,
  });
  const { wire, close } = createWire();
  chat.bind(wire, "room");
  const sent = chat.send("hello");
  close();
  chat.unbind();
  expect(await sent).toBe(false);
  expect(chat.refusal.value?.reason).toBe("session/connection_lost");
  chat.bind(createWire().wire, "room");
  expect(chat.refusal.value).toBeUndefined();
});
