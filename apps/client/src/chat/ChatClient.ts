import { type Signal, signal } from "@preact/signals";
import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import { CHAT_COMMANDS, parseChatLine } from "@tagalong/shared/chat/rules.ts";
import { cleanName } from "@tagalong/shared/session/names.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { RefusedError, refusalOf } from "../session/api.ts";
import type { ChatSettings } from "./ChatSettings.ts";
import {
  addHistory,
  addLine,
  addNote,
  type ChatLog,
  closeLog,
  createChatLog,
  enterScope,
  openLog,
} from "./chatLog.ts";
import type { ChatWire } from "./chatWire.ts";

/** Whoever is told why they must wait gets so long to read it, also when the next line would be welcome sooner. */
const COOL_DOWN_MIN_MS = 1_000;

/** Somebody who can be named in a command. */
export interface ChatPerson {
  sessionId: string;
  name: string;
}

export interface ChatClientOptions {
  settings: ChatSettings;
  isOpen: boolean;
  /** Who is here, for `/players`, `/w` and `/kick`. `undefined` where nobody keeps count (the lobby). */
  people(): readonly ChatPerson[] | undefined;
  /** A line that was said just now (not history), for bubbles. Lines by muted players do not arrive here. */
  onSaid?(line: ChatLine & { kind: "say" | "me" }): void;
  /** We have another name now. */
  onRenamed?(name: string): void;
}

/** How long nothing can be sent: the server said so. */
export interface CoolDown {
  ms: number;
  /** Milliseconds since the epoch. */
  until: number;
}

/** The chat of one place: binds the room that is open there to the log, and turns typed lines into requests. */
export class ChatClient {
  readonly log: Signal<ChatLog>;
  /** Why the last line was not sent; cleared by the next one. */
  readonly refusal: Signal<Refusal | undefined> = signal(undefined);
  readonly coolDown: Signal<CoolDown | undefined> = signal(undefined);
  readonly isConnected: Signal<boolean> = signal(false);
  readonly #options: ChatClientOptions;
  readonly #recent = new Map<string, string>();
  /** Ours, so that what we said before a room moved is still ours after it. */
  readonly #sessions = new Set<string>();
  #wire: ChatWire | undefined;

  constructor(options: ChatClientOptions) {
    this.#options = options;
    this.log = signal(createChatLog(options.isOpen));
  }

  /** All that we have had here. */
  get sessions(): ReadonlySet<string> {
    return this.#sessions;
  }

  /**
   * Go on in this room. Call it as soon as the room object exists: the history is the first it sends.
   *
   * @param scope what the log belongs to; the same scope keeps its lines
   */
  bind(wire: ChatWire, scope: string): void {
    this.#wire = wire;
    this.#sessions.add(wire.sessionId);
    this.log.value = enterScope(this.log.value, scope);
    this.isConnected.value = true;
    if (this.refusal.value?.reason === "session/connection_lost") this.refusal.value = undefined;
    wire.onHistory((lines) => {
      if (this.#wire === wire) this.log.value = addHistory(this.log.value, lines);
    });
    wire.onLine((line) => {
      if (this.#wire === wire) this.#receive(line);
    });
  }

  /** Nothing can be sent for now. The log stays. */
  unbind(): void {
    this.#wire = undefined;
    this.isConnected.value = false;
  }

  open(): void {
    this.log.value = openLog(this.log.value);
  }

  close(): void {
    this.log.value = closeLog(this.log.value);
    this.refusal.value = undefined;
  }

  /**
   * Do what a typed line asks for. Resolves to whether it was done; if not, the reason is in `refusal` and the
   * line is the player's to change.
   */
  async send(line: string): Promise<boolean> {
    if (line.trim() === "") return true;
    if (this.coolDown.value && this.coolDown.value.until > Date.now()) return false;
    this.refusal.value = undefined;
    const wire = this.#wire;
    try {
      await this.#do(line);
      return true;
    } catch (error) {
      // What was under way when the connection went is told nothing of the reason.
      this.#refuse(wire === this.#wire ? refusalOf(error) : { reason: "session/connection_lost" });
      return false;
    }
  }

  /** Tell only this player something. */
  note(text: string, list?: readonly string[]): void {
    this.log.value = addNote(this.log.value, {
      kind: "note",
      at: Date.now(),
      text,
      ...(list ? { list } : {}),
    });
  }

  async #do(line: string): Promise<void> {
    const wire = this.#wire;
    if (!wire) throw new RefusedError({ reason: "session/connection_lost" });
    const people = this.#options.people();
    const names = people?.map(({ name }) => name) ?? [...this.#recent.values()];
    const command = parseChatLine(line, names);
    switch (command.type) {
      case "say":
      case "me":
        await wire.say(command.text, command.type === "me");
        return;
      case "whisper":
        await wire.whisper(command.name, command.text);
        return;
      case "nick": {
        const name = await wire.rename(cleanName(command.name));
        this.#options.onRenamed?.(name);
        this.note(`You are called ${name} now.`);
        return;
      }
      case "kick": {
        if (!wire.kick) throw new RefusedError({ reason: "lobby/not_leader" });
        const person = people?.find(({ name }) => name.toLowerCase() === command.name.toLowerCase());
        if (!person) throw new RefusedError({ reason: "lobby/no_such_player" });
        await wire.kick(person.sessionId);
        return;
      }
      case "players":
        if (people)
          this.note(people.length === 1 ? "Only you are here:" : `${people.length} players are here:`, names);
        else if (names.length > 0) this.note("Wrote here lately:", names);
        else this.note("Nobody has written here yet.");
        return;
      case "help":
        this.note(
          "What you can write:",
          CHAT_COMMANDS.map(({ usage, about }) => `${usage}: ${about}`),
        );
        return;
      case "refused":
        throw new RefusedError({ reason: command.reason });
    }
  }

  #receive(line: ChatLine): void {
    const muted = this.#options.settings.muted.value;
    this.log.value = addLine(this.log.value, line, { sessions: this.#sessions, muted });
    if (!("from" in line) || muted.has(line.from.guest)) return;
    this.#recent.set(line.from.sessionId, line.from.name);
    if (line.kind !== "whisper") this.#options.onSaid?.(line);
  }

  #refuse(refusal: Refusal): void {
    this.refusal.value = refusal;
    const retryMs = Number(refusal.detail?.retryMs);
    if (refusal.reason !== "chat/too_fast" || !(retryMs > 0)) return;
    const ms = Math.max(retryMs, COOL_DOWN_MIN_MS);
    const coolDown = { ms, until: Date.now() + ms };
    this.coolDown.value = coolDown;
    setTimeout(() => {
      if (this.coolDown.value !== coolDown) return;
      this.coolDown.value = undefined;
      if (this.refusal.value === refusal) this.refusal.value = undefined;
    }, ms);
  }
}
