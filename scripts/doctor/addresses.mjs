/** Nobody but this machine is asked. */
export function isThisMachine({ hostname }) {
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}

/** The same base address with another path. */
export function at(base, path) {
  return new URL(`${base.href}${path}`);
}

/**
 * Whether our own server, and no proxy, says that it knows nothing of what it was asked for. The paths that are asked for here
 * it knows: so it was asked for something else.
 */
export function isUnknownToUs({ text = "", headers = {} }) {
  return text === "Not found\n" && headers["cross-origin-opener-policy"] === "same-origin";
}
