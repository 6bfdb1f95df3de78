import type { PresenceName } from "@tagalong/shared/session/presence.ts";

/** Somebody in a room, as operators see them. */
export interface PersonHere {
  readonly sessionId: string;
  /** Public id: the same guest has the same one in every room. */
  readonly guest: string;
  readonly name: string;
  readonly presence: PresenceName | "visiting";
  /** When they came (ms since the epoch). */
  readonly since: number;
  /** Personal data: only for whoever asked for it. */
  readonly address?: string;
}

/** What became of somebody who was to go. `gone` means that they were not there any more. */
export type Removal = "removed" | "banned" | "gone";

/**
 * What operators ask of a room. It may be on another process: arguments and answers travel as JSON, by the name of the
 * method.
 */
export interface Operable {
  peopleHere(withAddresses: boolean): PersonHere[];
  announce(text: string): void;
  removePerson(sessionId: string, ban: boolean): Removal;
}
