import type { Reason } from "@tagalong/shared/session/reasons.ts";
import type { JoinTarget } from "../../../apps/client/src/session/joinRequest.ts";
import type { Company } from "./Company.ts";
import type { Player } from "./Player.ts";

/** What can be special about a room, one thing each. */
export const KINDS = ["plain", "titled", "private", "password", "locked"] as const;
export type Kind = (typeof KINDS)[number];

export const PASSWORD = "open sesame";

/** A room with its players, the leader first. */
export interface TestRoom {
  readonly kind: Kind;
  readonly code: string;
  readonly roomId: string;
  readonly home: string;
  readonly players: readonly Player[];
}

/** Open a room of a kind, and let so many in. What changes later than its opening has been changed. */
export async function openRoom(company: Company, kind: Kind, count: number): Promise<TestRoom> {
  const room = {
    title: "As it was",
    maxPlayers: 16,
    private: kind === "private",
    ...(kind === "password" && { password: PASSWORD }),
  };
  const leader = await company.invite({ target: { kind: "create", room } }).enter();
  const { code, home } = leader;
  const { roomId } = leader.room;
  const rest = await company.fill(count - 1, code, kind === "password" ? PASSWORD : undefined);
  if (kind === "titled") await leader.room.request("lobby:configure", { title: titleOf(kind) });
  if (kind === "locked") await leader.room.request("lobby:configure", { locked: true });
  return { kind, code, roomId, home, players: [leader, ...rest] };
}

export function titleOf(kind: Kind): string {
  return kind === "titled" ? "As it is now" : "As it was";
}

/**
 * Open rooms of every kind until one of each is on this process, which the servers choose themselves.
 *
 * @returns all of them, wherever they are
 */
export async function openRoomsOn(company: Company, home: string, count: number): Promise<TestRoom[]> {
  const rooms: TestRoom[] = [];
  for (const kind of KINDS) {
    for (let left = 12; !rooms.some((room) => room.kind === kind && room.home === home); left--) {
      if (left === 0) throw new Error(`no room comes to ${home}`);
      rooms.push(await openRoom(company, kind, count));
    }
  }
  return rooms;
}

/** What a stranger is told at the door of a room of this kind; `undefined` when they come in. */
export const STRANGERS: Readonly<Record<Kind, Reason | undefined>> = {
  plain: undefined,
  titled: undefined,
  private: undefined,
  password: "lobby/password_wrong",
  locked: "lobby/room_locked",
};

/** Try to come in as a stranger, and leave again. Answers with the reason for not being let in, if there was one. */
export async function knock(company: Company, target: JoinTarget): Promise<string | undefined> {
  const stranger = company.invite({ target, name: "Stranger", walk: "still" });
  await stranger.bot.join();
  const { why } = stranger;
  await stranger.leave();
  return why;
}

/** All players of a room are in one room, which still has the code. Answers with what is wrong. */
export function scattered({ code, players }: TestRoom): string[] {
  const rooms = new Set(players.map(({ room }) => room.roomId));
  const codes = new Set(players.map((player) => player.code));
  return rooms.size === 1 && codes.size === 1 && codes.has(code)
    ? []
    : [`${code}: in ${[...rooms].join(", ")} with ${[...codes].join(", ")}`];
}
