import { createApp } from "@tagalong/server/app.ts";
import { readConfig } from "@tagalong/server/config.ts";
import { createLogger } from "@tagalong/server/ops/logger.ts";
import type { PlazaRoom } from "@tagalong/server/world/PlazaRoom.ts";
import type { StartContender } from "./contender.ts";
import { instrumentNextRoom } from "./instrument.ts";

/** As in production, but that a whole crowd comes from one address at once. */
const SETTINGS = {
  NODE_ENV: "production",
  HOST: "127.0.0.1",
  PORT: "0",
  SESSION_SECRET: "a secret for the benchmark and nothing else",
  CLIENT_DIST: "/nowhere",
  LOG_LEVEL: "warn",
  MAX_CONNECTIONS: "100000",
  MAX_CONNECTIONS_PER_ADDRESS: "100000",
  JOINS_PER_MINUTE: "100000",
  GUESTS_PER_MINUTE: "100000",
};

/** The real server, whole. Its room is opened by the first client. */
export const start: StartContender = async ({ players, ...measuring }) => {
  const read = readConfig({ ...SETTINGS, ROOM_MAX_PLAYERS: String(Math.max(2, players)) });
  if (!read.ok) throw new Error(read.mistakes.join("\n"));
  const measured = instrumentNextRoom(measuring);
  const app = createApp(read.config, createLogger(read.config), { gracefulSignals: false });
  const room = () => measured() as unknown as PlazaRoom | undefined;
  return {
    port: await app.listen(),
    ids: () => [...(room()?.state.players.keys() ?? [])],
    place: (id) => room()?.state.players.get(id),
  };
};
