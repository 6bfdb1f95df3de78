import { ColyseusSDK } from "@colyseus/sdk";

/** What stands for a server's process in place of a host: `p/<name>`, as a seat reservation gives it. */
const PROCESS_HOST = "p";

/**
 * The SDK for the server at this address.
 *
 * With several server processes a room's socket must reach the one that holds it. All stand behind one address and are
 * told apart by its path, so the reservation's `p/<name>` belongs below the endpoint, whatever base path that has. The
 * framework takes it for a host.
 *
 * @param endpoint base address of the server, without a slash at the end
 */
export function createSdk(endpoint: string): ColyseusSDK {
  return new ColyseusSDK(endpoint, { urlBuilder: (url) => addressBelow(endpoint, url) });
}

/** Every other address stays what it is: HTTP requests, and rooms of a server that is one process only. */
function addressBelow(endpoint: string, url: URL): string {
  const isProcess = url.host === PROCESS_HOST && /^wss?:$/.test(url.protocol);
  // A server that is really called "p" has no name of a process in the path: `/<processId>/<roomId>`.
  if (!isProcess || url.pathname.split("/").length !== 4) return url.href;
  const { host, pathname } = new URL(endpoint);
  return `${url.protocol}//${host}${pathname.replace(/\/$/, "")}/${PROCESS_HOST}${url.pathname}${url.search}`;
}
