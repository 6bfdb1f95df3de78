import { existsSync } from "node:fs";
import { join } from "node:path";
import express, { type NextFunction, type Request, type Response, Router } from "express";
import type { Logger } from "../ops/logger.ts";
import { SECURITY_HEADERS, TRANSPORT_SECURITY } from "./securityHeaders.ts";

/** Serve the built client from this same port, when there is one. */
export function createWebsite(dist: string, logger: Logger): Router {
  const website = Router();
  website.use((request, response, next) => {
    response.set(SECURITY_HEADERS);
    if (request.get("x-forwarded-proto") === "https") response.set(TRANSPORT_SECURITY);
    next();
  });
  if (!existsSync(join(dist, "index.html"))) {
    website.get("/", (_request, response) => {
      response.type("text").send("Tagalong's server is running. There is no built client here.\n");
    });
    return endOf(website, logger);
  }
  // Vite writes a hash into these names: a new build has new ones.
  website.use(
    "/assets",
    express.static(join(dist, "assets"), { immutable: true, maxAge: "1y", index: false, redirect: false }),
  );
  website.use(express.static(dist, { maxAge: 0, etag: true, redirect: false }));
  return endOf(website, logger);
}

/** What is not there, and what cannot be asked for, in a word: Express would repeat the path, and may show a stack. */
function endOf(website: Router, logger: Logger): Router {
  website.use((_request, response) => {
    response.status(404).type("text").send("Not found\n");
  });
  website.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
    const isTheirs = status >= 400 && status < 500;
    if (!isTheirs) {
      const { method, path } = request;
      logger.error({ event: "exception", method: `${method} ${path}`, err: error }, "serving a file failed");
    }
    // Halfway through a file there is no other answer than its end.
    if (response.headersSent) response.destroy();
    else
      response
        .status(isTheirs ? status : 500)
        .type("text")
        .send(isTheirs ? "Not found\n" : "Failed\n");
  });
  return website;
}
