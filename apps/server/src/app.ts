import { randomInt } from "node:crypto";
import type { Server as HttpServer } from "node:http";
import {
  defineRoom,
  defineServer,
  LocalPresence,
  matchMaker,
  type RegisteredHandler,
  type Server,
} from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { LOBBY_ROOM } from "@tagalong/shared/lobby/protocol.ts";
import { PLAZA_ROOM } from "@tagalong/shared/world/protocol.ts";
import type { Config } from "./config.ts";
import { LobbyRoom } from "./lobby/LobbyRoom.ts";
import { RoomCodes } from "./lobby/RoomCodes.ts";
import { Tickets } from "./lobby/Tickets.ts";
import { isThisMachine, overwriteAddresses } from "./ops/addresses.ts";
import { createApi } from "./ops/api.ts";
import { guardBodies } from "./ops/bodies.ts";
import { createFrameworkLogger, hardenRuntime, isAllowedOrigin } from "./ops/harden.ts";
import { createHealth } from "./ops/health.ts";
import type { Logger } from "./ops/logger.ts";
import { Metrics } from "./ops/metrics.ts";
import { createOperations, type Operations } from "./ops/operations.ts";
import { cutOffTalkers } from "./ops/sockets.ts";
import { createWebsite } from "./ops/website.ts";
import type { Services } from "./services.ts";
import { createGuestList } from "./session/approval.ts";
import { BaseRoom } from "./session/BaseRoom.ts";
import { Guests } from "./session/Guests.ts";
import { Limits } from "./session/Limits.ts";
import { PlazaRoom } from "./world/PlazaRoom.ts";

/** How often a silent socket is asked for a sign of life, and how often it may fail to give one. */
const PING_INTERVAL_MS = 2_500;
const PING_RETRIES = 2;

export interface App {
  readonly server: Server;
  readonly services: Services;
  /** The listener for whoever runs the server, when there is to be one. */
  readonly operations: Operations | undefined;
  /** Port that was really taken: asked for 0, the system chose one. */
  listen(): Promise<number>;
}

/**
 * The whole server, built from its settings: the table of rooms, the routes, and what rooms are given. Has
 * no effect until it listens. One per process, because the framework's matchmaker is one.
 *
 * @param gracefulSignals whether SIGTERM and SIGINT end it; tests end it themselves
 */
export function createApp(
  config: Config,
  logger: Logger,
  {
    gracefulSignals = true,
    services: given = {},
  }: { gracefulSignals?: boolean; services?: Partial<Services> } = {},
): App {
  /** All rooms of this process. */
  const rooms = new Set<BaseRoom>();
  const services: Services = {
    config,
    logger,
    metrics: new Metrics(rooms, config.BUILD_ID),
    guests: new Guests(config.SESSION_SECRET, config.GUEST_DAYS),
    guestList: createGuestList(config.ALLOW_GUESTS, config.DENY_GUESTS),
    // While developing, bots and panes are many players at one address.
    limits: new Limits(config, config.NODE_ENV === "development" ? isThisMachine : undefined),
    codes: new RoomCodes(() => randomInt(0, 2 ** 32) / 2 ** 32),
    tickets: new Tickets(config.SESSION_SECRET),
    ...given,
  };
  BaseRoom.services = services;
  hardenRuntime(services);

  const transport = new WebSocketTransport({
    maxPayload: config.MAX_PAYLOAD_BYTES,
    pingInterval: PING_INTERVAL_MS,
    pingMaxRetries: PING_RETRIES,
    beforeUpgrade: (_request, { headers }) => {
      if (isAllowedOrigin(config, headers.get("origin"), headers.get("host"))) return undefined;
      logger.warn({ event: "refused", origin: headers.get("origin") }, "socket from a foreign page refused");
      return new Response(null, { status: 403 });
    },
  });
  cutOffTalkers(transport);
  const server = defineServer({
    greet: false,
    gracefullyShutdown: gracefulSignals,
    logger: createFrameworkLogger(logger),
    transport,
    express: (app) => {
      app.disable("x-powered-by");
      app.use(createHealth());
      app.use("/api", createApi(services));
      app.use(createWebsite(config.CLIENT_DIST));
    },
    rooms: {
      [LOBBY_ROOM]: keepTrack(defineRoom(LobbyRoom), rooms),
      [PLAZA_ROOM]: keepTrack(defineRoom(PlazaRoom).enableRealtimeListing(), rooms),
    },
  });
  const operations = config.OPS_PORT === "off" ? undefined : createOperations(services);
  server.onBeforeShutdown(async () => logger.info({ event: "stopping" }, "stopping"));
  server.onShutdown(async () => {
    // Last: until then it tells that the process is on its way out.
    await operations?.close();
    logger.info({ event: "stopped" }, "stopped");
  });

  return {
    server,
    services,
    operations,
    async listen() {
      // First: it tells that the process is starting.
      if (config.OPS_PORT !== "off") await operations?.listen(config.OPS_PORT, config.OPS_HOST);
      await server.listen(config.PORT, config.HOST);
      const http = transport.server as HttpServer;
      guardBodies(http, services.metrics);
      overwriteAddresses(http, config.TRUST_PROXY);
      // Every room listens for guests who take a seat elsewhere: many listeners are no leak here.
      const { presence } = matchMaker;
      if (presence instanceof LocalPresence) presence.subscriptions.setMaxListeners(0);
      await matchMaker.createRoom(LOBBY_ROOM, {});
      const address = http.address();
      return typeof address === "object" && address ? address.port : config.PORT;
    },
  };
}

/** Keep the rooms of this kind in the set while they live: the framework does not hand out its own list. */
function keepTrack<H extends RegisteredHandler>(handler: H, rooms: Set<BaseRoom>): H {
  handler.on("create", (room: BaseRoom) => void rooms.add(room));
  handler.on("dispose", (room: BaseRoom) => void rooms.delete(room));
  return handler;
}
