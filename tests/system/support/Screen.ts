import { createRandom } from "@tagalong/shared/lib/random.ts";
import type { MoveControls } from "@tagalong/shared/world/movement.ts";
import { type NetworkConditions, NetworkSimulator } from "../../../apps/client/src/debug/networkSimulator.ts";
import { type DrawnPlayer, WorldNet } from "../../../apps/client/src/world/net.ts";
import { Tab } from "./client.ts";
import type { VirtualTime } from "./virtualTime.ts";
import { STAND, type Walk } from "./walk.ts";

export type Pose = Pick<DrawnPlayer, "x" | "y" | "motion">;

/** All that one drawn frame shows, and how it came about. */
export interface Frame {
  /** Time since the run began (ms). */
  readonly at: number;
  readonly controls: MoveControls;
  readonly self: Pose | undefined;
  /** The other player of the room. */
  readonly other: Pose | undefined;
  /** Size of the disagreement that was corrected in this frame, if there was one (u). */
  readonly correction: number;
  /** So far. */
  readonly snaps: number;
}

interface ScreenOptions {
  readonly endpoint: string;
  readonly code: string;
  readonly name: string;
  readonly fps: number;
  /** Of its network. */
  readonly seed: number;
  readonly network: NetworkConditions;
}

/** One player before a screen, in virtual time: joins by the real client, draws so often a second, and records every frame. */
export class Screen {
  readonly name: string;
  readonly tab: Tab;
  readonly network: NetworkSimulator;
  readonly frames: Frame[] = [];
  readonly #fps: number;
  #net: WorldNet | undefined;
  #newNet: WorldNet | undefined;
  readonly #held = { dx: 0, dy: 0, dash: 0 };
  #walk: Walk = () => STAND;
  #walksSince = 0;
  #startedAt = 0;
  #drawn = 0;
  #corrections = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  static async open(time: VirtualTime, options: ScreenOptions): Promise<Screen> {
    const screen = new Screen(options);
    await time.until(screen.tab.enter(options.code, options.name));
    screen.#start();
    return screen;
  }

  private constructor({ name, endpoint, fps, seed, network }: ScreenOptions) {
    this.name = name;
    this.#fps = fps;
    this.tab = new Tab(endpoint);
    this.network = new NetworkSimulator({ random: createRandom(seed) });
    this.network.change(network);
    this.network.install(this.tab.connection);
    const { connection } = this.tab;
    // As the game does it: what is drawn stays until the connection has come back.
    connection.onRoom((room) => {
      this.#newNet?.dispose();
      this.#newNet = new WorldNet(room);
    });
    connection.onChange(({ to }) => {
      if (to.name !== "connected") return;
      this.#net?.dispose();
      this.#net = this.#newNet;
      this.#newNet = undefined;
      this.#corrections = 0;
    });
  }

  get net(): WorldNet {
    if (!this.#net) throw new Error("not in a room yet");
    return this.#net;
  }

  get sessionId(): string {
    return this.tab.room.sessionId;
  }

  /** Walk like this from now on. */
  walk(walk: Walk): void {
    this.#walk = walk;
    this.#walksSince = performance.now();
  }

  async close(time: VirtualTime): Promise<void> {
    clearTimeout(this.#timer);
    this.net.dispose();
    await time.until(this.tab.connection.leave());
  }

  #start(): void {
    this.#startedAt = performance.now();
    this.#draw();
  }

  readonly #draw = (): void => {
    const { net } = this;
    const now = performance.now();
    const controls = this.#walk(now - this.#walksSince);
    // As the game's keyboard does: the same object every time.
    net.frame(now, Object.assign(this.#held, controls));
    const { corrections, correction, snaps } = net.stats;
    this.frames.push({
      at: now,
      controls,
      self: poseOf(net.self),
      other: poseOf([...net.players.values()].find(({ isSelf }) => !isSelf)),
      correction: corrections === this.#corrections ? 0 : correction,
      snaps,
    });
    this.#corrections = corrections;
    this.#drawn += 1;
    // Timers count whole milliseconds: the frames fall on those nearest to their even times.
    const next = this.#startedAt + (this.#drawn * 1_000) / this.#fps;
    this.#timer = setTimeout(this.#draw, Math.round(next - now));
  };
}

function poseOf(player: DrawnPlayer | undefined): Pose | undefined {
  return player && { x: player.x, y: player.y, motion: player.motion };
}
