import { deflateSync } from "node:zlib";
import { Resvg } from "@resvg/resvg-js";
import type { Svg } from "./svg.ts";

/** Straight-alpha RGBA pixels. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

export const createPicture = (width: number, height: number): Picture => ({
  width,
  height,
  data: new Uint8Array(width * height * 4),
});

/** Draw SVG text of `width` x `height` px, `scale` times as large. */
export function renderSvg(body: Svg, width: number, height: number, scale: number): Picture {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body}</svg>`;
  const image = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { loadSystemFonts: false },
  }).render();
  // resvg hands out premultiplied colour; PNG wants it straight.
  const data = new Uint8Array(image.pixels);
  for (let i = 0; i < data.length; i += 4) {
    const a = data[i + 3] ?? 0;
    if (a === 0 || a === 255) continue;
    for (let c = i; c < i + 3; c++) data[c] = Math.min(255, Math.round(((data[c] ?? 0) * 255) / a));
  }
  return { width: image.width, height: image.height, data };
}

/** Copy `source` into `target` at x, y, repeating its outermost pixels `extrude` px outwards. */
export function blit(target: Picture, source: Picture, x: number, y: number, extrude = 0): void {
  for (let dy = -extrude; dy < source.height + extrude; dy++) {
    const sy = Math.min(source.height - 1, Math.max(0, dy));
    for (let dx = -extrude; dx < source.width + extrude; dx++) {
      const sx = Math.min(source.width - 1, Math.max(0, dx));
      const from = (sy * source.width + sx) * 4;
      target.data.set(source.data.subarray(from, from + 4), ((y + dy) * target.width + x + dx) * 4);
    }
  }
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, "latin1");
  out.set(data, 8);
  let crc = 0xffffffff;
  for (const byte of out.subarray(4, 8 + data.length)) crc = (CRC[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 8 + data.length);
  return out;
}

/** An RGBA PNG. Rows are stored unfiltered: flat art repeats itself, and deflate finds that best in plain pixels. */
export function encodePng({ width, height, data }: Picture): Buffer {
  const stride = width * 4;
  const raw = new Uint8Array((stride + 1) * height);
  for (let y = 0; y < height; y++) raw.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(raw, { level: 9, memLevel: 9 })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}
