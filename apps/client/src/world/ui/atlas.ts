import { type Signal, signal } from "@preact/signals";

interface Frame {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Where the people's pictures are in their sheet, in its pixels at 1x. */
export interface Atlas {
  width: number;
  height: number;
  frame(name: string): Frame | undefined;
  /** From a body's upper left corner to its hat's, for someone who stands and looks at us. */
  hatX: number;
  hatY: number;
}

interface AtlasFile {
  frames: Record<string, { frame: Frame }>;
  meta: { size: { w: number; h: number } };
}

interface MetaFile {
  anchor: { body: [number, number]; hat: [number, number] };
  hatOffset: Record<string, Record<string, [number, number]>>;
}

/** The sheet that the world draws from too, so the browser has it already or soon. */
export const SHEET_URL = "/art/characters@2x.png";

/** `undefined` until it is loaded; until then a plain shape stands in. */
export const atlas: Signal<Atlas | undefined> = signal(undefined);

export async function loadAtlas(): Promise<void> {
  const [file, meta] = await Promise.all([
    load<AtlasFile>("/art/characters.json"),
    load<MetaFile>("/art/characters.meta.json"),
  ]);
  const [bodyX, bodyY] = meta.anchor.body;
  const [hatX, hatY] = meta.anchor.hat;
  const [offsetX, offsetY] = meta.hatOffset.s?.idle ?? [0, 0];
  atlas.value = {
    width: file.meta.size.w,
    height: file.meta.size.h,
    frame: (name) => file.frames[name]?.frame,
    hatX: bodyX + offsetX - hatX,
    hatY: bodyY + offsetY - hatY,
  };
}

async function load<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json() as Promise<T>;
}
