import { type PresenceName, presenceName } from "@tagalong/shared/session/presence.ts";

export interface RosterPlayer {
  sessionId: string;
  name: string;
  /** Short public id of the guest. */
  guest: string;
  colour: number;
  hat: number;
  presence: PresenceName;
  isSelf: boolean;
  isLeader: boolean;
}

/** What the interface shows of a room, apart from the world itself. */
export interface Roster {
  title: string;
  locked: boolean;
  /** Oneself first, then by name. */
  players: readonly RosterPlayer[];
}

/** The synced state as far as the roster reads it. A room's state and a test literal both fit. */
export interface RosterState {
  title: string;
  locked: boolean;
  leader: string;
  players: {
    forEach(
      see: (
        player: { name: string; guest: string; colour: number; hat: number; presence: number },
        sessionId: string,
      ) => void,
    ): void;
  };
}

/** Copy what the interface shows. Those on their way out are no longer here. */
export function readRoster(state: RosterState, self: string): Roster {
  const players: RosterPlayer[] = [];
  state.players.forEach(({ name, guest, colour, hat, presence }, sessionId) => {
    const word = presenceName(presence);
    if (word === "leaving") return;
    const isSelf = sessionId === self;
    const isLeader = sessionId === state.leader;
    players.push({ sessionId, name, guest, colour, hat, presence: word, isSelf, isLeader });
  });
  players.sort((a, b) => Number(b.isSelf) - Number(a.isSelf) || a.name.localeCompare(b.name));
  return { title: state.title, locked: state.locked, players };
}

/** Whether nothing that is shown has changed. Patches arrive with every tick; most only move players. */
export function isSameRoster(a: Roster | undefined, b: Roster): boolean {
  return (
    a !== undefined &&
    a.title === b.title &&
    a.locked === b.locked &&
    a.players.length === b.players.length &&
    a.players.every((player, index) => {
      const other = b.players[index];
      return (
        other !== undefined &&
        player.sessionId === other.sessionId &&
        player.name === other.name &&
        player.colour === other.colour &&
        player.hat === other.hat &&
        player.presence === other.presence &&
        player.isLeader === other.isLeader
      );
    })
  );
}
