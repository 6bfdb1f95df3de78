import { PRESENCE_NAMES, presenceName } from "@tagalong/shared/session/presence.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import { TICK_HZ } from "@tagalong/shared/world/tuning.ts";
import type { RoomInfo } from "../app/GameClient.ts";
import type { ConnectionState } from "../session/connection.ts";
import type { DrawnPlayer, NetStats } from "../world/net.ts";
import type { Roster } from "../world/ui/roster.ts";

export interface RecordSource {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly state: ConnectionState;
  /** When the connection came to be so (ms since the epoch). */
  readonly since: number;
  readonly room: RoomInfo | undefined;
  readonly roster: Roster | undefined;
  readonly self: DrawnPlayer | undefined;
  readonly stats: NetStats | undefined;
  /** Address of the server. */
  readonly endpoint: string;
  readonly build: string;
}

/** Name and value, as they are shown. */
export type Fact = readonly [name: string, value: string];

const NONE = "–";

/** What one would want to know of a session and its room when something is odd, or write into a report. */
export function recordOf(source: RecordSource): Fact[] {
  const { now, state, since, room, roster, self, stats, endpoint, build } = source;
  const welcome = state.name === "connected" ? state.welcome : undefined;
  return [
    ["State", stateText(state, now)],
    ["Since", `${clockText(since)}, ${durationText(now - since)}`],
    ["Session", welcome?.sessionId ?? NONE],
    ["Name", self ? `${self.name} · guest ${self.guest}` : NONE],
    ["Presence", self ? presenceName(self.presence) : NONE],
    ["Seat is held for", welcome ? `${welcome.seatHoldSeconds} s` : NONE],
    ["Room", room ? `${room.code} · ${room.id}` : NONE],
    ["Players", roster ? playersText(roster) : NONE],
    ["Leader", roster?.players.find(({ isLeader }) => isLeader)?.name ?? NONE],
    ["Server tick", stats ? `${stats.tick} · ${TICK_HZ} a second` : NONE],
    ["Drift", stats ? `${stats.drift.toFixed(4)} u · average correction; u: pixels of the world` : NONE],
    ["Snaps of others", stats ? `${stats.snaps} · jumps after the network had failed` : NONE],
    ["Transport", state.name === "connected" ? `WebSocket · ${originOf(state.room.connection.url)}` : NONE],
    ["Server", `${endpoint} · build ${welcome?.build ?? NONE} · protocol ${welcome?.protocol ?? NONE}`],
    ["Client", `build ${build} · protocol ${PROTOCOL_VERSION}`],
  ];
}

function stateText(state: ConnectionState, now: number): string {
  switch (state.name) {
    case "waiting":
    case "reconnecting": {
      const wait =
        state.retryAt === undefined ? "trying now" : `next in ${durationText(state.retryAt - now)}`;
      return `${state.name}, attempt ${state.attempt} of ${state.maxAttempts}, ${wait} · ${state.refusal.reason}`;
    }
    case "disconnected":
      return `disconnected · ${state.refusal.reason}`;
    default:
      return state.name;
  }
}

/** How many there are, and how many of them are not simply there. */
function playersText({ players }: Roster): string {
  const others = PRESENCE_NAMES.filter((name) => name !== "active").flatMap((name) => {
    const count = players.filter(({ presence }) => presence === name).length;
    return count > 0 ? `${count} ${name}` : [];
  });
  return [String(players.length), ...others].join(", ");
}

/** The rest of a socket's address is what gives a seat back: never shown. */
function originOf(url: string | undefined): string {
  if (url === undefined) return NONE;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function clockText(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB");
}

function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  return `${Math.floor(seconds / 60)} min`;
}
