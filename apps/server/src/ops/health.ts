import { matchMaker } from "@colyseus/core";
import { Router } from "express";
import type { Cluster } from "../cluster/Cluster.ts";

/** One thing that must be right for this process to take players: a few words on why it is not, or `undefined`. */
export type ReadinessCheck = () => string | undefined;

/** The matchmaker takes players between its start and its shutdown. */
export const checkMatchMaker: ReadinessCheck = () => {
  switch (matchMaker.state) {
    case matchMaker.MatchMakerState.READY:
      return undefined;
    case matchMaker.MatchMakerState.SHUTTING_DOWN:
      return "shutting down";
    default:
      return "starting";
  }
};

/** A process that is being stopped takes nobody, and while Redis is away no room can be found. */
export function createClusterChecks(
  cluster: Pick<Cluster, "isAvailable" | "fault" | "stage" | "conflicts">,
): ReadinessCheck[] {
  const isReady = () => matchMaker.state === matchMaker.MatchMakerState.READY;
  return [
    () => (isReady() && cluster.stage !== "open" ? "draining" : undefined),
    () => (isReady() && !cluster.isAvailable ? causeOf(cluster.fault) : undefined),
    () => (cluster.conflicts.includes("secret") ? "another SESSION_SECRET than the others" : undefined),
    () => (cluster.conflicts.includes("name") ? "the PROCESS_NAME of another process" : undefined),
  ];
}

/** Redis that answers, and refuses, is not one that is silent. */
function causeOf(fault: string | undefined): string {
  return fault === undefined ? "no answer from Redis" : `Redis cannot be used: ${fault}`;
}

/** Why this process takes no players right now; empty when it does. */
export function causesOfUnreadiness(checks: readonly ReadinessCheck[]): string[] {
  return checks.map((check) => check()).filter((cause) => cause !== undefined);
}

/** `/healthz`: the process runs. `/readyz`: it takes players, as far as all checks know. */
export function createHealth(checks: readonly ReadinessCheck[]): Router {
  const health = Router();
  health.get("/healthz", (_request, response) => {
    response.json({ ok: true });
  });
  health.get("/readyz", (_request, response) => {
    const causes = causesOfUnreadiness(checks);
    if (causes.length === 0) response.json({ ok: true });
    else response.status(503).json({ ok: false, causes });
  });
  return health;
}
