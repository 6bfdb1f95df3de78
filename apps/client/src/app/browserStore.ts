import { createMemoryStore, type TextStore } from "../session/api.ts";

/**
 * The browser's storage, or, where it allows none (private windows, blocked cookies), one that forgets.
 *
 * @param pane keeps several players in one browser apart; null for the usual one
 */
export function browserStore(pick: () => Storage, pane: string | null): TextStore {
  const prefix = pane === null ? "" : `pane ${pane}: `;
  try {
    const store = pick();
    store.setItem("tagalong.test", "1");
    store.removeItem("tagalong.test");
    return {
      getItem: (key) => store.getItem(prefix + key),
      setItem: (key, value) => store.setItem(prefix + key, value),
      removeItem: (key) => store.removeItem(prefix + key),
    };
  } catch (error) {
    console.warn("this browser keeps nothing for us, so your name is forgotten when the page closes", error);
    return createMemoryStore();
  }
}
