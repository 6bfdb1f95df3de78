import type { View } from "./camera.ts";

/** Of a bubble, in screen pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** In units of text, to each edge. */
const MARGIN = 4;

/**
 * Where a bubble goes so that all of it is seen: below what lies over the upper edge of the view, and between its sides.
 * Whoever walks out of the view takes their bubble along.
 *
 * @param x, bottom where the middle of its lower edge would be: over the head (world units)
 * @param feet y of whose it is (world units)
 * @returns the same point once it is placed, and how far it has been moved to the right (world units)
 */
export function placeBubble(
  { x, bottom, feet }: { x: number; bottom: number; feet: number },
  { width, height }: Size,
  view: Readonly<View>,
): { x: number; bottom: number; moved: number } {
  const { zoom, left, top } = view;
  const margin = MARGIN * view.textZoom;
  const middle = (x - left) * zoom;
  const within = Math.max(Math.min(middle, view.width - width / 2 - margin), width / 2 + margin);
  const aside = middle - Math.max(Math.min(middle, view.width), 0);
  const above = Math.min((feet - top) * zoom, 0);
  const highest = view.coveredTop + margin + height + above;
  const placedX = left + (within + aside) / zoom;
  return { x: placedX, bottom: Math.max(bottom, top + highest / zoom), moved: placedX - x };
}
