import { matchMaker } from "@colyseus/core";
import { Router } from "express";

/** `/healthz`: the process runs. `/readyz`: it takes players; not so while starting or shutting down. */
export function createHealth(): Router {
  const health = Router();
  health.get("/healthz", (_request, response) => {
    response.json({ ok: true });
  });
  health.get("/readyz", (_request, response) => {
    const ready = matchMaker.state === matchMaker.MatchMakerState.READY;
    response
      .status(ready ? 200 : 503)
      .json(ready ? { ok: true } : { ok: false, causes: ["starting or shutting down"] });
  });
  return health;
}
