import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { ok, problem } from "./findings.mjs";

const PATIENCE_MS = 5_000;

/** Whether the name leads anywhere, and somebody accepts connections there. */
export async function* examineAddress({ hostname, port, protocol }) {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  let addresses;
  try {
    addresses = (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    const what = `the name ${host} leads nowhere (${error.code})`;
    yield problem(
      "dns/unknown",
      what,
      "add a record for it where the domain is managed, or correct the name",
    );
    return;
  }
  if (!addresses.includes(host)) yield ok("dns/known", `${host} leads to ${addresses.join(" and ")}`);
  const number = Number(port) || (protocol === "https:" ? 443 : 80);
  const { ms, fault } = await dial(host, number);
  if (fault === undefined)
    yield ok("tcp/open", `port ${number} accepts connections, in ${Math.round(ms)} ms`);
  else {
    const what = `nobody accepts connections at ${host} port ${number} (${fault})`;
    const remedy =
      fault === "ECONNREFUSED"
        ? "start the server or the proxy there"
        : "let the port through the firewall, and see that the machine runs";
    yield problem("tcp/closed", what, remedy);
  }
}

function dial(host, port) {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS });
    const end = (fault) => {
      socket.destroy();
      resolve({ ms: performance.now() - began, fault });
    };
    socket.once("connect", () => end(undefined));
    socket.once("timeout", () => end("no answer"));
    socket.once("error", ({ code, message }) => end(code || message || "refused"));
  });
}
