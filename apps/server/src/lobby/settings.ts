import { z } from "zod";

/**
 * What a room is opened with. Made by our routes only, so it is trusted; read back from tickets and kept rooms. Older ones
 * have no field that was added later: it needs a default.
 */
export const RoomSettings = z.object({
  code: z.string(),
  title: z.string(),
  maxPlayers: z.number(),
  /** Not in the list and not in quick play; whoever has the code can come. */
  private: z.boolean(),
  /** Salted scrypt hash; absent for a room without a password. */
  passwordHash: z.string().optional(),
  locked: z.boolean(),
  /** Guest who opened it: becomes its leader on arriving, and needs no password. */
  creator: z.string(),
  /** Guests who were kicked and may not come back, the latest last. */
  banned: z.array(z.string()),
  /** Guest who leads it, once somebody does. */
  leader: z.string().optional(),
  /** Rises with every change: of two tickets of a room, the higher one says how it was last. */
  revision: z.number().int().default(0),
});
export type RoomSettings = z.infer<typeof RoomSettings>;

/** How a room is asked for: opened under a new code, or again under the one it had. */
export interface RoomRequest extends RoomSettings {
  isNew: boolean;
  /** Room id of the ticket that these settings were read from. */
  openedFrom?: string;
}
