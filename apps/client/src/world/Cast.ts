import { Presence } from "@tagalong/shared/session/presence.ts";
import { Motion } from "@tagalong/shared/world/movement.ts";
import type { DrawnPlayer } from "./net.ts";
import type { Moment, PlayerView } from "./PlayerView.ts";
import { choosePlates } from "./plates.ts";

type View = Pick<
  PlayerView,
  "plateFrom" | "bubbleBox" | "showsPlate" | "update" | "arrive" | "say" | "vanish" | "destroy"
>;

type Players = ReadonlyMap<string, DrawnPlayer>;

interface Member {
  readonly view: View;
  /** As last drawn. */
  player: DrawnPlayer;
  /** Of somebody who was here before the room moved. */
  way?: "awaited" | "back";
}

/** Whoever is there within this time after entering was there before: no welcome for them (ms). */
const SETTLING_MS = 1_000;
/** So long those who were here before a room moved are drawn where they were, until they are there too (ms). */
const AWAIT_MS = 5_000;
/** From here on they are drawn as people whose connection is lost (ms). */
const FADE_AFTER_MS = 1_200;

/**
 * Who is drawn by which view. A reconnect keeps every view. So does a room that moves to another server, or is opened
 * again: there everybody has a new session and comes back a little sooner or later, as the same guest. To whoever
 * watches, they were there all the time.
 */
export class Cast {
  readonly #createView: (player: DrawnPlayer) => View;
  readonly #members = new Map<string, Member>();
  #enteredAt = 0;
  /** Entered, and not drawn yet: the first room may be entered before there is anything to draw with. */
  #isNewRoom = true;
  #movedAt = Number.NEGATIVE_INFINITY;

  constructor(createView: (player: DrawnPlayer) => View) {
    this.#createView = createView;
  }

  /** Another room object from now on: another room, or the same one after a reconnect or a move. */
  enter(): void {
    this.#isNewRoom = true;
  }

  leave(): void {
    for (const { view } of this.#members.values()) view.destroy();
    this.#members.clear();
    this.#movedAt = Number.NEGATIVE_INFINITY;
  }

  say(sessionId: string, text: string, now: number): void {
    this.#members.get(sessionId)?.view.say(text, now);
  }

  /**
   * Draw one frame.
   *
   * @param players everybody in the room by session, oneself among them
   * @param leader session of the leader
   */
  draw(players: Players, leader: string, moment: Moment): void {
    const { now } = moment;
    if (this.#isNewRoom) {
      this.#isNewRoom = false;
      this.#enteredAt = now;
      this.#noticeMove(players, now);
    }
    const isSettling = now - this.#movedAt < AWAIT_MS;
    for (const [sessionId, player] of players) {
      const member = this.#members.get(sessionId) ?? this.#takeIn(sessionId, player, now);
      member.player = player;
      if (member.way === "awaited") member.way = "back";
      // Their square is drawn already: they only have not said so to the new server.
      const isBack = isSettling && member.way === "back" && player.presence === Presence.LOADING;
      const look = isBack ? { ...player, presence: Presence.ACTIVE } : player;
      member.view.update(look, sessionId === leader, moment);
    }
    for (const [sessionId, member] of this.#members) {
      if (players.has(sessionId)) continue;
      if (isSettling && member.way === "awaited") this.#drawAwaited(member, moment);
      else this.#remove(sessionId, member, now);
    }
    this.#choosePlates();
  }

  /** For the next frame: by then everybody has their place. */
  #choosePlates(): void {
    const members = [...this.#members.values()];
    const self = members.find(({ player }) => player.isSelf);
    if (!self) return;
    const shown = choosePlates(
      members.map(({ view }) => view.plateFrom(self.player)),
      members.flatMap(({ view }) => view.bubbleBox ?? []),
    );
    for (const [index, { view }] of members.entries()) view.showsPlate = shown[index] ?? false;
  }

  /** Oneself under another session: then so is everybody. */
  #noticeMove(players: Players, now: number): void {
    const hasSelf = [...this.#members].some(
      ([sessionId, { player }]) => player.isSelf && !players.has(sessionId),
    );
    if (!hasSelf) return;
    this.#movedAt = now;
    for (const member of this.#members.values()) {
      member.way = "awaited";
      // A copy: whose it was is gone.
      member.player = { ...member.player, motion: Motion.IDLE };
    }
  }

  #takeIn(sessionId: string, player: DrawnPlayer, now: number): Member {
    for (const [earlier, member] of this.#members) {
      if (member.way !== "awaited" || member.player.guest !== player.guest) continue;
      this.#members.delete(earlier);
      this.#members.set(sessionId, member);
      return member;
    }
    const member: Member = { view: this.#createView(player), player };
    this.#members.set(sessionId, member);
    if (player.presence === Presence.ACTIVE && now - this.#enteredAt > SETTLING_MS) member.view.arrive(now);
    return member;
  }

  #drawAwaited({ view, player }: Member, moment: Moment): void {
    const isLate = moment.now - this.#movedAt > FADE_AFTER_MS;
    if (isLate && player.presence !== Presence.LEAVING) player.presence = Presence.RECONNECTING;
    view.update(player, false, moment);
  }

  #remove(sessionId: string, { view }: Member, now: number): void {
    view.vanish(now);
    view.destroy();
    this.#members.delete(sessionId);
  }
}
