import { reasonText } from "@tagalong/client/session/reasonTexts.ts";
import type { Reason, Refusal } from "@tagalong/shared/session/reasons.ts";

/** How a run stands: of all bots together. */
export interface Tally {
  readonly wanted: number;
  readonly playing: number;
  readonly reconnecting: number;
  /** Gave up. */
  readonly gone: number;
  /** At least one has been in. */
  readonly hasArrived: boolean;
  /** How many play in the room of a code. */
  readonly rooms: ReadonlyMap<string, number>;
  /** All so far, oldest first. */
  readonly refusals: readonly Refusal[];
  /** Why the latest of those who gave up did. */
  readonly finalRefusal: Refusal | undefined;
  /** Time with a seat and a connection, of all bots together (s). */
  readonly playedSeconds: number;
  readonly inputs: number;
  /** Bytes in the frames, without their headers. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly reconnects: number;
  /** Largest disagreement between prediction and server (u). */
  readonly correction: number;
}

const ROOMS_NAMED = 4;

/** How many play, and where: `18 of 20 playing, in KXQPD (16) and MMTZA (2); 2 on their way`. */
export function progressLine({ wanted, playing, reconnecting, gone, rooms }: Tally): string {
  const onTheWay = wanted - playing - reconnecting - gone;
  const more = [
    reconnecting > 0 && `${reconnecting} reconnecting`,
    onTheWay > 0 && `${onTheWay} on their way`,
    gone > 0 && `${gone} gave up`,
  ].filter((part) => part !== false);
  return [`${playing} of ${wanted} playing${roomList(rooms)}`, ...more].join("; ");
}

/** Each reason once: `3 × That room is full (16 of 16 players). … (lobby/room_full)`. */
export function refusalLines(refusals: readonly Refusal[]): string[] {
  const groups = new Map<Reason, { count: number; latest: Refusal }>();
  for (const latest of refusals) {
    groups.set(latest.reason, { count: (groups.get(latest.reason)?.count ?? 0) + 1, latest });
  }
  return [...groups.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ count, latest }) => `${count} × ${refusalText(latest)} (${latest.reason})`);
}

/** What a player reads, except where whoever runs the server knows better what to do. */
export function refusalText(refusal: Refusal): string {
  return refusal.reason === "session/server_unreachable"
    ? `${whatHappened(refusal)} Is it running (npm run dev, or npm start)? Another address: --url.`
    : reasonText(refusal);
}

/** Of what a player reads the first sentence; the rest says what a person could do about it. */
export function whatHappened(refusal: Refusal): string {
  return reasonText(refusal).replace(/(?<=\.) .*$/, "");
}

/** The last line of a run. */
export function summaryLine(tally: Tally, seconds: number): string {
  const { playedSeconds, inputs, bytesIn, bytesOut, reconnects, reconnecting, refusals, correction } = tally;
  const perSecond = (bytes: number) =>
    `${(bytes / 1_000 / Math.max(playedSeconds, 1 / 1_000)).toFixed(2)} kB/s`;
  const reasons = new Map<Reason, number>();
  for (const { reason } of refusals) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const refused = [...reasons].map(([reason, count]) => `${count} × ${reason}`).join(", ");
  return [
    `${countOf(tally.wanted, "bot")} in ${countOf(Math.round(seconds), "second")}`,
    `${inputs.toLocaleString("en")} inputs sent`,
    `${perSecond(bytesIn)} in and ${perSecond(bytesOut)} out per bot (without frame headers)`,
    countOf(reconnects, "reconnect"),
    reconnecting > 0 && `${reconnecting} ${reconnecting === 1 ? "was" : "were"} still reconnecting`,
    `refusals: ${refused || "none"}`,
    `largest correction ${Number(correction.toFixed(2))} u`,
  ]
    .filter((part) => part !== false)
    .join("; ");
}

function roomList(rooms: ReadonlyMap<string, number>): string {
  const named = [...rooms].sort(([, a], [, b]) => b - a).map(([code, count]) => `${code} (${count})`);
  if (named.length === 0) return "";
  const rest = named.splice(ROOMS_NAMED);
  const last = rest.length > 0 ? countOf(rest.length, "more room") : named.length > 1 && named.pop();
  return `, in ${named.join(", ")}${last ? ` and ${last}` : ""}`;
}

function countOf(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
