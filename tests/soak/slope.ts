export interface Point {
  readonly x: number;
  readonly y: number;
  /** What y also goes with, and what must not be taken for a rise over x. */
  readonly z?: number;
}

/** The line through points that leaves the least squares, as far as it matters here. */
export interface Slope {
  /** Of y for each unit of x, with z left as it is. */
  readonly slope: number;
  /** Standard error of it: by how much it would be off, with what the points scatter, if nothing rose. */
  readonly error: number;
}

/** Throws where there is no line: with too few points, or when x is one value or goes with z. */
export function slopeOf(points: readonly Point[]): Slope {
  const z = points.map((point) => point.z ?? 0);
  // What is left of both once their lines over z are taken off has the slope that both together would have.
  const x = without(
    points.map((point) => point.x),
    z,
  );
  const y = without(
    points.map((point) => point.y),
    z,
  );
  const spread = dot(x, x);
  const freedom = points.length - 3;
  if (freedom < 1 || spread < Number.EPSILON) throw new Error(`no line through ${points.length} points`);
  const slope = dot(x, y) / spread;
  const rest = y.map((value, index) => value - slope * (x[index] ?? 0));
  return { slope, error: Math.sqrt(dot(rest, rest) / freedom / spread) };
}

/** The values less their mean, and less what goes with z. */
function without(values: readonly number[], z: readonly number[]): number[] {
  const centred = centre(values);
  const other = centre(z);
  const spread = dot(other, other);
  const slope = spread === 0 ? 0 : dot(centred, other) / spread;
  return centred.map((value, index) => value - slope * (other[index] ?? 0));
}

function centre(values: readonly number[]): number[] {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, index) => total + value * (b[index] ?? 0), 0);
}
