import { examineAddress } from "./address.mjs";
import { examineApi } from "./api.mjs";
import { ok } from "./findings.mjs";
import { examineSocket } from "./socket.mjs";
import { examineTls } from "./tls.mjs";
import { examineVisit } from "./visit.mjs";
import { examineWebsite } from "./website.mjs";

/**
 * The way that players take, from the name to a walk in the square. What a step needs and the one before it did not find
 * is not looked at: it would only be the same finding again.
 *
 * @param url as players open it
 * @param canVisit whether this Node runs the client's code
 */
export async function* examineSite(root, url, canVisit) {
  const base = new URL(url.href.replace(/[?#].*$/, "").replace(/\/*$/, "/"));
  let isWell = true;
  /** Passes findings on, and keeps whether there is a way further. */
  const pass = async function* (findings) {
    for await (const finding of findings) {
      isWell &&= finding.level !== "problem";
      yield finding;
    }
  };
  yield* pass(examineAddress(base));
  if (!isWell) return;
  yield* pass(examineTls(base));
  const isTrusted = isWell;
  isWell = true;
  yield* pass(examineWebsite(base));
  isWell = true;
  yield* pass(examineApi(base));
  if (!isWell) return;
  if (!canVisit) {
    yield ok("visit/skipped", "no visit was made: that needs the packages of this checkout");
    return;
  }
  yield* pass(examineSocket(root, base));
  if (!isWell) return;
  if (isTrusted) yield* examineVisit(root, base);
  else yield ok("visit/skipped", "no visit was made: browsers would not get past the certificate either");
}
