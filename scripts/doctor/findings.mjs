/**
 * What was found out, and what to do about it. Nothing here is a guess: what could not be looked at has no finding, or one
 * that says so.
 *
 * @typedef {{ id: string, level: "ok" | "warning" | "problem", what: string, remedy?: string }} Finding
 */

/** @returns {Finding} */
export const ok = (id, what, remedy) => ({ id, level: "ok", what, ...(remedy && { remedy }) });
/** @returns {Finding} */
export const warning = (id, what, remedy) => ({ id, level: "warning", what, remedy });
/** @returns {Finding} */
export const problem = (id, what, remedy) => ({ id, level: "problem", what, remedy });

const WIDTH = 7;
const COLOURS = { ok: 32, warning: 33, problem: 31 };

/** Lines for a reader; in colours for a terminal. */
export function findingLines({ level, what, remedy }, colour) {
  const word = level.padEnd(WIDTH);
  const shown = colour ? `\u001b[${COLOURS[level]}m${word}\u001b[0m` : word;
  return [`${shown}  ${plain(what)}`, ...(remedy ? [`${" ".repeat(WIDTH)}  ${plain(remedy)}`] : [])];
}

export function summaryLine(findings) {
  const count = (level) => findings.filter((one) => one.level === level).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  if (problems + warnings === 0) return `All is well: ${count("ok")} things looked at.`;
  const parts = [
    [problems, "problem"],
    [warnings, "warning"],
  ].map(([n, word]) => `${n} ${word}${n === 1 ? "" : "s"}`);
  return `${parts.join(", ")}, ${count("ok")} ok.`;
}

/** What another machine answers does not move the reader's cursor. */
function plain(text) {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "?");
}
