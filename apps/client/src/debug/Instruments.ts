import { effect, type Signal, signal } from "@preact/signals";
import type { GameClient } from "../app/GameClient.ts";
import type { ConnectionState } from "../session/connection.ts";
import { FrameMeter } from "./FrameMeter.ts";
import { type Reading, Telemetry } from "./Telemetry.ts";
import { countTraffic, createTraffic } from "./traffic.ts";
import { type Layer, WorldOverlay } from "./WorldOverlay.ts";

/** Often enough to watch something happen, seldom enough to be read. */
const READ_EVERY_MS = 250;
/** Whoever asked for calm sees numbers and graphs move less often. */
const READ_CALMLY_EVERY_MS = 1000;

/** Everything that measures and draws while the overlay is open. Once disposed of, nothing of it is left anywhere. */
export class Instruments {
  readonly telemetry = new Telemetry();
  readonly reading: Signal<Reading>;
  readonly world: WorldOverlay;
  readonly #client: GameClient;
  readonly #frames = new FrameMeter();
  readonly #traffic = createTraffic();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #stops: (() => void)[];
  #stopCounting: (() => void) | undefined;

  constructor(client: GameClient, layers: () => ReadonlySet<Layer>) {
    this.#client = client;
    this.world = new WorldOverlay(layers, () => client.net);
    this.reading = signal(this.#read());
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#timer = setInterval(
      () => {
        this.reading.value = this.#read();
      },
      isCalm ? READ_CALMLY_EVERY_MS : READ_EVERY_MS,
    );
    this.#follow(client.connection.state);
    this.#stops = [client.connection.onChange(({ to }) => this.#follow(to)), this.#standInScene()];
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#stopCounting?.();
    for (const stop of this.#stops) stop();
    this.world.destroy();
  }

  #read(): Reading {
    const now = performance.now();
    return this.telemetry.read(now, {
      frames: this.#frames.count,
      longestFrameMs: this.#frames.takeLongestMs(now),
      traffic: this.#traffic,
      stats: this.#client.net?.stats,
    });
  }

  /** A reconnect brings another room object, with a connection of its own. */
  #follow(state: ConnectionState): void {
    this.#stopCounting?.();
    this.#stopCounting =
      state.name === "connected" ? countTraffic(state.room.connection, this.#traffic) : undefined;
  }

  /** The game may be on its way still. */
  #standInScene(): () => void {
    return effect(() => {
      const game = this.#client.game.value;
      game?.setOverlay({
        draw: (scene, view) => {
          this.#frames.mark(performance.now());
          this.world.draw(scene, view);
        },
      });
      return () => game?.setOverlay(undefined);
    });
  }
}
