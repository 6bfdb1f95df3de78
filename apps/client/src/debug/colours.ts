/** A custom property of the page's style sheets that holds a colour, as `#rrggbb`. */
export type ColourToken = "--coral" | "--grass" | "--ink" | "--paper" | "--stone" | "--sun" | "--water";

/** What is drawn on a canvas has the colours of the rest of the interface. */
export function colourOf(token: ColourToken): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

/** The same as a number, as Phaser takes it. */
export function colourNumber(token: ColourToken): number {
  return Number.parseInt(colourOf(token).slice(1), 16);
}
