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
import { createCluster } from "./cluster/createCluster.ts";
import { Drain } from "./cluster/Drain.ts";
import type { Config } from "./config.ts";
import { createAddressTest, isThisMachine, overwriteAddresses } from "./http/addresses.ts";
import { createApi } from "./http/api.ts";
import { guardBodies } from "./http/bodies.ts";
import { Connections } from "./http/connections.ts";
import { hardenRuntime } from "./http/harden.ts";
import { createHttpServer } from "./http/httpServer.ts";
import { EdgeRefusals } from "./http/refusals.ts";
import { guardRequests } from "./http/requests.ts";
import { cutOffTalkers, guardUpgrades } from "./http/sockets.ts";
import { createWebsite } from "./http/website.ts";
import { LobbyRoom } from "./lobby/LobbyRoom.ts";
import { RoomDirectory } from "./lobby/RoomDirectory.ts";
import type { RoomRequest } from "./lobby/settings.ts";
import { Tickets } from "./lobby/Tickets.ts";
import { createFrameworkLogger, muteMessages } from "./ops/frameworkLogs.ts";
import { checkMatchMaker, createClusterChecks, createHealth } from "./ops/health.ts";
import type { Logger } from "./ops/logger.ts";
import { Metrics } from "./ops/metrics.ts";
import { createOperations, createProcesses, type Operations } from "./ops/operations.ts";
import { type ShutdownOptions, shutDownInOrder } from "./ops/shutdown.ts";
import type { Services } from "./services.ts";
import { createGuestList, refusedError } from "./session/approval.ts";
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
  /** The way out: stopping goes through it, and an operator may. */
  readonly drain: Drain;
  /** Port that was really taken: asked for 0, the system chose one. */
  listen(): Promise<number>;
}

/**
 * The whole server, built from its settings: the table of rooms, the routes, and what rooms are given. Has
 * no effect until it listens. One per process, because the framework's matchmaker is one.
 *
 * @param options tests have services of their own, and end it themselves
 */
export function createApp(
  config: Config,
  logger: Logger,
  { services: given = {}, ...options }: { services?: Partial<Services> } & ShutdownOptions = {},
): App {
  // While developing, bots and panes are many players at one address.
  const isFree = (address: string) => config.NODE_ENV === "development" && isThisMachine(address);
  const isProxy = createAddressTest(config.TRUST_PROXY);
  /** All rooms of this process. */
  const rooms = new Set<BaseRoom>();
  const guests = new Guests(config.SESSION_SECRET, config.GUEST_DAYS);
  const cluster = given.cluster ?? createCluster(config, logger);
  const metrics = new Metrics(rooms, config.BUILD_ID, config.REDIS_URL ? cluster : undefined);
  const refusals = new EdgeRefusals(metrics, logger);
  const services: Services = {
    config,
    logger,
    metrics,
    refusals,
    guests,
    guestList: createGuestList(config.ALLOW_GUESTS, config.DENY_GUESTS, (id) => guests.publicId(id)),
    limits: new Limits(config, isFree),
    connections: new Connections(config, isFree),
    cluster,
    tickets: new Tickets(config.SESSION_SECRET),
    ...given,
  };
  const directory = new RoomDirectory(services);
  const drain = new Drain(cluster, rooms, BaseRoom.opening, config.DRAIN_SECONDS * 1_000, logger);
  BaseRoom.services = services;
  hardenRuntime(services);
  if (config.isProduction) muteMessages();

  // Whatever may keep players away has a line here, and its cause is told by /readyz on both ports.
  const readiness = [checkMatchMaker, ...createClusterChecks(cluster)];
  const processes = createProcesses(services, { readiness, drain });
  const transport = new WebSocketTransport({
    server: createHttpServer(config, refusals, (address) => isProxy(address) || isFree(address)),
    maxPayload: config.MAX_PAYLOAD_BYTES,
    pingInterval: PING_INTERVAL_MS,
    pingMaxRetries: PING_RETRIES,
  });
  cutOffTalkers(transport);
  const server = defineServer({
    greet: false,
    gracefullyShutdown: options.gracefulSignals ?? true,
    logger: createFrameworkLogger(logger),
    transport,
    ...(cluster.presence && { presence: cluster.presence }),
    ...(cluster.driver && { driver: cluster.driver }),
    ...(cluster.publicAddress && { publicAddress: cluster.publicAddress }),
    selectProcessIdToCreateRoom: async (roomName: string, options: Partial<RoomRequest>) => {
      // Whoever looks for the room they were in must find a place, and so must whoever has none.
      const isNeeded = roomName === LOBBY_ROOM || options.isNew === false;
      const placed = await cluster.place(isNeeded);
      if (placed !== undefined) return placed;
      if (isNeeded && (await drain.takeBack())) return matchMaker.processId;
      throw refusedError({ reason: "session/server_restarting" });
    },
    express: (app) => {
      app.disable("x-powered-by");
      app.use(createHealth(readiness));
      app.use("/api", createApi(services, directory));
      app.use(createWebsite(config.CLIENT_DIST, logger));
    },
    rooms: {
      [LOBBY_ROOM]: keepTrack(defineRoom(LobbyRoom), rooms, drain),
      [PLAZA_ROOM]: keepTrack(defineRoom(PlazaRoom).enableRealtimeListing(), rooms, drain),
    },
  });
  // Is one process's judgement of another's life, and `cluster` has its own.
  matchMaker.setHealthChecksEnabled(false);
  cluster.onClaimLost((roomId) => {
    // Another process opened the room, while this one seemed dead. Its players are there, or on their way.
    // One that is being opened is told again when it is there. One that ends already is told until it has gone.
    const room = [...rooms].find((one) => one.roomId === roomId);
    if (!room || room.isEnding) return;
    logger.warn({ event: "room_lost", roomId }, "a room goes on elsewhere: it ends here");
    room.closeRoom("lobby/room_moved");
  });
  /** So that it is there already when somebody asks; whoever asks opens it, if not. */
  const openLobby = async () => {
    try {
      await directory.lobby();
    } catch (error) {
      logger.warn({ event: "no_lobby", err: error }, "the lobby opens with the first who asks for it");
    }
  };
  const operations =
    config.OPS_PORT === "off" ? undefined : createOperations(services, { readiness }, processes);
  const http = transport.server as HttpServer;
  shutDownInOrder({ server, http, cluster, drain, operations, logger }, options);

  return {
    server,
    services,
    operations,
    drain,
    async listen() {
      // First: it tells that the process is starting.
      if (config.OPS_PORT !== "off") await operations?.listen(config.OPS_PORT, config.OPS_HOST);
      await cluster.connect();
      await server.listen(config.PORT, config.HOST);
      // Each stands in front of those before it.
      guardBodies(http, refusals);
      guardRequests(http, services);
      guardUpgrades(transport, services);
      overwriteAddresses(http, isProxy);
      // Every room listens for guests who take a seat elsewhere: many listeners are no leak here.
      const { presence } = matchMaker;
      if (presence instanceof LocalPresence) presence.subscriptions.setMaxListeners(0);
      await cluster.join(() => ({
        players: matchMaker.stats.local.ccu,
        capacity: config.MAX_CONNECTIONS,
        rooms: rooms.size + BaseRoom.opening.size,
      }));
      await processes.listen();
      // Asked to end already: then there is no place for one.
      if (cluster.stage === "open") await openLobby();
      const address = http.address();
      return typeof address === "object" && address ? address.port : config.PORT;
    },
  };
}

/** Keep the rooms of this kind in the set while they live: the framework does not hand out its own list. */
function keepTrack<H extends RegisteredHandler>(handler: H, rooms: Set<BaseRoom>, drain: Drain): H {
  /** Those that ended before they were told of: while Redis is away a room may be empty for too long before it is open. */
  const ended = new WeakSet<BaseRoom>();
  handler.on("create", (room: BaseRoom) => {
    BaseRoom.opening.delete(room);
    if (ended.has(room)) return;
    rooms.add(room);
    room.onListed();
    drain.note(room);
  });
  handler.on("dispose", (room: BaseRoom) => {
    ended.add(room);
    rooms.delete(room);
  });
  return handler;
}
