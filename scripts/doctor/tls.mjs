import { isIP } from "node:net";
import { connect } from "node:tls";
import { isThisMachine } from "./addresses.mjs";
import { ask } from "./ask.mjs";
import { ok, problem, warning } from "./findings.mjs";

const PATIENCE_MS = 5_000;
const DAY_MS = 86_400_000;
/** Whoever renews by themselves does so a month before the end: this late, it has failed. */
const LATE_DAYS = 14;

const TRUST = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it signed itself",
  SELF_SIGNED_CERT_IN_CHAIN: "nobody trusts the one who signed it",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the certificates between it and its issuer are not sent along",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "nobody knows its issuer",
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for another name",
};

/** Whether browsers trust the certificate, for how long, and whether plain HTTP leads here. */
export async function* examineTls(base) {
  if (base.protocol !== "https:") {
    if (!isThisMachine(base)) {
      const what = "without TLS everybody on the way reads passwords and tokens, and browsers say so";
      yield warning(
        "tls/none",
        what,
        "set DOMAIN (docs/deploy.md), or put a proxy with a certificate in front",
      );
    }
    return;
  }
  const { fault, code, certificate, protocol } = await shakeHands(base);
  if (fault) {
    yield problem(
      "tls/failed",
      `there is no TLS to be had (${fault})`,
      "see that the port is the proxy's one for TLS",
    );
    return;
  }
  if (code) {
    const what = `browsers refuse the certificate: ${TRUST[code] ?? code}`;
    yield problem(
      `tls/${code === "CERT_HAS_EXPIRED" ? "expired" : "untrusted"}`,
      what,
      "get one for this name from an issuer that browsers know; Caddy does so by itself when DOMAIN is set",
    );
  } else {
    const days = Math.floor((new Date(certificate.valid_to).getTime() - Date.now()) / DAY_MS);
    const what = `the certificate is good for ${days} more days (${protocol})`;
    if (days < LATE_DAYS)
      yield warning("tls/ends_soon", what, "see why it was not renewed: the proxy's log has it");
    else yield ok("tls/valid", what);
  }
  if (!base.port) yield* examinePlain(base);
}

/** Only where both ports are the usual ones: elsewhere nobody types the address without its scheme. */
async function* examinePlain(base) {
  const plain = new URL(base.href.replace("https:", "http:"));
  const answer = await ask(plain).catch(() => undefined);
  if (!answer) {
    const what = "nothing answers without TLS: who types the name alone may be told that there is nothing";
    yield warning(
      "tls/no_redirect",
      what,
      "let port 80 through to the proxy, which sends everybody on to 443",
    );
  } else if (answer.status >= 301 && answer.status <= 308 && answer.headers.location?.startsWith("https:")) {
    yield ok("tls/redirect", "who comes without TLS is sent on");
  } else {
    yield warning(
      "tls/plain",
      `without TLS it answers too (${answer.status})`,
      "let the proxy send everybody on from port 80 to 443",
    );
  }
}

function shakeHands({ hostname, port }) {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(port) || 443,
      // A name in the handshake is for names only.
      ...(isIP(host) === 0 && { servername: host }),
      rejectUnauthorized: false,
      timeout: PATIENCE_MS,
    });
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("secureConnect", () => {
      const { authorizationError: code } = socket;
      end({
        code: code && String(code.code ?? code),
        certificate: socket.getPeerCertificate(),
        protocol: socket.getProtocol(),
      });
    });
    socket.once("timeout", () => end({ fault: "no answer" }));
    socket.once("error", ({ code, message }) => end({ fault: code ?? message }));
  });
}
