import { createServer } from "node:http";
import express from "express";
import { collectDefaultMetrics } from "prom-client";
import type { Services } from "../services.ts";
import { createHealth } from "./health.ts";

export interface Operations {
  /** Port that was really taken; 0 before it listens. */
  readonly port: number;
  listen(port: number, host: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * A listener of its own for whoever runs the server: what it answers is not for players, so it has nothing in common
 * with the port that a proxy passes on. It stays until the last room is gone, and says why no new players are taken.
 */
export function createOperations({ metrics: { registry } }: Pick<Services, "metrics">): Operations {
  const app = express();
  app.disable("x-powered-by");
  app.use(createHealth());
  app.get("/metrics", async (_request, response) => {
    response.set("Content-Type", registry.contentType).send(await registry.metrics());
  });
  const server = createServer(app);
  return {
    get port() {
      const address = server.address();
      return typeof address === "object" && address ? address.port : 0;
    },
    async listen(port, host) {
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
