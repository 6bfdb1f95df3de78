/**
 * What a page of ours may load and do: all of it comes from its own origin, nothing is written into the page as script
 * or style, and nobody else's page may hold it in a frame. Sockets of this origin are `connect-src 'self'`, too, in
 * Safari since 16.
 *
 * Phaser has a few tiny pictures of its own as `data:`. Those of the game it loads as pictures (`world/game.ts`): left
 * to itself it would read their bytes and draw them from `blob:`, which is not allowed here.
 */
const CONTENT_SECURITY_POLICY: Readonly<Record<string, readonly string[]>> = {
  "default-src": ["'none'"],
  "script-src": ["'self'"],
  "style-src": ["'self'"],
  "img-src": ["'self'", "data:"],
  "font-src": ["'self'"],
  "media-src": ["'self'"],
  "connect-src": ["'self'"],
  "manifest-src": ["'self'"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
  "frame-ancestors": ["'self'"],
};

/** What the game never asks a browser for, and so nothing that got into it may. */
const FORBIDDEN_FEATURES = [
  "accelerometer",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "hid",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "serial",
  "usb",
];

/** Of every page and file of the website, whoever serves it: this server, or the proxy in front (a test compares). */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": Object.entries(CONTENT_SECURITY_POLICY)
    .map(([directive, sources]) => [directive, ...sources].join(" "))
    .join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": FORBIDDEN_FEATURES.map((feature) => `${feature}=()`).join(", "),
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "SAMEORIGIN",
};

/** Only where a browser came by TLS: it then never comes without again. */
export const TRANSPORT_SECURITY: Readonly<Record<string, string>> = {
  "Strict-Transport-Security": "max-age=31536000",
};
