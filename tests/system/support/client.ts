import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { createMemoryStore, type TextStore } from "../../../apps/client/src/session/api.ts";
import {
  Connection,
  type ConnectionChange,
  type ConnectionState,
  type PlazaRoom,
} from "../../../apps/client/src/session/connection.ts";
import { eventually } from "../../../apps/server/test/support/eventually.ts";
import "../../../apps/server/test/support/quiet.ts";

/**
 * Jest gives each test file its own `Error` and `TypeError`, and `fetch` throws those of the process outside:
 * `instanceof` would tell them apart, which it does in no browser.
 */
const fetchOutside = globalThis.fetch;
globalThis.fetch = async (...request) => {
  try {
    return await fetchOutside(...request);
  } catch (error) {
    const { name, message } = error as Error;
    throw name === "TypeError" ? new TypeError(message) : Object.assign(new Error(message), { name });
  }
};

type StateOf<Name extends ConnectionState["name"]> = Extract<ConnectionState, { name: Name }>;

/** The client core as one tab has it, with a record of all that it went through. */
export class Tab {
  readonly connection: Connection;
  readonly lasting: TextStore;
  readonly store: TextStore;
  readonly changes: ConnectionChange[] = [];
  readonly lines: ChatLine[] = [];

  constructor(
    endpoint: string,
    {
      lasting = createMemoryStore(),
      store = createMemoryStore(),
      // A busy machine is slow, and no fault.
      connectTimeoutMs = 60_000,
      random = Math.random,
    } = {},
  ) {
    this.lasting = lasting;
    this.store = store;
    this.connection = new Connection({
      endpoint,
      build: "test",
      lasting,
      tab: store,
      connectTimeoutMs,
      random,
    });
    this.connection.onChange((change) => void this.changes.push(change));
    this.connection.onRoom((room) => {
      room.onMessage("chat:line", (line) => void this.lines.push(line));
      room.onMessage("chat:history", () => undefined);
      room.onMessage("world:truth", () => undefined);
    });
  }

  /** The states gone through, oldest first. */
  get states(): ConnectionState["name"][] {
    return this.changes.map(({ to }) => to.name);
  }

  get room(): PlazaRoom {
    return this.as("connected").room;
  }

  get code(): string {
    return this.as("connected").welcome.room.code;
  }

  /** Why it is not connected, or on its way back. */
  get refusal(): Refusal | undefined {
    const { state } = this.connection;
    return "refusal" in state ? state.refusal : undefined;
  }

  as<Name extends ConnectionState["name"]>(name: Name): StateOf<Name> {
    const { state } = this.connection;
    if (state.name !== name) throw new Error(`is ${state.name}, not ${name}: ${this.refusal?.reason ?? ""}`);
    return state as StateOf<Name>;
  }

  async reaches(name: ConnectionState["name"], timeoutMs?: number): Promise<void> {
    await eventually(() => this.as(name), timeoutMs);
  }

  /** Vanish without a word, and without ever coming back: a closed laptop. */
  cut(): void {
    const { room } = this;
    room.onLeave.clear();
    // What still arrives is for a state that nobody looks at any more.
    room.connection.events.onmessage = () => undefined;
    room.connection.close(4010);
  }

  /** Take a seat and get ready to play. */
  async enter(code: string, name: string, password?: string): Promise<PlazaRoom> {
    const target = { kind: "code", code, ...(password === undefined ? {} : { password }) } as const;
    await this.connection.join({ target, name });
    await this.ready();
    return this.room;
  }

  async ready(): Promise<void> {
    const { room } = this;
    await room.request("session:ready", {});
    await eventually(() => room.state.players?.get(room.sessionId));
  }
}

/** What a duplicated tab starts with: the same things, in a store of its own. */
export function copyOf(store: TextStore, keys: readonly string[] = ["tagalong.seat"]): TextStore {
  const copy = createMemoryStore();
  for (const key of keys) {
    const value = store.getItem(key);
    if (value !== null) copy.setItem(key, value);
  }
  return copy;
}
