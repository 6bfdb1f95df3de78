import { Callbacks } from "@colyseus/sdk";
import { type PresenceName, presenceName } from "@tagalong/shared/session/presence.ts";
import type { PlazaRoom } from "../../session/connection.ts";

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
  return { title: state.title, locked: state.locked, players: sorted(players) };
}

/** So long those who were here before a room moved are listed as on their way (ms). */
const AWAIT_MS = 5_000;

/**
 * The same people while a room moves to another server, where they come back one after another, oneself among them: the
 * list neither empties nor fills up before the eyes of whoever reads it.
 *
 * @param before who was here, recognised by their guest
 * @param show is called with everybody, also once more when the wait is over
 * @returns to be called with who is there by now
 */
export function awaitPlayers(before: Roster, show: (roster: Roster) => void): (roster: Roster) => void {
  let latest: Roster | undefined;
  let isOver = false;
  setTimeout(() => {
    isOver = true;
    if (latest) show(latest);
  }, AWAIT_MS);
  return (roster) => {
    latest = roster;
    if (isOver) return show(roster);
    const here = new Set(roster.players.map(({ guest }) => guest));
    // Without ourselves in it, it would have no buttons for us.
    if (!roster.players.some(({ isSelf }) => isSelf)) return;
    const isLed = roster.players.some(({ isLeader }) => isLeader);
    const awaited = before.players
      .filter(({ guest }) => !here.has(guest))
      .map((player) => ({
        ...player,
        presence: "reconnecting" as const,
        isLeader: player.isLeader && !isLed,
      }));
    show({ ...roster, players: sorted([...roster.players, ...awaited]) });
  };
}

function sorted(players: RosterPlayer[]): RosterPlayer[] {
  return players.sort((a, b) => Number(b.isSelf) - Number(a.isSelf) || a.name.localeCompare(b.name));
}

const SHOWN_OF_ROOM = ["title", "locked", "leader"] as const;
const SHOWN_OF_PLAYER = ["name", "guest", "colour", "hat", "presence"] as const;

/**
 * Show the roster now and whenever it changes. Patches arrive with every tick and most only move players: copying and
 * sorting hundreds of them each time would cost more than drawing them.
 *
 * @param room before its first state arrives
 */
export function watchRoster(room: PlazaRoom, show: (roster: Roster) => void): void {
  let isListening = false;
  let hasChanged = false;
  const note = () => {
    hasChanged = true;
  };
  const listen = () => {
    const $ = Callbacks.get(room);
    for (const field of SHOWN_OF_ROOM) $.listen(field, note);
    $.onAdd("players", (player) => {
      note();
      for (const field of SHOWN_OF_PLAYER) $.listen(player, field, note);
    });
    $.onRemove("players", note);
  };
  room.onStateChange((state) => {
    if (!isListening) listen();
    isListening = true;
    if (!hasChanged) return;
    hasChanged = false;
    show(readRoster(state, room.sessionId));
  });
}
