import { createMemoryStore, type TextStore } from "../session/api.ts";

/** The browser's storage, or, where it allows none (private windows, blocked cookies), one that forgets. */
export function browserStore(pick: () => Storage): TextStore {
  try {
    const store = pick();
    store.setItem("tagalong.test", "1");
    store.removeItem("tagalong.test");
    return store;
  } catch (error) {
    console.warn("this browser keeps nothing for us, so your name is forgotten when the page closes", error);
    return createMemoryStore();
  }
}
