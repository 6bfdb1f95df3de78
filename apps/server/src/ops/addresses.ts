import type { IncomingMessage, Server } from "node:http";

const FORWARDED = ["x-real-ip", "x-forwarded-for", "x-client-ip"] as const;

/**
 * Make `x-real-ip` the true address of every request before anything reads it: rate limits go by it, and so
 * does the framework's `context.ip`.
 *
 * Behind a proxy the last entry that our own proxy appended to `x-forwarded-for` counts; anything before it
 * is the client's claim. Without one, only the socket counts.
 *
 * Call after the server listens: listeners are prepended, and the framework prepends its own on listening.
 */
export function overwriteAddresses(server: Server, trustProxy: boolean): void {
  const overwrite = (request: IncomingMessage) => {
    const forwarded = String(request.headers["x-forwarded-for"] ?? "")
      .split(",")
      .at(-1)
      ?.trim();
    const socket = request.socket.remoteAddress ?? "unknown";
    for (const name of FORWARDED) delete request.headers[name];
    request.headers["x-real-ip"] = trustProxy && forwarded ? forwarded : socket;
  };
  server.prependListener("request", overwrite);
  server.prependListener("upgrade", overwrite);
}

/** Whether an address is this machine's own: the loopback of either protocol. */
export function isThisMachine(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}
