import { expect } from "@jest/globals";
import { createRandom, pick, type Random } from "@tagalong/shared/lib/random.ts";
import { Presence } from "@tagalong/shared/session/presence.ts";
import { type MoveControls, type Mover, stepMover } from "@tagalong/shared/world/movement.ts";
import { PLAZA_MAP } from "@tagalong/shared/world/plaza.ts";
import { copyMover, isSameMover } from "@tagalong/shared/world/truth.ts";
import { TICK_HZ } from "@tagalong/shared/world/tuning.ts";
import type { PlazaRoom } from "../../../apps/server/src/world/PlazaRoom.ts";
import type { RawClient } from "./RawClient.ts";

const AXES = [-1, 0, 1] as const;

/** The player as the server has it. */
export function truthOf(room: PlazaRoom, { sessionId }: { sessionId: string }) {
  const player = room.state.players.get(sessionId);
  if (!player) throw new Error(`no player ${sessionId}`);
  return player;
}

/** A copy that stays as it is. */
export function snapshot(mover: Mover): Mover {
  const copy: Mover = { x: 0, y: 0, facing: 0, motion: 0, dashTicks: 0, cooldownTicks: 0 };
  copyMover(mover, copy);
  return copy;
}

/** What the shared step makes of one input. */
export function step(mover: Mover, input: MoveControls): Mover {
  stepMover(mover, input, 1 / TICK_HZ, PLAZA_MAP);
  return mover;
}

/** An honest player beside the cheat: one input per tick, and knows to the bit where that must lead. */
export class Bystander {
  readonly client: RawClient;
  readonly #room: PlazaRoom;
  readonly #random: Random = createRandom(1);
  readonly #expected: Mover;
  #heading: MoveControls = { dx: 0, dy: 0, dash: 0 };
  #sent = 0;

  constructor(room: PlazaRoom, client: RawClient) {
    this.#room = room;
    this.client = client;
    this.#expected = snapshot(truthOf(room, client));
  }

  /** This tick's input. */
  play(): void {
    if (this.#sent % 10 === 0) {
      this.#heading = { dx: pick(AXES, this.#random), dy: pick(AXES, this.#random), dash: 0 };
    }
    const input = { ...this.#heading, dash: this.#sent % 50 === 0 ? 1 : 0 };
    this.client.input(input);
    step(this.#expected, input);
    this.#sent += 1;
  }

  /** After a tick: nobody but they themselves moved them, and none of their inputs was lost or late. */
  check(): void {
    const player = truthOf(this.#room, this.client);
    // Asked after every tick: `expect` itself would take longer than the tick.
    if (!isSameMover(player, this.#expected)) expect(snapshot(player)).toEqual(this.#expected);
    if (player.presence !== Presence.ACTIVE || this.client.isClosed) {
      throw new Error(`the bystander is no longer there: ${this.client.closedFor ?? player.presence}`);
    }
  }

  /** At the end. */
  checkInputs(): void {
    expect(this.#room.inputCounts(this.client.sessionId)).toEqual({
      used: this.#sent,
      dropped: 0,
      refused: 0,
    });
  }
}
