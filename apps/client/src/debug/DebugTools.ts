import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { GameClient } from "../app/GameClient.ts";
import { isNetworkPreset, NETWORK_PRESETS, type NetworkPresetName } from "./networkPresets.ts";
import { CALM, type NetworkConditions, NetworkSimulator } from "./networkSimulator.ts";
import { networkText, unknownNetworkText } from "./networkText.ts";
import { createSnapshot, type Snapshot } from "./snapshot.ts";
import type { Layer } from "./WorldOverlay.ts";

export interface DebugOptions {
  /** Address of the server, without a slash at the end. */
  readonly endpoint: string;
  readonly build: string;
  readonly isDevelopment: boolean;
  /** `?debug` in the address. */
  readonly debug: boolean;
  /** `?net=NAME` in the address. */
  readonly network: string | undefined;
}

/** The network as it is, as a preset has it, or as the sliders stand. */
export type NetworkChoice = "off" | NetworkPresetName | "custom";

export type SectionName = "graphs" | "layers" | "network" | "bots" | "record" | "log";

/** What developers turn, and how the overlay lies on the screen. Outlives the overlay: a closed one opens as it was. */
export class DebugTools {
  readonly client: GameClient;
  readonly options: DebugOptions;
  readonly isOpen: Signal<boolean>;
  /** Only its header is shown. Until somebody chose: in a small window, and over the menu. */
  readonly isCollapsed: Signal<boolean | undefined> = signal(undefined);
  readonly isOnLeft = signal(false);
  readonly openSections: Signal<ReadonlySet<SectionName>> = signal(
    new Set(["graphs", "layers", "network", "bots"]),
  );
  readonly layers: Signal<ReadonlySet<Layer>> = signal(new Set());
  readonly network: ReadonlySignal<NetworkChoice>;
  readonly conditions: ReadonlySignal<NetworkConditions>;
  /** Name of a network that was asked for and that there is not, until it has been read or another one is chosen. */
  readonly unknownNetwork: Signal<string | undefined> = signal(undefined);
  /** When the connection came to be as it is (ms since the epoch). */
  readonly stateSince: Signal<number> = signal(Date.now());
  readonly #simulator = new NetworkSimulator();
  readonly #simulated: Signal<{ choice: NetworkChoice; conditions: NetworkConditions }> = signal({
    choice: "off",
    conditions: CALM,
  });

  /** Make it before the client connects: the simulated network stands below everything else. */
  constructor(client: GameClient, options: DebugOptions) {
    this.client = client;
    this.options = options;
    this.isOpen = signal(options.debug);
    this.network = computed(() => this.#simulated.value.choice);
    this.conditions = computed(() => this.#simulated.value.conditions);
    this.#simulator.install(client.connection);
    client.connection.onChange(({ at }) => {
      this.stateSince.value = at;
    });
    if (options.network !== undefined) this.#chooseByName(options.network);
  }

  get snapshot(): Snapshot {
    const { state, room, roster, log, net } = this.client;
    return createSnapshot({
      connection: state.value.name,
      room: room.value && { ...room.value, title: roster.value?.title ?? "" },
      net,
      log: log.entries.value,
    });
  }

  /** Simulate this network from now on. A preset chosen again begins again. */
  chooseNetwork(choice: "off" | NetworkPresetName): void {
    this.#simulate(choice, choice === "off" ? CALM : NETWORK_PRESETS[choice]);
  }

  customiseNetwork({ latencyMs, jitterMs }: NetworkConditions): void {
    this.#simulate("custom", { latencyMs, jitterMs });
  }

  #chooseByName(name: string): void {
    if (isNetworkPreset(name)) {
      this.chooseNetwork(name);
      return;
    }
    this.unknownNetwork.value = name;
    const text = `?net is ignored: ${unknownNetworkText(name)}`;
    this.client.log.add(text);
    console.warn(text);
  }

  #simulate(choice: NetworkChoice, conditions: NetworkConditions): void {
    this.unknownNetwork.value = undefined;
    this.#simulated.value = { choice, conditions };
    this.#simulator.change(conditions);
    this.client.log.add(
      choice === "off"
        ? "simulated network: off"
        : `simulated network: ${choice}, ${networkText(conditions)}`,
    );
  }
}

/** Add to a set what is not in it, and take out what is. */
export function toggled<T>(set: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}
