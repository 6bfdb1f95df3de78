import { type Signal, signal } from "@preact/signals";
import type { TextStore } from "../session/api.ts";

const MUTED_KEY = "tagalong.muted";
const FILTER_KEY = "tagalong.wordFilter";
/** Old mutes are forgotten first. */
const MUTED_MAX = 200;

/** What this reader chose to see, in every room, kept between visits. */
export class ChatSettings {
  /** Public guest ids: whoever they call themselves next. */
  readonly muted: Signal<ReadonlySet<string>>;
  /** Whether rude words are covered. */
  readonly isFiltering: Signal<boolean>;
  readonly #store: TextStore;

  constructor(store: TextStore) {
    this.#store = store;
    this.muted = signal(new Set((store.getItem(MUTED_KEY) ?? "").split(" ").filter(Boolean)));
    this.isFiltering = signal(store.getItem(FILTER_KEY) !== "off");
  }

  setMuted(guest: string, isMuted: boolean): void {
    const muted = new Set(this.muted.value);
    muted.delete(guest);
    if (isMuted) muted.add(guest);
    this.muted.value = new Set([...muted].slice(-MUTED_MAX));
    this.#store.setItem(MUTED_KEY, [...this.muted.value].join(" "));
  }

  setFiltering(isFiltering: boolean): void {
    this.isFiltering.value = isFiltering;
    this.#store.setItem(FILTER_KEY, isFiltering ? "on" : "off");
  }
}
