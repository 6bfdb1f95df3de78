import { Resvg } from "@resvg/resvg-js";
import { SHADE, shade, tint } from "./palette.ts";

/** Small words for drawing. Each returns SVG text; a picture is such texts one after the other. */
export type Svg = string;
export type Point = readonly [number, number];

/** Two decimals are finer than a pixel at 2x and keep the text short. */
export const r2 = (n: number): string => String(Math.round(n * 100) / 100);

const attributes = (more: Record<string, string | number>): string =>
  Object.entries(more)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join("");

type More = Record<string, string | number>;

export const path = (d: string, fill: string, more: More = {}): Svg =>
  `<path d="${d}" fill="${fill}"${attributes(more)}/>`;

export const line = (d: string, stroke: string, width: number, more: More = {}): Svg =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${r2(width)}" stroke-linecap="round" stroke-linejoin="round"${attributes(more)}/>`;

export const ellipse = (cx: number, cy: number, rx: number, ry: number, fill: string, more: More = {}): Svg =>
  `<ellipse cx="${r2(cx)}" cy="${r2(cy)}" rx="${r2(rx)}" ry="${r2(ry)}" fill="${fill}"${attributes(more)}/>`;

export const circle = (cx: number, cy: number, r: number, fill: string, more: More = {}): Svg =>
  ellipse(cx, cy, r, r, fill, more);

export const rect = (
  x: number,
  y: number,
  w: number,
  h: number,
  fill: string,
  rx = 0,
  more: More = {},
): Svg =>
  `<rect x="${r2(x)}" y="${r2(y)}" width="${r2(w)}" height="${r2(h)}" rx="${r2(rx)}" fill="${fill}"${attributes(more)}/>`;

export const group = (transform: string, ...children: Svg[]): Svg =>
  `<g transform="${transform}">${children.join("")}</g>`;

export const move = (x: number, y: number, ...children: Svg[]): Svg =>
  group(`translate(${r2(x)} ${r2(y)})`, ...children);

/** Outlines as path data, for `lit` and `clipped`. */
export const ellipseD = (cx: number, cy: number, rx: number, ry: number): string =>
  `M${r2(cx - rx)} ${r2(cy)}a${r2(rx)} ${r2(ry)} 0 1 0 ${r2(2 * rx)} 0a${r2(rx)} ${r2(ry)} 0 1 0 ${r2(-2 * rx)} 0Z`;

export const rectD = (x: number, y: number, w: number, h: number, r = 0): string => {
  const k = Math.min(r, w / 2, h / 2);
  return (
    `M${r2(x + k)} ${r2(y)}h${r2(w - 2 * k)}a${r2(k)} ${r2(k)} 0 0 1 ${r2(k)} ${r2(k)}v${r2(h - 2 * k)}` +
    `a${r2(k)} ${r2(k)} 0 0 1 ${r2(-k)} ${r2(k)}h${r2(2 * k - w)}a${r2(k)} ${r2(k)} 0 0 1 ${r2(-k)} ${r2(-k)}` +
    `v${r2(2 * k - h)}a${r2(k)} ${r2(k)} 0 0 1 ${r2(k)} ${r2(-k)}Z`
  );
};

export const polygonD = (points: readonly Point[]): string =>
  `M${points.map(([x, y]) => `${r2(x)} ${r2(y)}`).join("L")}Z`;

const frames = new Map<string, string>();

/** A rectangle a little larger than the outline. Kept tight: resvg fails on nested layers much larger than the picture. */
function frameD(d: string): string {
  let frame = frames.get(d);
  if (frame === undefined) {
    const box = new Resvg(
      `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="${d}"/></svg>`,
    ).getBBox();
    if (!box) throw new Error(`an empty outline: ${d}`);
    frame = rectD(box.x - 8, box.y - 8, box.width + 16, box.height + 16);
    frames.set(d, frame);
  }
  return frame;
}

let clips = 0;

/** Draw children only inside the outline `d`. */
export function clipped(d: string, ...children: Svg[]): Svg {
  const id = `c${clips++}`;
  return `<clipPath id="${id}"><path d="${d}"/></clipPath><g clip-path="url(#${id})">${children.join("")}</g>`;
}

export interface Light {
  /** Width of the lighter rim on the upper left, px. */
  high?: number;
  /** Width of the darker rim on the lower right, px. */
  low?: number;
  tint?: number;
  shade?: number;
}

/**
 * The house style in one function: a flat shape, lit from the upper left.
 * The rims are the shape minus itself moved, so they follow any outline.
 */
export function lit(d: string, colour: string, light: Light = {}, ...inside: Svg[]): Svg {
  const { high = 1.6, low = 2.6 } = light;
  const hole = `${frameD(d)}${d}`;
  const rim = (dx: number, dy: number, fill: string): Svg =>
    `<path d="${hole}" fill-rule="evenodd" fill="${fill}" transform="translate(${r2(dx)} ${r2(dy)})"/>`;
  return (
    path(d, colour) +
    clipped(
      d,
      high > 0 ? rim(high, high, tint(colour, light.tint ?? 0.32)) : "",
      low > 0 ? rim(-low, -low * 0.9, shade(colour, light.shade ?? 0.17)) : "",
      ...inside,
    )
  );
}

/** The soft shadow where something touches the ground. Two flat steps read as soft and stay small in PNG. */
export const contact = (cx: number, cy: number, rx: number, ry: number): Svg =>
  ellipse(cx, cy, rx, ry, SHADE, { "fill-opacity": 0.1 }) +
  ellipse(cx, cy, rx * 0.84, ry * 0.8, SHADE, { "fill-opacity": 0.13 });

export interface Sprite {
  name: string;
  width: number;
  height: number;
  body: Svg;
}
