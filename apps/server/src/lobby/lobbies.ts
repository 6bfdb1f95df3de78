import type { IRoomCache } from "@colyseus/core";
import type { LobbyMetadata } from "@tagalong/shared/lobby/protocol.ts";
import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";
import type { Member } from "../cluster/Cluster.ts";

/**
 * So much of what a lobby, and its process, may have is still free after another one was given up for it. Else it would be
 * full again at once, and the next visitor would open another one.
 */
const RESERVE = 1 / 10;

/** As much of a listed lobby as decides who goes where. */
export type ListedLobby = Pick<IRoomCache<LobbyMetadata>, "roomId" | "processId" | "clients" | "maxClients">;

/** In the middle of an update there are rooms that whoever asks this process cannot follow. */
export function isOfThisVersion({ metadata }: Pick<IRoomCache<LobbyMetadata>, "metadata">): boolean {
  return metadata?.protocol === PROTOCOL_VERSION;
}

/** The order in which lobbies are filled, the same for everybody who reads the same list: fullest first. */
export function compareLobbies(a: ListedLobby, b: ListedLobby): number {
  return b.clients - a.clients || (a.roomId < b.roomId ? -1 : 1);
}

/**
 * The lobby that another one should be given up for: one before it, with ample space for all of its visitors, which its
 * process has too.
 */
export function successorOf<L extends ListedLobby>(
  roomId: string,
  lobbies: readonly L[],
  members: readonly Pick<Member, "processId" | "players" | "capacity">[],
): L | undefined {
  const self = lobbies.find((lobby) => lobby.roomId === roomId);
  if (!self) return undefined;
  const isAmple = (taken: number, max: number) => taken + self.clients <= max * (1 - RESERVE);
  const hasAmple = ({ processId }: ListedLobby) => {
    // Its visitors are counted there already.
    if (processId === self.processId) return true;
    const { players = 0, capacity = Number.POSITIVE_INFINITY } =
      members.find((member) => member.processId === processId) ?? {};
    return isAmple(players, capacity);
  };
  return lobbies
    .filter((other) => other !== self && compareLobbies(other, self) < 0)
    .filter(({ clients, maxClients }) => isAmple(clients, maxClients))
    .filter(hasAmple)
    .sort(compareLobbies)[0];
}
