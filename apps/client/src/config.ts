/**
 * The only reader of the build's environment and of the page's address. No server address is built in: the
 * page talks to where it came from, in development through Vite's proxy.
 */
declare const __BUILD_ID__: string;
declare const __DEBUG_OVERLAY__: boolean;

const page = new URL(location.href);

/** `?server=` points a development page at another server; a production page always uses its own origin. */
const override = import.meta.env.DEV ? page.searchParams.get("server") : null;

/**
 * Loads the debug tools: in development always, in production where the build was made with `DEBUG_OVERLAY=1`. Written
 * around the import itself, so that every other build has none of their code.
 */
export const loadDebugTools = __DEBUG_OVERLAY__ ? () => import("./debug/start.tsx") : undefined;

export const config = {
  /** Base address of the server, without a slash at the end. */
  endpoint: (override ?? (import.meta.env.DEV ? `${page.origin}/game` : page.origin)).replace(/\/$/, ""),
  build: __BUILD_ID__,
  isDevelopment: import.meta.env.DEV,
  /** `/?room=CODE`: join this room. */
  roomCode: page.searchParams.get("room") ?? undefined,
  /** `#password=…` rides in the fragment: browsers send it to no server and write it in no log. */
  roomPassword: new URLSearchParams(page.hash.slice(1)).get("password") ?? undefined,
  /** `?autoconnect=1`: join at once, under the kept name. */
  autoconnect: page.searchParams.get("autoconnect") === "1",
  debug: page.searchParams.has("debug"),
  /** `?net=NAME`: a simulated network, by the name of its preset. */
  network: page.searchParams.get("net") ?? undefined,
  /** `?pane=2` in development: another guest in the same browser. See `panes.html`. */
  pane: import.meta.env.DEV ? page.searchParams.get("pane") : null,
} as const;

/** The address that brings someone else into this room. */
export function roomLink(code: string, password?: string): string {
  const link = new URL("/", page.origin);
  link.searchParams.set("room", code);
  if (password) link.hash = new URLSearchParams({ password }).toString();
  return link.href;
}
