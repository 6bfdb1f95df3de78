import type { InputHandle } from "@colyseus/sdk";
import { createMemoryStore } from "@tagalong/client/session/api.ts";
import { Connection, type JoinTarget, type PlazaRoom } from "@tagalong/client/session/connection.ts";
import { InputPacer } from "@tagalong/client/world/InputPacer.ts";
import { WorldNet } from "@tagalong/client/world/net.ts";
import type { Heading } from "../trace.ts";
import { AckTimer } from "./AckTimer.ts";
import type { ClientView, CreateCrowd, DriverClient, StateCount } from "./client.ts";
import { readColyseusFrame, webSocketOf } from "./colyseus.ts";
import { socketOf } from "./socketOf.ts";

const FRAMES_PER_SECOND = 60;

type InputFrame = { dx: number; dy: number; dash: number };

/** The game's own connection and its own pace of inputs; those that draw have the game's own world too. */
export const createCrowd: CreateCrowd = (port, players) => {
  const endpoint = `http://127.0.0.1:${port}`;
  const open = { title: "Bench", maxPlayers: Math.max(2, players), private: true };
  let target: JoinTarget = { kind: "create", room: open };
  return {
    callsPerSecond: FRAMES_PER_SECOND,
    async join(player, draws, onLost) {
      const connection = new Connection({
        endpoint,
        build: "bench",
        lasting: createMemoryStore(),
        tab: createMemoryStore(),
      });
      const client = new OursClient(draws);
      connection.onRoom((room) => client.meet(room));
      await connection.join({ target, name: `Walker ${player}` });
      const { state } = connection;
      if (state.name !== "connected") {
        throw new Error(
          `player ${player} is ${state.name}: ${"refusal" in state ? state.refusal.reason : ""}`,
        );
      }
      connection.onChange(({ to }) => onLost("refusal" in to ? to.refusal.reason : to.name));
      target = { kind: "code", code: state.welcome.room.code };
      await state.room.request("session:ready", {});
      return client.seated(state.room);
    },
  };
};

class OursClient {
  readonly #draws: boolean;
  readonly #state: StateCount = { frames: 0, bytes: 0 };
  readonly #acks = new AckTimer();
  #isSeated = false;
  #world: WorldNet | undefined;

  constructor(draws: boolean) {
    this.#draws = draws;
  }

  /** Before the room says anything: look at all that it will say. */
  meet(room: PlazaRoom): void {
    room.onMessage("*", () => undefined);
    if (this.#draws) this.#world = new WorldNet(room);
    const { events } = room.connection;
    const receive = events.onmessage;
    events.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      const acknowledged = readColyseusFrame(event.data, this.#state);
      if (!this.#draws && acknowledged !== undefined) this.#acks.acknowledged(acknowledged);
      if (this.#draws || !this.#isSeated) receive?.(event);
    };
  }

  seated(room: PlazaRoom): DriverClient {
    this.#isSeated = true;
    const socket = socketOf(webSocketOf(room));
    const base = { socket, state: this.#state, acks: this.#acks };
    if (this.#world) return { ...base, ...drawingClient(this.#world) };
    const input: InputHandle<InputFrame> = room.input<InputFrame>();
    const pacer = new InputPacer();
    return {
      ...base,
      hold: (heading) => {
        for (let due = pacer.advance(1_000 / FRAMES_PER_SECOND, { ...heading, dash: 0 }); due > 0; due--) {
          Object.assign(input.data, heading);
          this.#acks.sent(input.send());
        }
      },
    };
  }
}

/** Sends whatever is held when a frame is drawn. */
function drawingClient(world: WorldNet): { hold(heading: Heading): void; view: ClientView } {
  const held: InputFrame = { dx: 0, dy: 0, dash: 0 };
  return {
    hold: (heading) => void Object.assign(held, heading),
    view: {
      frame: () => world.frame(performance.now(), held),
      placeOf: (id) => (id === world.room.sessionId ? undefined : world.players.get(id)),
    },
  };
}
