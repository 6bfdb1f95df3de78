import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { type Refusal, refusalOfClose } from "@tagalong/shared/session/reasons.ts";
import { refusalOf } from "../../../apps/client/src/session/api.ts";
import { Entrance, type PlazaRoom } from "../../../apps/client/src/session/Entrance.ts";
import { eventually } from "../../../apps/server/test/support/eventually.ts";
import type { Company } from "./Company.ts";
import type { Player } from "./Player.ts";
import { play } from "./time.ts";

const EVERY_MS = 50;
const TIMEOUT_MS = 5_000;

/** Somebody who was kicked out of a room and does not take it: tries to come in with the ticket they had before. */
export class Outcast {
  /** Why each try failed, or ended. */
  readonly refusals: Refusal[] = [];
  readonly #entrance: Entrance;
  readonly #ticket: string;
  /** Sockets that are not closed yet. */
  readonly #rooms = new Set<PlazaRoom>();

  private constructor(entrance: Entrance, ticket: string) {
    this.#entrance = entrance;
    this.#ticket = ticket;
  }

  /** Lets somebody into this room, and has them kicked by its leader. */
  static async of(company: Company, endpoint: string, { code, room }: Player): Promise<Outcast> {
    const player = await company.invite({ target: { kind: "code", code }, name: "Rowdy" }).enter();
    const { state, guest } = player.connection;
    const ticket = state.name === "connected" ? state.welcome.roomTicket : "";
    await room.request("lobby:kick", { sessionId: player.room.sessionId });
    await eventually(() => player.why === "lobby/kicked");
    company.dismiss(player);
    return new Outcast(new Entrance({ endpoint, guest, onDial: () => undefined }), ticket);
  }

  get isIn(): boolean {
    return this.#rooms.size > 0;
  }

  /** Try again and again until told that there is no way. */
  async insist(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.refusals.at(-1)?.reason !== "lobby/banned") {
      if (!this.isIn) await this.#try(signal).catch((error: unknown) => this.refusals.push(refusalOf(error)));
      await play(EVERY_MS);
    }
    for (const room of this.#rooms) void room.leave();
  }

  async #try(signal: AbortSignal): Promise<void> {
    const patience = { signal, timeoutMs: TIMEOUT_MS };
    const { roomId } = await this.#entrance.reopen(this.#ticket, patience);
    const options = { protocol: PROTOCOL_VERSION, name: "Rowdy", ticket: this.#ticket };
    const room = await this.#entrance.join(roomId, options, patience);
    room.reconnection.enabled = false;
    for (const type of ["chat:line", "chat:history", "session:ticket", "world:truth"] as const) {
      room.onMessage(type, () => undefined);
    }
    this.#rooms.add(room);
    room.onLeave((code, text) => {
      this.#rooms.delete(room);
      this.refusals.push(refusalOfClose(code, text));
    });
    await room.request("session:hello", { protocol: PROTOCOL_VERSION, build: "outcast" });
  }
}
