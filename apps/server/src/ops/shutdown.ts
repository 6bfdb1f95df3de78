import type { Server as HttpServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { matchMaker, type Server } from "@colyseus/core";
import { type Cluster, isLast } from "../cluster/Cluster.ts";
import type { Drain } from "../cluster/Drain.ts";
import { poll } from "../cluster/poll.ts";
import type { Logger } from "./logger.ts";
import type { Operations } from "./operations.ts";

/** So long whoever is sent away may take to ask for the way, or, without Redis, a goodbye to arrive. */
const FAREWELL_MS = 1_000;
const FAREWELL_STEP_MS = 50;
/** Longer than rooms take to end. */
const GOODBYES_MS = 8_000;

/** All that has to be ended, or has a part in it. */
export interface Running {
  readonly server: Server;
  readonly http: HttpServer;
  readonly cluster: Cluster;
  readonly drain: Drain;
  readonly operations: Operations | undefined;
  readonly logger: Logger;
}

export interface ShutdownOptions {
  /** Whether SIGTERM and SIGINT end it, and the process with it. */
  gracefulSignals?: boolean;
  /** Resolves when whoever was sent away has had the time to ask for the way. */
  farewell?: () => Promise<unknown>;
}

/**
 * How a server ends: its rooms go on elsewhere, then nobody new is let in, then the other processes forget it, and last
 * its port for operations closes.
 */
export function shutDownInOrder(
  { server, http, cluster, drain, operations, logger }: Running,
  { gracefulSignals = true, farewell = () => untilAlone(cluster, FAREWELL_MS) }: ShutdownOptions,
): void {
  const end = async () => {
    await cluster.close();
    // Last: until then it tells that the process is on its way out.
    await operations?.close();
    logger.info({ event: "stopped" }, "stopped");
  };
  if (gracefulSignals) endOnce(server);
  server.onBeforeShutdown(async () => {
    logger.info({ event: "stopping" }, "stopping");
    const sendsOn = cluster.isShared && drain.isInhabited;
    await drain.start({ isFinal: true });
    // They may ask this process, which answers like any other: a framework that is shutting down would turn them away.
    if (sendsOn && cluster.isAvailable) await farewell();
    // And whoever comes from now on must be taken to another one.
    const unheard = new Promise((resolve) => http.close(resolve));
    await cluster.leave();
    if (gracefulSignals) exitAfter(GOODBYES_MS, end, logger);
    if (cluster.isAvailable || !gracefulSignals) return;
    await Promise.race([unheard, wait(FAREWELL_MS)]);
    await end();
    process.exit(0);
  });
  server.onShutdown(end);
}

/** Wait until no other process takes anybody, or so much time is over: nobody can be told the way to nowhere. */
export function untilAlone(cluster: Pick<Cluster, "members">, ms: number): Promise<boolean> {
  return poll(() => isLast(cluster, matchMaker.processId), FAREWELL_STEP_MS, ms);
}

/**
 * Whoever is asked to end a second time, by the same signal or another, is on the way already. The framework hears each
 * signal once, and would begin anew with another one; a second SIGTERM, left to the system, kills.
 */
function endOnce(server: Server): void {
  const end = server.gracefullyShutdown.bind(server);
  let ending: Promise<void> | undefined;
  server.gracefullyShutdown = (exit, error) => {
    ending ??= end(exit, error);
    return ending;
  };
  process.on("SIGTERM", () => undefined);
}

/**
 * End this process when the framework does not: it says its goodbyes to Redis, and would wait for it however long it is
 * away. What players need was handed on before.
 *
 * @param end what is still to be done, waited for whatever comes of it
 */
export function exitAfter(ms: number, end: () => Promise<void>, logger: Logger): void {
  const giveUp = async () => {
    logger.warn(
      { event: "goodbyes_given_up", afterMs: ms },
      "the framework's goodbyes take too long: ending without",
    );
    try {
      await end();
    } catch (error) {
      logger.error({ event: "exception", method: "end", err: error }, "not everything could be closed");
    } finally {
      process.exit(0);
    }
  };
  setTimeout(giveUp, ms).unref();
}
