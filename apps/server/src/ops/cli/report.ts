import type { Answers, PlayerRow } from "../commands.ts";
import type { Order } from "./args.ts";

/** What is known of somebody's answer: the command that it answers tells its type. */
export type Answered = {
  readonly [N in Order["name"]]: { readonly name: N; readonly answer: Answers[N] };
}[Order["name"]];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * The answer as lines for a reader.
 *
 * @param now milliseconds since the epoch
 */
export function reportLines(answered: Answered, now: number): string[] {
  switch (answered.name) {
    case "processes":
      return table(
        ["PROCESS", "ID", "BUILD", "ROOMS", "SOCKETS", "UP", "STATE"],
        answered.answer.processes.map(({ name, processId, build, rooms, connections, since, causes }) => [
          name,
          processId,
          build,
          rooms,
          connections,
          age(now - since),
          causes.length === 0 ? "ready" : causes.join(", "),
        ]),
      );
    case "rooms": {
      const { rooms } = answered.answer;
      const rows = rooms.map(({ code, title, players, maxPlayers, flags, process, since }) => [
        code,
        title,
        `${players}/${maxPlayers}`,
        flags.join(" "),
        process,
        age(now - since),
      ]);
      return [
        ...table(["CODE", "TITLE", "PLAYERS", "FLAGS", "PROCESS", "AGE"], rows),
        count(rooms.length, "room"),
      ];
    }
    case "players": {
      const { players } = answered.answer;
      return [...people(players, now), count(players.length, "player")];
    }
    case "say":
      return [`said in ${answered.answer.codes.join(", ") || "no room"}: ${plain(answered.answer.text)}`];
    case "kick":
      return answered.answer.people.map(({ name, code, sessionId, removal }) => {
        const who = `${plain(name)} (session ${sessionId}) in ${code}`;
        return removal === "gone" ? `${who} had gone already` : `${who} was ${removal}`;
      });
    case "drain":
    case "undrain": {
      const { name, drain, rooms, connections } = answered.answer.process;
      return [
        `${name}: ${drain === "off" ? "takes players" : drain}, ${count(rooms, "room")}, ${count(connections, "socket")}`,
      ];
    }
  }
}

/** People in a table, with their addresses where these were asked for. */
export function people(rows: readonly PlayerRow[], now: number): string[] {
  const withAddresses = rows.some(({ address }) => address !== undefined);
  return table(
    ["NAME", "GUEST", "SESSION", "ROOM", "PRESENCE", "HERE FOR", ...(withAddresses ? ["ADDRESS"] : [])],
    rows.map(({ name, guest, sessionId, code, presence, since, address }) => [
      name,
      guest,
      sessionId,
      code,
      presence,
      age(now - since),
      ...(withAddresses ? [address ?? ""] : []),
    ]),
  );
}

/** Columns as wide as their widest cell. */
export function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = [heads, ...rows].map((row) => row.map((cell) => plain(String(cell))));
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ""))));
  return cells.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
      .join("  ")
      .trimEnd(),
  );
}

/** How long, in its largest unit. */
export function age(ms: number): string {
  if (ms >= 2 * DAY_MS) return `${Math.floor(ms / DAY_MS)} d`;
  if (ms >= 2 * HOUR_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  if (ms >= 2 * MINUTE_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  return `${Math.max(0, Math.floor(ms / 1_000))} s`;
}

/** Players choose their names: none of them moves the operator's cursor. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
}

/** Columns of a terminal, near enough: what is drawn wide takes two. */
function width(text: string): number {
  return [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].reduce(
    (sum, { segment }) =>
      sum +
      (/[\p{Extended_Pictographic}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        segment,
      )
        ? 2
        : 1),
    0,
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
