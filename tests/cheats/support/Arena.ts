import { Protocol } from "@colyseus/core";
import { expect } from "@jest/globals";
import { Presence } from "@tagalong/shared/session/presence.ts";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import { INPUT_CREDIT_MAX } from "@tagalong/shared/world/tuning.ts";
import type { PlazaRoom } from "../../../apps/server/src/world/PlazaRoom.ts";
import { eventually } from "../../../apps/server/test/support/eventually.ts";
import { join, type Player } from "../../../apps/server/test/support/Player.ts";
import { TestServer } from "../../../apps/server/test/support/server.ts";
import { Bystander } from "./Bystander.ts";
import { Metronome } from "./Metronome.ts";
import { type EnterAs, RawClient, settle } from "./RawClient.ts";
import { TURN_MAX_MS, WorkMeter } from "./WorkMeter.ts";

/** pino's level of an error. */
const ERROR = 50;

/**
 * A room to cheat in, on a real server: with an honest player who walks, a real client on a real socket, and everything
 * that would show that somebody else noticed something.
 */
export class Arena {
  readonly server: TestServer;
  readonly metronome: Metronome;
  readonly room: PlazaRoom;
  readonly bystander: Bystander;
  /** A real client on a real socket: leads the room. */
  readonly witness: Player;
  readonly work = new WorkMeter();
  readonly #rejections: unknown[] = [];
  readonly #onRejection = (error: unknown) => void this.#rejections.push(error);

  private constructor(
    server: TestServer,
    metronome: Metronome,
    room: PlazaRoom,
    witness: Player,
    bystander: Bystander,
  ) {
    this.server = server;
    this.metronome = metronome;
    this.room = room;
    this.witness = witness;
    this.bystander = bystander;
    process.on("unhandledRejection", this.#onRejection);
    process.on("uncaughtException", this.#onRejection);
  }

  static async open(settings: Readonly<Record<string, string>> = {}): Promise<Arena> {
    const metronome = Metronome.install();
    const server = await TestServer.start({
      ROOM_MAX_PLAYERS: "500",
      // Ticks run ahead of the clock on the wall, and real clients do not know.
      APPROVAL_TIMEOUT_MS: "60000",
      ...settings,
    });
    const { roomId } = await server.openRoom({ maxPlayers: 500 });
    const room = server.plaza(roomId);
    const witness = await metronome.during(join(server, roomId));
    const honest = await RawClient.enter(server, roomId);
    metronome.tick();
    return new Arena(server, metronome, room, witness, new Bystander(room, honest));
  }

  /** Somebody comes in. Players appear with the next tick. */
  async enter(as?: EnterAs): Promise<RawClient> {
    const client = await RawClient.enter(this.server, this.room.roomId, as);
    this.metronome.tick();
    return client;
  }

  /**
   * So many ticks, each with what the cheat does before it, and an input of the bystander's.
   *
   * @returns how many inputs of each of these clients counted, tick by tick
   */
  async play(ticks: number, cheats: readonly RawClient[], act: (tick: number) => void): Promise<number[]> {
    const usedBy = () =>
      cheats.reduce((sum, { sessionId }) => sum + (this.room.inputCounts(sessionId)?.used ?? 0), 0);
    const used: number[] = [];
    for (let tick = 0; tick < ticks; tick++) {
      const before = usedBy();
      this.bystander.play();
      this.work.turn(() => {
        act(tick);
        this.metronome.tick();
      });
      this.bystander.check();
      used.push(Math.max(0, usedBy() - before));
      await settle();
    }
    return used;
  }

  /** The others play on as if nothing had happened; no exception, and no turn of a cheat kept them waiting. */
  async expectCalm(): Promise<void> {
    await settle();
    const { bystander, witness, room } = this;
    expect(this.work.lap()).toBeLessThan(TURN_MAX_MS);
    bystander.checkInputs();
    // A change reaches a real client, and its requests are answered.
    const patches = bystander.client.heard(Protocol.ROOM_STATE_PATCH);
    const seen = () => witness.room.state.players.get(bystander.client.sessionId)?.presence;
    await this.metronome.during(
      (async () => {
        await witness.room.request("session:away", { away: true });
        expect(room.state.players.get(witness.sessionId)?.presence).toBe(Presence.AWAY);
        await eventually(() => witness.self?.presence === Presence.AWAY);
        await witness.room.request("session:away", { away: false });
        await eventually(() => witness.self?.presence === Presence.ACTIVE && seen() === Presence.ACTIVE);
      })(),
    );
    expect(bystander.client.heard(Protocol.ROOM_STATE_PATCH)).toBeGreaterThan(patches);
    expect(witness.isClosed).toBe(false);
    const { values } = await this.server.services.metrics.exceptions.get();
    expect(values).toEqual([]);
    expect(this.server.logs.filter(({ level }) => Number(level) >= ERROR)).toEqual([]);
    expect(this.#rejections).toEqual([]);
  }

  /** Do something, and tell how often each of these reasons was counted meanwhile. */
  async counting<R extends Reason>(reasons: readonly R[], work: () => unknown): Promise<Record<R, number>> {
    const count = () => Promise.all(reasons.map((reason) => this.server.count(reason)));
    const before = await count();
    await work();
    await settle();
    const after = await count();
    const entries = reasons.map((reason, index) => [reason, (after[index] ?? 0) - (before[index] ?? 0)]);
    return Object.fromEntries(entries) as Record<R, number>;
  }

  async close(): Promise<void> {
    await this.server.stop();
    this.metronome.remove();
    process.off("unhandledRejection", this.#onRejection);
    process.off("uncaughtException", this.#onRejection);
    expect(this.#rejections).toEqual([]);
  }
}

/**
 * The documented burst, and not a step more: in any stretch of T ticks at most T + INPUT_CREDIT_MAX inputs count.
 *
 * @param used inputs that counted, tick by tick
 */
export function expectNoMoreThanTheBurst(used: readonly number[]): void {
  let most = Number.NEGATIVE_INFINITY;
  let gained = 0;
  // The largest sum of (used - 1) over any stretch: Kadane's algorithm.
  for (const count of used) {
    gained = Math.max(gained, 0) + count - 1;
    most = Math.max(most, gained);
  }
  expect(most).toBeLessThanOrEqual(INPUT_CREDIT_MAX);
}
