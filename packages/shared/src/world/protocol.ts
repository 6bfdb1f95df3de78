import type { ChatToClient, ChatToServer } from "../chat/protocol.ts";
import type { RoomContract } from "../lib/roomContract.ts";
import type { LeaderToServer } from "../lobby/protocol.ts";
import type { JoinOptions, SessionAnswers, SessionToClient, SessionToServer } from "../session/protocol.ts";
import type { PlazaState } from "./schema.ts";
import type { OwnTruth } from "./truth.ts";

export const PLAZA_ROOM = "plaza";

export interface PlazaToServer extends SessionToServer, LeaderToServer, ChatToServer {}
export interface PlazaToClient extends SessionToClient, ChatToClient {
  /** Where one's own player really is: on entering, whenever the client cannot know it, and now and then to be sure. */
  "world:truth": OwnTruth;
}

export type PlazaContract = RoomContract<{
  state: PlazaState;
  join: JoinOptions;
  toServer: PlazaToServer;
  toClient: PlazaToClient;
  answers: SessionAnswers;
}>;
