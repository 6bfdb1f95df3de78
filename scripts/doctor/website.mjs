import { at, isThisMachine } from "./addresses.mjs";
import { ask } from "./ask.mjs";
import { ok, problem, warning } from "./findings.mjs";

const HEADERS = {
  "content-security-policy": "a page that was tampered with may load anything",
  "x-content-type-options": "browsers guess what files are",
  "referrer-policy": "room links are told to other sites",
};
const GATEWAY = [502, 503, 504];

/** What a browser gets first: the page, its headers and its program. */
export async function* examineWebsite(base) {
  let answer;
  try {
    answer = await ask(base, { headers: { "accept-encoding": "br, gzip" } });
  } catch (error) {
    yield problem(
      "website/silent",
      `there is no answer (${error.message})`,
      "see the proxy's log, and that the server runs",
    );
    return;
  }
  const { status, headers } = answer;
  if (status >= 301 && status <= 308) {
    yield problem(
      "website/elsewhere",
      `it leads on to ${headers.location}`,
      `ask there: npm run doctor -- ${headers.location}`,
    );
    return;
  }
  if (GATEWAY.includes(status)) {
    yield problem(
      "website/gateway",
      `a proxy answers, and reaches no server behind it (${status})`,
      "start the server, and see that the proxy has its address",
    );
    return;
  }
  const page = await ask(base).then(({ text }) => text);
  if (/^Tagalong's server is running/.test(page)) {
    yield warning(
      "website/not_built",
      "the server runs, and has no page to show",
      "npm run build, or CLIENT_DIST with the built client",
    );
    return;
  }
  if (status !== 200 || !page.includes("<title>Tagalong</title>")) {
    yield problem(
      "website/foreign",
      `what answers is not Tagalong's page (${status})`,
      "see where the proxy sends this address",
    );
    return;
  }
  yield ok("website/page", `Tagalong's page answers, in ${Math.round(answer.ms)} ms`);
  const age = Number(/max-age=(\d+)/.exec(headers["cache-control"] ?? "")?.[1] ?? 0);
  if (age > 0 || /immutable/.test(headers["cache-control"] ?? "")) {
    const what = `browsers keep the page for ${age} s, and with it the program of before a deploy`;
    yield warning(
      "website/kept",
      what,
      "Cache-Control: max-age=0 for the page; only what is in /assets/ may be kept",
    );
  }
  const missing = Object.keys(HEADERS).filter((name) => headers[name] === undefined);
  for (const name of missing) {
    yield warning(
      "website/header",
      `the page has no ${name}: ${HEADERS[name]}`,
      "let the proxy pass the server's headers on, or set it there",
    );
  }
  if (base.protocol === "https:" && headers["strict-transport-security"] === undefined) {
    yield warning(
      "website/hsts",
      "the page has no strict-transport-security: the first visit may be led astray",
      "set it in the proxy",
    );
  }
  if (missing.length === 0) yield ok("website/headers", "the page has the headers that keep it its own");
  yield* examineProgram(base, page);
}

async function* examineProgram(base, page) {
  const [, path] = /src="\.?\/(assets\/[^"]+\.js)"/.exec(page) ?? [];
  if (!path) return;
  const { status, headers, bytes } = await ask(at(base, path), {
    headers: { "accept-encoding": "br, gzip" },
  });
  if (status !== 200) {
    yield problem(
      "website/program",
      `the page's program is not there (${status}): /${path}`,
      "deploy page and assets together",
    );
    return;
  }
  if (/immutable/.test(headers["cache-control"] ?? ""))
    yield ok("website/assets", "what the page loads is kept by browsers");
  else
    yield warning(
      "website/assets",
      "what the page loads is loaded again with every visit",
      "Cache-Control: max-age=31536000, immutable for /assets/",
    );
  const size = `${Math.round(bytes / 1024)} KB`;
  if (headers["content-encoding"])
    yield ok("website/compressed", `the page's program comes compressed, ${size}`);
  else if (!isThisMachine(base)) {
    yield warning("website/plain", `the page's program comes as it is, ${size}`, "let the proxy compress it");
  }
}
