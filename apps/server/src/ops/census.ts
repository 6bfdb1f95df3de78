import { PRESENCE_NAMES, type Presence, presenceName } from "@tagalong/shared/session/presence.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { Gauge, type Registry } from "prom-client";

/** What a room tells of itself whenever figures are read. */
export interface Countable {
  readonly roomName: string;
  readonly clients: { readonly length: number };
  /** Of each approved player, connected or with the seat held. */
  presences(): Iterable<Presence>;
  /** Hand in what was counted since the last time. */
  reportCounts(): void;
}

/** What all processes share, as far as figures tell of it. */
export interface RedisState {
  /** Whether it answers right now. */
  readonly isAvailable: boolean;
}

/** Whoever is leaving has given up their seat already. */
const PRESENCES = PRESENCE_NAMES.filter((name) => name !== "leaving");

/** Figures that are read from what is there, when somebody asks: nothing has to be kept in step. */
export function createCensus(
  registry: Registry,
  rooms: Iterable<Countable>,
  build: string,
  redis?: RedisState,
): void {
  const registers = [registry];
  new Gauge({
    name: "tagalong_rooms",
    help: "Rooms by kind",
    labelNames: ["room"],
    registers,
    collect() {
      this.reset();
      for (const { roomName } of rooms) this.inc({ room: roomName });
    },
  });
  new Gauge({
    name: "tagalong_connections",
    help: "Open sockets in rooms by the kind of room",
    labelNames: ["room"],
    registers,
    collect() {
      this.reset();
      for (const { roomName, clients } of rooms) this.inc({ room: roomName }, clients.length);
    },
  });
  new Gauge({
    name: "tagalong_players",
    help: "Players by presence",
    labelNames: ["presence"],
    registers,
    collect() {
      for (const presence of PRESENCES) this.set({ presence }, 0);
      for (const room of rooms) {
        for (const presence of room.presences()) this.inc({ presence: presenceName(presence) });
      }
    },
  });
  if (redis) {
    new Gauge({
      name: "tagalong_redis_up",
      help: "1 while Redis answers, 0 while it does not",
      registers,
      collect() {
        this.set(redis.isAvailable ? 1 : 0);
      },
    });
  }
  new Gauge({
    name: "tagalong_build_info",
    help: "Always 1: what runs is in the labels",
    labelNames: ["build", "protocol"],
    registers,
  }).set({ build, protocol: PROTOCOL_VERSION }, 1);
}
