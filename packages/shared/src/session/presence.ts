/**
 * What the others see of a player's connection, as a small integer in the synced state.
 *
 * `loading → active ⇄ away`, any of them `→ reconnecting → (back where it was)`, any `→ leaving`, and then the
 * player is gone from the state.
 */
export const Presence = {
  /** Approved, still fetching the world: takes no input, drawn as arriving. */
  LOADING: 0,
  ACTIVE: 1,
  /** Their tab is hidden. */
  AWAY: 2,
  /** Their connection is lost and their seat is held. */
  RECONNECTING: 3,
  /** On the way out: plays the quit animation, then is removed. */
  LEAVING: 4,
} as const;
export type Presence = (typeof Presence)[keyof typeof Presence];

/** The words for snapshots, logs and screen readers. */
export const PRESENCE_NAMES = ["loading", "active", "away", "reconnecting", "leaving"] as const;
export type PresenceName = (typeof PRESENCE_NAMES)[number];

export function presenceName(presence: number): PresenceName {
  const name = PRESENCE_NAMES[presence];
  if (name === undefined) throw new Error(`unknown presence ${presence}`);
  return name;
}

const NEXT: Readonly<Record<Presence, readonly Presence[]>> = {
  [Presence.LOADING]: [Presence.ACTIVE, Presence.AWAY, Presence.RECONNECTING, Presence.LEAVING],
  [Presence.ACTIVE]: [Presence.AWAY, Presence.RECONNECTING, Presence.LEAVING],
  [Presence.AWAY]: [Presence.ACTIVE, Presence.RECONNECTING, Presence.LEAVING],
  [Presence.RECONNECTING]: [Presence.LOADING, Presence.ACTIVE, Presence.AWAY, Presence.LEAVING],
  [Presence.LEAVING]: [],
};

/** Whether a player may go from one presence to the other. A player who is leaving stays so. */
export function canChangePresence(from: Presence, to: Presence): boolean {
  return NEXT[from].includes(to);
}

/**
 * Only a player who is here can move. One who is away is: on coming back, their first steps may arrive before
 * the word that they are back, and the client has predicted them.
 */
export function takesInput(presence: number): boolean {
  return presence === Presence.ACTIVE || presence === Presence.AWAY;
}
