import { at, isThisMachine, isUnknownToUs } from "./addresses.mjs";
import { ask, jsonOf } from "./ask.mjs";
import { ok, problem, warning } from "./findings.mjs";

const GATEWAY = [502, 503, 504];

/** What must never be on the players' port, and how each is told from a page that answers for everything. */
const PRIVATE = [
  { path: "metrics", tells: ({ text }) => /^(# HELP|tagalong_)/m.test(text), what: "the figures" },
  {
    path: "ops/rooms",
    method: "POST",
    tells: (answer) => "sentence" in (jsonOf(answer) ?? {}),
    what: "the operators' commands",
  },
  {
    path: "monitor/",
    tells: ({ text, headers }) =>
      /Colyseus/.test(text) || /operations/.test(headers["www-authenticate"] ?? ""),
    what: "the framework's monitor",
  },
  {
    path: "colyseus/",
    tells: ({ text }) => /<title>[^<]*Colyseus/i.test(text),
    what: "the framework's monitor",
  },
  {
    path: "playground/",
    tells: ({ text }) => /<title>[^<]*(Colyseus|Playground)/i.test(text),
    what: "the framework's playground",
  },
];

/** Whether the paths of the API reach the server as they are, and no others do that should not. */
export async function* examineApi(base) {
  const path = "api/lobby";
  const answer = await ask(at(base, path)).catch(({ message }) => ({ fault: message }));
  const json = answer.fault ? undefined : jsonOf(answer);
  if (answer.fault) {
    yield problem(
      "api/silent",
      `/${path} has no answer (${answer.fault})`,
      "see the proxy's log, and that the server runs",
    );
  } else if (typeof json?.roomId === "string") {
    yield ok(
      "api/answers",
      `the API answers, in ${Math.round(answer.ms)} ms${proxyOf(answer)}`,
      hintOf(answer),
    );
  } else if (typeof json?.error === "string") {
    yield problem(
      "api/refuses",
      `the API refuses: ${json.error} (${answer.status})`,
      "see the server's log, and /readyz on its operations port",
    );
  } else if (GATEWAY.includes(answer.status)) {
    yield problem(
      "api/gateway",
      `a proxy answers /${path}, and reaches no server behind it (${answer.status})`,
      "start the server, and see that the proxy has its address",
    );
  } else if (isUnknownToUs(answer)) {
    yield problem(
      "api/path_changed",
      `the server is asked for something else than /${path}, which it does not know`,
      "let the proxy pass paths on as they are",
    );
  } else {
    yield problem(
      "api/foreign",
      `/${path} is answered by something else (${answer.status})`,
      "let the proxy pass /api/* and /matchmake/* on to the server",
    );
  }
  yield* examinePrivate(base);
}

async function* examinePrivate(base) {
  const open = [];
  const unasked = [];
  for (const { path, method, tells, what } of PRIVATE) {
    const answer = await ask(at(base, path), { method, ...(method && { body: {} }) }).catch(() => undefined);
    if (!answer) unasked.push(`/${path}`);
    else if (tells(answer)) open.push({ path, what });
  }
  for (const { path, what } of open) {
    yield problem(
      "private/open",
      `everybody can reach ${what}, at /${path}`,
      "let the proxy pass on /api/*, /matchmake/* and sockets only, and never the operations port",
    );
  }
  const ready = await ask(at(base, "readyz")).catch(() => undefined);
  const isTold = typeof (ready && jsonOf(ready))?.ok === "boolean";
  if (isTold && !isThisMachine(base)) {
    yield warning(
      "private/readyz",
      "everybody can read /readyz: whether the server takes players, and why not",
      "let the proxy pass on /api/*, /matchmake/* and sockets only",
    );
  }
  if (unasked.length > 0) {
    yield warning(
      "private/unasked",
      `whether everybody can reach ${unasked.join(", ")} is not known: no answer`,
      "run the doctor again",
    );
  } else if (open.length === 0) yield ok("private/closed", "figures, commands and monitor cannot be reached");
}

function proxyOf({ headers }) {
  const name = headers.via ?? headers.server;
  return name ? `, through ${name}` : "";
}

/** What cannot be seen from here, where it may matter. */
function hintOf({ headers }) {
  return (headers.via ?? headers.server)
    ? "behind a proxy the server needs TRUST_PROXY, or all players share one address and its limits: npm run ops -- players --addresses"
    : undefined;
}
