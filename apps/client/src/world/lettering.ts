/** The world's text: the interface's font, on the world's own plates. */
const FAMILY = '"Nunito Variable", Nunito, system-ui, sans-serif';
export const PLATE_FONT = `800 13px ${FAMILY}`;
export const BUBBLE_FONT = `700 13px ${FAMILY}`;

export const INK = "#1f2430";
export const PAPER = "#fff8ec";
export const SUN = "#ffc94d";

const ruler = (() => {
  let context: CanvasRenderingContext2D | null = null;
  return () => {
    context ??= document.createElement("canvas").getContext("2d");
    if (!context) throw new Error("this browser draws no canvas");
    return context;
  };
})();

/** Width of a text in this font, in the units of its size. */
export function measureIn(font: string): (text: string) => number {
  const context = ruler();
  return (text) => {
    context.font = font;
    return context.measureText(text).width;
  };
}

/** Fonts load when first needed, script by script: draw at once with what is there, and again when they are. */
export function whenFontLoads(font: string, text: string, redraw: () => void): void {
  if (document.fonts.check(font, text)) return;
  document.fonts.load(font, text).then(redraw, (error: unknown) => {
    console.warn("the font for the world's text did not load, another is used", error);
  });
}
