import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { parseRoomCode } from "@tagalong/shared/lobby/codes.ts";
import type { RoomListing } from "@tagalong/shared/lobby/protocol.ts";
import type { Reason } from "@tagalong/shared/session/reasons.ts";
import type { RosterPlayer } from "../world/ui/roster.ts";
import type { GameClient } from "./GameClient.ts";

export type DialogState =
  | { kind: "create" }
  | { kind: "password"; room: RoomListing }
  | { kind: "settings" }
  | { kind: "kick"; player: RosterPlayer };

/** An invitation by link, until it was taken or another room was chosen. */
export interface Invitation {
  code: string;
  password: string | undefined;
}

/** What is open, typed and focused: state of the interface that the client behind it does not know. */
export class UiState {
  readonly dialog: Signal<DialogState | undefined> = signal(undefined);
  readonly invitation: Signal<Invitation | undefined> = signal(undefined);
  /** As typed into "Room code". */
  readonly code: Signal<string>;
  /** The name was tried or left, so that what is wrong with it may be said. */
  readonly isNameTried = signal(false);
  readonly isPlayersOpen = signal(false);
  /** Tab is held down over the game. */
  readonly isTabHeld = signal(false);
  /** Whether the list of players is on screen, for either reason. */
  readonly arePlayersShown: ReadonlySignal<boolean> = computed(
    () => this.isPlayersOpen.value || this.isTabHeld.value,
  );
  readonly #client: GameClient;

  constructor(client: GameClient, link: { roomCode?: string; roomPassword?: string }) {
    this.#client = client;
    this.code = signal(link.roomCode ?? "");
    const code = parseRoomCode(link.roomCode ?? "");
    if (code) {
      this.code.value = code;
      this.invitation.value = { code, password: link.roomPassword };
    }
    client.connection.onChange(({ from, to }) => {
      if (to.name === "connected") this.#enteredRoom(from);
      else if (from === "connected" || from === "reconnecting") this.#leftRoom(to.name);
    });
  }

  /** What keeps the name from being used, once the player has had the chance to type it. */
  get shownNameProblem(): Reason | undefined {
    const { problem } = this.#client.profile;
    // Too short is where every name begins: said only once it was tried.
    return problem === "name/too_short" && !this.isNameTried.value ? undefined : problem;
  }

  /** Whether we may join under the name that is typed. If not, the player is brought to it. */
  hasName(): boolean {
    if (this.#client.profile.problem === undefined) return true;
    this.isNameTried.value = true;
    document.getElementById("name")?.focus();
    return false;
  }

  /** The one big button: the room one was invited to, else any. */
  play(): void {
    const invitation = this.invitation.value;
    if (invitation) this.joinCode(invitation.code, "link", invitation.password);
    else this.quickPlay();
  }

  quickPlay(): void {
    if (this.hasName()) void this.#client.join({ kind: "quick" }, "play");
  }

  joinCode(code: string, origin: "code" | "link" | "list", password?: string): void {
    if (!this.hasName()) return;
    void this.#client.join({ kind: "code", code, ...(password ? { password } : {}) }, origin);
  }

  joinListed(room: RoomListing): void {
    if (!this.hasName()) return;
    if (room.password) this.dialog.value = { kind: "password", room };
    else this.joinCode(room.code, "list");
  }

  openCreate(): void {
    if (this.hasName()) this.dialog.value = { kind: "create" };
  }

  closeDialog(): void {
    this.dialog.value = undefined;
  }

  #enteredRoom(from: string): void {
    // After a reconnect what was open stays open, unless it is about a session that may be another by now.
    if (from !== "reconnecting" || this.dialog.value?.kind === "kick") this.dialog.value = undefined;
    this.invitation.value = undefined;
    this.code.value = "";
  }

  #leftRoom(to: string): void {
    if (to === "reconnecting") return;
    this.dialog.value = undefined;
    this.isPlayersOpen.value = false;
    this.isTabHeld.value = false;
  }
}
