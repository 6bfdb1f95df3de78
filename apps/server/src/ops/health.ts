import { matchMaker } from "@colyseus/core";
import { Router } from "express";

/** Why this process takes no players right now; empty when it does. */
export function causesOfUnreadiness(): string[] {
  switch (matchMaker.state) {
    case matchMaker.MatchMakerState.READY:
      return [];
    case matchMaker.MatchMakerState.SHUTTING_DOWN:
      return ["shutting down"];
    default:
      return ["starting"];
  }
}

/** `/healthz`: the process runs. `/readyz`: it takes players; not so while starting or shutting down. */
export function createHealth(): Router {
  const health = Router();
  health.get("/healthz", (_request, response) => {
    response.json({ ok: true });
  });
  health.get("/readyz", (_request, response) => {
    const causes = causesOfUnreadiness();
    if (causes.length === 0) response.json({ ok: true });
    else response.status(503).json({ ok: false, causes });
  });
  return health;
}
