import { createServer } from "node:http";
import { matchMaker } from "@colyseus/core";
import express from "express";
import { collectDefaultMetrics } from "prom-client";
import type { Drain } from "../cluster/Drain.ts";
import type { Services } from "../services.ts";
import { createCommandRoutes } from "./commandRoutes.ts";
import { Commands } from "./commands.ts";
import { causesOfUnreadiness, createHealth, type ReadinessCheck } from "./health.ts";
import { createMonitor } from "./monitor.ts";
import { Processes } from "./Processes.ts";

export interface Operations {
  /** Port that was really taken; 0 before it listens. */
  readonly port: number;
  /** What it answers to: commands and monitor only where there is a secret for each. */
  readonly exposed: readonly string[];
  listen(port: number, host: string): Promise<void>;
  close(): Promise<void>;
}

export interface OperationsOptions {
  readonly readiness: readonly ReadinessCheck[];
  readonly drain: Pick<Drain, "state" | "start" | "cancel">;
}

/**
 * What this process tells the others of itself, and does when an operator at any of them asks. Every process needs it, also
 * one without a port for operations.
 */
export function createProcesses(
  { config, logger }: Pick<Services, "config" | "logger">,
  { readiness, drain }: OperationsOptions,
): Processes {
  const since = Date.now();
  return new Processes(
    {
      describe: () => ({
        processId: matchMaker.processId,
        name: config.PROCESS_NAME,
        build: config.BUILD_ID,
        since,
        rooms: matchMaker.stats.local.roomCount,
        connections: matchMaker.stats.local.ccu,
        causes: causesOfUnreadiness(readiness),
        drain: drain.state,
      }),
      drain(on) {
        logger.info({ event: "drain", on }, on ? "draining, as an operator asked" : "draining called off");
        const done = on ? drain.start() : drain.cancel();
        done.catch((error: unknown) => {
          logger.error({ event: "exception", method: "drain", err: error }, "draining failed");
        });
      },
    },
    () => matchMaker.presence,
    logger,
  );
}

/**
 * A listener of its own for whoever runs the server: what it answers is not for players, so it has nothing in common
 * with the port that a proxy passes on. It stays until the last room is gone, and says why no new players are taken.
 */
export function createOperations(
  services: Services,
  { readiness }: Pick<OperationsOptions, "readiness">,
  processes: Processes,
): Operations {
  const { config } = services;
  const { registry } = services.metrics;
  const app = express();
  app.disable("x-powered-by");
  app.use(createHealth(readiness));
  app.get("/metrics", async (_request, response) => {
    response.set("Content-Type", registry.contentType).send(await registry.metrics());
  });
  app.use("/ops", createCommandRoutes(new Commands(processes, services.cluster), services));
  const server = createServer(app);
  return {
    exposed: [
      ...["/metrics", "/healthz", "/readyz"],
      ...(config.OPS_SECRET === undefined ? [] : ["/ops"]),
      ...(config.MONITOR_PASSWORD === undefined ? [] : ["/monitor"]),
    ],
    get port() {
      const address = server.address();
      return typeof address === "object" && address ? address.port : 0;
    },
    async listen(port, host) {
      if (config.MONITOR_PASSWORD !== undefined) {
        app.use("/monitor", await createMonitor(config.MONITOR_PASSWORD, services));
      }
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          resolve();
        });
      });
      // Of the process: memory, processor time, event loop, collections of garbage. They measure from now on.
      collectDefaultMetrics({ register: registry });
    },
    async close() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
