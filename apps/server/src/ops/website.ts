import { existsSync } from "node:fs";
import { join } from "node:path";
import express, { Router } from "express";

/** What a page of ours may do. No third parties anywhere; images may come from canvases. */
const HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "X-Frame-Options": "SAMEORIGIN",
  "Cross-Origin-Opener-Policy": "same-origin",
} as const;

/** Serve the built client from this same port, when there is one. */
export function createWebsite(dist: string): Router {
  const website = Router();
  website.use((_request, response, next) => {
    response.set(HEADERS);
    next();
  });
  if (!existsSync(join(dist, "index.html"))) {
    website.get("/", (_request, response) => {
      response.type("text").send("Tagalong's server is running. There is no built client here.\n");
    });
    return website;
  }
  // Vite writes a hash into these names: a new build has new ones.
  website.use(
    "/assets",
    express.static(join(dist, "assets"), { immutable: true, maxAge: "1y", index: false }),
  );
  website.use(express.static(dist, { maxAge: 0, etag: true }));
  return website;
}
