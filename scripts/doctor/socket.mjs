import { createHash, randomBytes } from "node:crypto";
import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { at, isUnknownToUs } from "./addresses.mjs";
import { ask, jsonOf } from "./ask.mjs";
import { ok, problem } from "./findings.mjs";

const PATIENCE_MS = 8_000;
/** RFC 6455, section 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const CLOSE = 8;
const GATEWAY = [502, 503, 504];

/** A seat is promised, and a socket taken to it, as a browser does: here is where proxies fail. */
export async function* examineSocket(root, base) {
  const seat = await reserve(root, base);
  if (seat.finding) {
    yield seat.finding;
    return;
  }
  yield ok("seat/promised", `a seat in a room is promised, in ${Math.round(seat.ms)} ms`);
  // A page of this address says so.
  const first = await upgrade(base, seat, base.origin);
  if (first.isOpen) {
    yield ok(
      "socket/open",
      `a socket opens and the room speaks first, in ${Math.round(first.ms)} ms (/${seat.shown})`,
    );
    return;
  }
  if (first.status === 403) {
    const again = await reserve(root, base);
    const bare = again.finding ? first : await upgrade(base, again, undefined);
    if (bare.isOpen) {
      const what = `the server takes the page's own address ${base.origin} for a foreign one`;
      yield problem(
        "socket/origin",
        what,
        `let the proxy keep the Host header as it came, or set ORIGINS=${base.origin}`,
      );
      return;
    }
  }
  yield faultOf(first, seat);
}

/** @returns a path with a promised seat, or the finding that there is none */
async function reserve(root, base) {
  const [{ PROTOCOL_VERSION }, { decodeRefusal }] = await Promise.all(
    ["protocol.ts", "reasons.ts"].map(
      (file) => import(pathToFileURL(join(root, "packages/shared/src/session", file)).href),
    ),
  );
  const began = performance.now();
  const steps = [
    () => ["api/guest", {}, undefined],
    ({ token }) => ["api/rooms", { title: "Doctor's visit", maxPlayers: 2, private: true }, token],
    ({ token, roomId }) => [
      `matchmake/joinById/${roomId}`,
      { protocol: PROTOCOL_VERSION, name: "Doctor" },
      token,
    ],
  ];
  let found = {};
  for (const step of steps) {
    const [path, body, token] = step(found);
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const answer = await ask(at(base, path), { method: "POST", body, headers }).catch(({ message }) => ({
      fault: message,
    }));
    const json = answer.fault ? undefined : jsonOf(answer);
    if (answer.status === 200 && json) found = { ...found, ...json };
    else
      return {
        finding: refusalOf(path.replace(/\/[^/]*$/, ""), answer, json, decodeRefusal, PROTOCOL_VERSION),
      };
  }
  const { publicAddress, processId, roomId, sessionId, token } = found;
  const shown = [publicAddress, processId, roomId].filter(Boolean).join("/");
  const query = new URLSearchParams({ sessionId, _authToken: token });
  return { path: `${shown}?${query}`, shown, publicAddress, ms: performance.now() - began };
}

function refusalOf(path, { status, fault, text, headers }, json, decodeRefusal, protocol) {
  const refusal = decodeRefusal(json?.error) ?? decodeRefusal(json?.message);
  if (refusal?.reason === "session/version_mismatch") {
    const what = `the server speaks version ${refusal.detail?.server} of the protocol, and this checkout ${protocol}`;
    return problem("version/protocol", what, "deploy this checkout, or examine with the one that runs there");
  }
  if (refusal)
    return problem(
      "seat/refused",
      `/${path} refuses: ${refusal.reason}`,
      "see the server's log, and docs/operations.md",
    );
  if (fault) return problem("seat/silent", `/${path} has no answer (${fault})`, "see the proxy's log");
  if (isUnknownToUs({ text, headers })) {
    return problem(
      "seat/path_changed",
      `the server is asked for something else than /${path}, which it does not know`,
      "let the proxy pass paths on as they are",
    );
  }
  if (GATEWAY.includes(status))
    return problem(
      "seat/gateway",
      `a proxy answers /${path}, and reaches no server (${status})`,
      "start the server, and see that the proxy has its address",
    );
  return problem(
    "seat/foreign",
    `/${path} is answered by something else (${status})`,
    "let the proxy pass /api/* and /matchmake/* on to the server, with their methods",
  );
}

/** What stands in the way of a socket, by what came back in its place. */
function faultOf({ status, fault, text, headers, closed, isMute, isWrong }, { shown, publicAddress }) {
  if (closed)
    return problem(
      "socket/closed",
      `the socket opens, and is closed at once: ${closed}`,
      "see the server's log",
    );
  if (isWrong)
    return problem(
      "socket/wrong",
      "what answers the upgrade is no WebSocket",
      "let the proxy tunnel upgrades, and not answer them",
    );
  if (isMute) {
    return problem(
      "socket/mute",
      "the socket opens, and nothing comes through it",
      "let the proxy pass sockets on without holding anything back",
    );
  }
  if (fault)
    return problem(
      "socket/silent",
      `the upgrade to a socket has no answer (${fault})`,
      "see the proxy's log",
    );
  // Our server, and it took it for a request like any other.
  if (isUnknownToUs({ text, headers })) {
    return problem(
      "socket/headers",
      "the server gets a plain request where an upgrade was sent: the proxy drops its headers",
      "let the proxy pass on Upgrade and Connection, over HTTP/1.1",
    );
  }
  if (publicAddress) {
    const what = `the way to the room's process is not there: /${publicAddress}/… answers ${status}`;
    return problem(
      "socket/process_path",
      what,
      "let the proxy pass /p/NAME/… on to the process of that name, port 2567, with its Upgrade and Connection headers",
    );
  }
  if (GATEWAY.includes(status)) {
    return problem(
      "socket/gateway",
      `the proxy reaches no server for a socket (${status})`,
      "see that its address for sockets is the server's",
    );
  }
  return problem(
    "socket/refused",
    `a socket to /${shown} is answered with ${status}`,
    "let the proxy pass upgrades on to the server, on every path",
  );
}

/** Shake hands by hand: what comes back in place of a socket is what is to be looked at. */
function upgrade(base, { path }, origin) {
  const began = performance.now();
  const url = at(base, path);
  const key = randomBytes(16).toString("base64");
  const request = url.protocol === "https:" ? requestTls : requestPlain;
  return new Promise((resolve) => {
    const outgoing = request(url, {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-key": key,
        "sec-websocket-version": "13",
        ...(origin && { origin }),
      },
      rejectUnauthorized: false,
      agent: false,
      timeout: PATIENCE_MS,
    });
    const end = (result) => {
      clearTimeout(timer);
      outgoing.destroy();
      resolve({ ...result, ms: performance.now() - began });
    };
    const timer = setTimeout(() => end({ fault: `nothing in ${PATIENCE_MS / 1_000} s` }), PATIENCE_MS);
    outgoing.once("error", ({ code, message }) => end({ fault: code ?? message }));
    outgoing.once("response", (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.once("error", ({ message }) => end({ fault: message }));
      response.once("end", () => end({ status: response.statusCode, headers: response.headers, text }));
    });
    outgoing.once("upgrade", ({ headers }, socket, head) => {
      const accept = createHash("sha1").update(`${key}${GUID}`).digest("base64");
      if (headers["sec-websocket-accept"] !== accept) {
        socket.destroy();
        return end({ isWrong: true });
      }
      clearTimeout(timer);
      const mute = setTimeout(() => hear(undefined), PATIENCE_MS);
      const hear = (frame) => {
        clearTimeout(mute);
        socket.destroy();
        if (!frame) return end({ isMute: true });
        return end(
          (frame[0] & 0x0f) === CLOSE
            ? { closed: `${frame.readUInt16BE(2)} ${frame.subarray(4)}` }
            : { isOpen: true },
        );
      };
      socket.once("error", () => hear(undefined));
      if (head.length > 0) return hear(head);
      socket.once("data", hear);
      return socket.once("close", () => hear(undefined));
    });
    outgoing.end();
  });
}
