import type { Room } from "@colyseus/sdk";
import type { OpenRoomRequest, RoomResponse } from "@tagalong/shared/lobby/protocol.ts";
import { type JoinOptions, PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import type { PlazaContract } from "@tagalong/shared/world/protocol.ts";
import { PlazaState } from "@tagalong/shared/world/schema.ts";
import { callApi, RefusedError } from "./api.ts";
import type { Guest } from "./guest.ts";
import type { JoinTarget } from "./joinRequest.ts";
import { createSdk } from "./sdk.ts";

export type PlazaRoom = Room<PlazaContract, PlazaState>;

/** How long somebody waits for an answer: until told to stop, and not longer than this for each. */
export interface Patience {
  signal: AbortSignal;
  timeoutMs: number;
}

export interface EntranceOptions {
  /** Base address of the server, without a slash at the end. */
  endpoint: string;
  guest: Guest;
  /** Called before every try to reach the server. What it throws is how the try fails. */
  onDial(): void;
}

/** The ways into a room: every request between a wish and an open socket. Knows of no state and tries nothing twice. */
export class Entrance {
  readonly #endpoint: string;
  readonly #guest: Guest;
  readonly #onDial: () => void;
  readonly #sdk: ReturnType<typeof createSdk>;

  constructor({ endpoint, guest, onDial }: EntranceOptions) {
    this.#endpoint = endpoint;
    this.#guest = guest;
    this.#onDial = onDial;
    this.#sdk = createSdk(endpoint);
  }

  /** The room that is wished for; a new one where the wish is for that. */
  find(target: JoinTarget, patience: Patience): Promise<RoomResponse> {
    switch (target.kind) {
      case "quick":
        return this.#ask(speaking("/api/quick-play"), {}, patience);
      case "create":
        return this.#ask(speaking("/api/rooms"), target.room, patience);
      case "code":
        return this.#ask(speaking(`/api/rooms/${encodeURIComponent(target.code)}`), undefined, patience);
    }
  }

  /** The room of this ticket: as it stands, or opened again. */
  reopen(ticket: string, patience: Patience): Promise<RoomResponse> {
    const request: OpenRoomRequest = { ticket, protocol: PROTOCOL_VERSION };
    return this.#ask("/api/rooms/open", request, patience);
  }

  /** A new seat. */
  join(roomId: string, options: JoinOptions, patience: Patience): Promise<PlazaRoom> {
    return this.#enter(patience, () => this.#sdk.joinById<PlazaContract>(roomId, options, PlazaState));
  }

  /** The seat that is held. */
  rejoin(reconnectionToken: string, patience: Patience): Promise<PlazaRoom> {
    return this.#enter(patience, () => this.#sdk.reconnect<PlazaContract>(reconnectionToken, PlazaState));
  }

  #ask(path: string, body: object | undefined, patience: Patience): Promise<RoomResponse> {
    return settledWithin(patience, async (signal) => {
      this.#onDial();
      const token = await this.#guest.token(signal);
      return callApi(this.#endpoint, path, { token, signal, ...(body ? { body } : {}) });
    });
  }

  #enter(patience: Patience, enter: () => Promise<PlazaRoom>): Promise<PlazaRoom> {
    return settledWithin(patience, async (signal) => {
      this.#onDial();
      this.#sdk.auth.token = await this.#guest.token(signal);
      signal.throwIfAborted();
      return enter();
    });
  }
}

/** The path, with what this page speaks: in the middle of an update some rooms can be entered from it, and others not. */
export function speaking(path: string): string {
  return `${path}?protocol=${PROTOCOL_VERSION}`;
}

/**
 * What the work resolves with, unless the patience ends before: then a refusal that says which of the two ended it, which
 * an aborted `fetch` does not in every browser. A room that arrives after that is left, so that no seat is taken unseen.
 *
 * @param work is given the signal that ends it
 */
export function settledWithin<T>(
  { signal, timeoutMs }: Patience,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => {
      reject(new RefusedError({ reason: signal.aborted ? "session/cancelled" : "session/connect_timeout" }));
    };
    // A signal that is aborted already tells nobody any more.
    if (within.aborted) return giveUp();
    within.addEventListener("abort", giveUp, { once: true });
    work(within).then((value) => {
      if (within.aborted) leaveUnseen(value);
      else resolve(value);
    }, reject);
  });
}

/** Leave a room that nobody looks at. */
export function leaveUnseen(value: unknown): void {
  const room = value as Partial<PlazaRoom> | undefined;
  // What it has sent already is for nobody.
  room?.onMessage?.("*", () => undefined);
  if (room?.connection?.isOpen) void room.leave?.(true);
}
