/** What a room is opened with. Made by our routes only, so it is trusted. */
export interface RoomSettings {
  code: string;
  title: string;
  maxPlayers: number;
  /** Not in the list and not in quick play; whoever has the code can come. */
  private: boolean;
  /** Salted scrypt hash; absent for a room without a password. */
  passwordHash?: string | undefined;
  locked: boolean;
  /** Guest who opened it: becomes its leader on arriving, and needs no password. */
  creator: string;
  /** Guests who were kicked and may not come back, the latest last. */
  banned: string[];
}
