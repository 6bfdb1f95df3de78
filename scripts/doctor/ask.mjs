import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";

const PATIENCE_MS = 8_000;
const BYTES_MAX = 4 * 1024 * 1024;

/**
 * One HTTP request, without following anywhere it leads to. A certificate that is not right is no obstacle: what there is
 * to say about it has been said, and what lies behind it may be in order.
 *
 * @returns status, headers, text, bytes as they came, and how long it took (ms); rejects when there is no answer
 */
export function ask(url, { method = "GET", headers = {}, body } = {}) {
  const began = performance.now();
  const request = url.protocol === "https:" ? requestTls : requestPlain;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      rejectUnauthorized: false,
      agent: false,
      timeout: PATIENCE_MS,
    });
    outgoing.once("timeout", () => outgoing.destroy(new Error(`no answer in ${PATIENCE_MS / 1_000} s`)));
    outgoing.once("error", reject);
    outgoing.once("response", (response) => {
      const chunks = [];
      let bytes = 0;
      response.on("data", (chunk) => {
        bytes += chunk.length;
        if (bytes <= BYTES_MAX) chunks.push(chunk);
        else outgoing.destroy(new Error("the answer has no end"));
      });
      response.once("error", reject);
      response.once("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode,
          headers: response.headers,
          text,
          bytes,
          ms: performance.now() - began,
        });
      });
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** What a program wrote, or `undefined` for everything else. */
export function jsonOf({ text }) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    // A page, or nothing: not for us to read.
    return undefined;
  }
}
