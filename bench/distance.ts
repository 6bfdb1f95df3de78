import { type Spread, spreadOf } from "./statistics.ts";

/** A point in the world (u, which are pixels). */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where players were after each step of the server. */
export interface TruthLog {
  ids: string[];
  /** When each step was done (ms, `machineNow`), ascending. */
  times: Float64Array;
  /** x and y of each id, step after step. */
  places: Float64Array;
}

/** Where players were drawn by somebody else's client. */
export interface DrawnLog {
  /** When each sample was drawn (ms, `machineNow`). */
  times: Float64Array;
  /** Index into the truth's `ids` of who was drawn. */
  players: Uint16Array;
  /** x and y of each sample. */
  places: Float64Array;
}

export interface Distances {
  /** From the server's truth at the moment of drawing: what the delay of network and interpolation amounts to. */
  behind: Spread;
  /** From the way the player has really gone lately: what encoding and interpolation get wrong. */
  astray: Spread;
}

/** Longer than anything drawn is in the past. */
const WAY_MS = 600;

/** How far the drawn places are from the true ones (px). */
export function measureDistances(truth: TruthLog, drawn: DrawnLog): Distances {
  const behind: number[] = [];
  const astray: number[] = [];
  for (const [sample, at] of drawn.times.entries()) {
    const place = placeAt(drawn.places, sample);
    const player = drawn.players[sample] ?? 0;
    const truthOf = (step: number) => placeAt(truth.places, step * truth.ids.length + player);
    const newest = lastStepBefore(truth.times, at);
    if (newest < 0) continue;
    behind.push(distance(place, truthOf(newest)));
    let nearest = Number.POSITIVE_INFINITY;
    for (let step = newest; step > 0 && at - (truth.times[step] ?? 0) < WAY_MS; step--) {
      nearest = Math.min(nearest, distanceToLine(place, truthOf(step - 1), truthOf(step)));
    }
    if (Number.isFinite(nearest)) astray.push(nearest);
  }
  return { behind: spreadOf(behind), astray: spreadOf(astray) };
}

function placeAt(places: Float64Array, index: number): Place {
  return { x: places[index * 2] ?? Number.NaN, y: places[index * 2 + 1] ?? Number.NaN };
}

/** Index of the last time that is not after `at`, or -1. */
function lastStepBefore(times: Float64Array, at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function distance(a: Place, b: Place): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** From a point to the nearest point of the line between two others. */
function distanceToLine(point: Place, from: Place, to: Place): number {
  const lengthX = to.x - from.x;
  const lengthY = to.y - from.y;
  const squared = lengthX ** 2 + lengthY ** 2;
  if (squared === 0) return distance(point, from);
  const along = ((point.x - from.x) * lengthX + (point.y - from.y) * lengthY) / squared;
  const share = Math.min(1, Math.max(0, along));
  return distance(point, { x: from.x + share * lengthX, y: from.y + share * lengthY });
}
