import { type PresenceName, presenceName } from "@tagalong/shared/session/presence.ts";
import type { LogEntry } from "./ClientLog.ts";

/** What `window.tagalong` shows: plain frozen copies, as drawn in the last frame. */
export interface Snapshot {
  readonly connection: string;
  readonly room: { readonly id: string; readonly code: string; readonly name: string } | undefined;
  readonly self:
    | {
        readonly sessionId: string;
        readonly x: number;
        readonly y: number;
        readonly serverX: number;
        readonly serverY: number;
        readonly pending: number;
        readonly correction: number;
        readonly drift: number;
      }
    | undefined;
  readonly players: readonly {
    readonly sessionId: string;
    readonly name: string;
    readonly presence: PresenceName;
    readonly x: number;
    readonly y: number;
  }[];
  readonly ping: number;
  readonly log: readonly string[];
}

/** The live objects that a snapshot copies from. The world's net and a test literal both fit. */
export interface SnapshotSource {
  connection: string;
  room: { id: string; code: string; title: string } | undefined;
  net:
    | {
        readonly players: ReadonlyMap<string, DrawnSource>;
        readonly stats: { pending: number; correction: number; drift: number; ping: number };
      }
    | undefined;
  log: readonly LogEntry[];
}

interface DrawnSource {
  readonly sessionId: string;
  readonly isSelf: boolean;
  name: string;
  presence: number;
  x: number;
  y: number;
  serverX: number;
  serverY: number;
}

export function createSnapshot({ connection, room, net, log }: SnapshotSource): Snapshot {
  const players = [...(net?.players.values() ?? [])];
  const self = players.find(({ isSelf }) => isSelf);
  return Object.freeze({
    connection,
    room: room && Object.freeze({ id: room.id, code: room.code, name: room.title }),
    self:
      net &&
      self &&
      Object.freeze({
        sessionId: self.sessionId,
        x: self.x,
        y: self.y,
        serverX: self.serverX,
        serverY: self.serverY,
        pending: net.stats.pending,
        correction: net.stats.correction,
        drift: net.stats.drift,
      }),
    players: Object.freeze(
      players.map(({ sessionId, name, presence, x, y }) =>
        Object.freeze({ sessionId, name, presence: presenceName(presence), x, y }),
      ),
    ),
    ping: net?.stats.ping ?? 0,
    log: Object.freeze(log.map(({ text }) => text)),
  });
}
