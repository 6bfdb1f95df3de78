import { move, type Point, type Svg } from "./svg.ts";

/** A prop: its own size, and the point on the ground by which it is sorted in depth. */
export interface Prop {
  name: string;
  width: number;
  height: number;
  anchor: Point;
  body: Svg;
}

/** Drawn with the ground point at 0,0 and moved into its frame here. */
export function prop(name: string, width: number, height: number, anchor: Point, ...drawing: Svg[]): Prop {
  return { name, width, height, anchor, body: move(anchor[0], anchor[1], ...drawing) };
}
