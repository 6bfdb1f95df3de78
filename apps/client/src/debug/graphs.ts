import type { ColourToken } from "./colours.ts";
import type { Reading } from "./Telemetry.ts";
import type { Traffic, TrafficKind } from "./traffic.ts";

export interface Line {
  /** As people read it. */
  readonly name: string;
  readonly colour: ColourToken;
  /** `null` where there is nothing to show. */
  read(reading: Reading): number | null;
}

export interface Graph {
  readonly name: string;
  /** The upper end of the scale is at least this. */
  readonly top: number;
  /** Several are parts of a whole, and lie on top of each other. */
  readonly lines: readonly Line[];
  /** What one has to know to read it. */
  readonly note?: string;
  /** What the graph shows now, in words; the same for the highest value of the minute. */
  now(reading: Reading): string;
  peak(highest: number): string;
}

const KIND_COLOURS: Readonly<Record<TrafficKind, ColourToken>> = {
  patch: "--water",
  message: "--sun",
  input: "--grass",
  heartbeat: "--stone",
};

const NONE = "–";
const ms = (value: number) => `${value.toFixed(0)} ms`;
const units = (value: number) => `${value.toFixed(2)} u`;

/** What a graph shows as a whole. */
export function totalOf({ lines }: Graph, reading: Reading): number {
  return lines.reduce((total, line) => total + (line.read(reading) ?? 0), 0);
}

/** Bytes per second, as people read them. */
export function rateText(bytes: number): string {
  return bytes < 1000 ? `${bytes.toFixed(0)} B/s` : `${(bytes / 1000).toFixed(2)} kB/s`;
}

/** The one table of what is drawn over time. Adding a graph is adding a row. */
export const GRAPHS: readonly Graph[] = [
  {
    name: "FPS",
    top: 60,
    lines: [{ name: "FPS", colour: "--grass", read: ({ fps }) => fps }],
    now: ({ fps, longestFrameMs }) => `${fps.toFixed(0)}, longest ${ms(longestFrameMs)}`,
    peak: (highest) => highest.toFixed(0),
  },
  {
    name: "Ping",
    top: 50,
    lines: [{ name: "Ping", colour: "--water", read: ({ net }) => net?.ping ?? null }],
    now: ({ net }) => (net ? ms(net.ping) : NONE),
    peak: ms,
  },
  {
    name: "Jitter",
    top: 10,
    lines: [{ name: "Jitter", colour: "--sun", read: ({ net }) => net?.jitter ?? null }],
    now: ({ net }) => (net ? `${net.jitter.toFixed(1)} ms` : NONE),
    peak: ms,
  },
  trafficGraph("Down", "down", [
    ["patch", "patch"],
    ["message", "message"],
    ["heartbeat", "empty patch, ping"],
  ]),
  trafficGraph("Up", "up", [
    ["input", "input"],
    ["message", "message"],
    ["heartbeat", "ping"],
  ]),
  {
    name: "Pending inputs",
    top: 8,
    lines: [{ name: "Pending inputs", colour: "--grass", read: ({ net }) => net?.pending ?? null }],
    now: ({ net }) => (net ? String(net.pending) : NONE),
    peak: String,
  },
  {
    name: "Corrections",
    top: 1,
    lines: [
      {
        name: "Corrections",
        colour: "--coral",
        read: ({ net, correction }) => (net ? correction : null),
      },
    ],
    note: "u: pixels of the world",
    now: ({ net }) => (net ? correctionText(net) : NONE),
    peak: units,
  },
  {
    name: "Interpolation buffer",
    top: 150,
    lines: [{ name: "Interpolation buffer", colour: "--water", read: ({ net }) => net?.buffered ?? null }],
    now: ({ net }) => (net ? ms(net.buffered) : NONE),
    peak: ms,
  },
];

/** @param kinds what travels in this direction, and how people read it */
function trafficGraph(
  name: string,
  direction: keyof Traffic,
  kinds: readonly (readonly [kind: TrafficKind, name: string])[],
): Graph {
  return {
    name,
    top: 500,
    lines: kinds.map(([kind, name]) => ({
      name,
      colour: KIND_COLOURS[kind],
      read: ({ traffic }) => traffic[direction][kind],
    })),
    note: "without WebSocket headers",
    now: ({ traffic }) => rateText(kinds.reduce((total, [kind]) => total + traffic[direction][kind], 0)),
    peak: rateText,
  };
}

function correctionText({ corrections, correction }: { corrections: number; correction: number }): string {
  return corrections === 0 ? "none" : `${corrections}, last ${units(correction)}`;
}
