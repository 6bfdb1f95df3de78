import type { ChatLine } from "@tagalong/shared/chat/protocol.ts";
import type { RoomListing } from "@tagalong/shared/lobby/protocol.ts";
import { LobbyConnection } from "../../../apps/client/src/lobby/lobbyConnection.ts";
import { createMemoryStore } from "../../../apps/client/src/session/api.ts";
import { Guest } from "../../../apps/client/src/session/guest.ts";
import { eventually } from "../../../apps/server/test/support/eventually.ts";
import { atEnd } from "./atEnd.ts";
import "../../system/support/client.ts";

/** Somebody who looks at the list of rooms, as the menu does. */
export class Visitor {
  readonly lines: ChatLine[] = [];
  readonly #lobby: LobbyConnection;

  constructor(endpoint: string) {
    this.#lobby = new LobbyConnection(endpoint, new Guest(endpoint, createMemoryStore()));
    this.#lobby.onRoom((room) => {
      room.onMessage("chat:line", (line) => void this.lines.push(line));
      room.onMessage("chat:history", () => undefined);
      room.onMessage("session:notice", () => undefined);
    });
    atEnd(() => this.leave());
  }

  come(name: string): void {
    this.#lobby.open(name);
  }

  async enter(name: string): Promise<this> {
    this.come(name);
    await eventually(() => this.isThere);
    return this;
  }

  get isThere(): boolean {
    return this.#lobby.state.name === "open";
  }

  get rooms(): readonly RoomListing[] {
    return [...(this.#lobby.rooms?.values() ?? [])];
  }

  async say(text: string): Promise<void> {
    const { state } = this.#lobby;
    if (state.name !== "open") throw new Error(`the lobby is ${state.name}`);
    await state.room.request("chat:say", { text });
  }

  leave(): void {
    this.#lobby.close();
  }
}
