export type Measure = (text: string) => number;

const ELLIPSIS = "…";
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const BUBBLE_MIN_MS = 4_000;
const BUBBLE_MAX_MS = 7_000;
const BUBBLE_MS_PER_CHARACTER = 45;

/** How long a bubble of this text stays readable on screen. */
export function bubbleMs(text: string): number {
  return Math.min(BUBBLE_MIN_MS + text.length * BUBBLE_MS_PER_CHARACTER, BUBBLE_MAX_MS);
}

/** The text, or as much of it as fits with an ellipsis. Never cuts a character of several code points. */
export function ellipsize(text: string, maxWidth: number, measure: Measure): string {
  return measure(text) <= maxWidth ? text : cut(text, maxWidth, measure);
}

/** The text in lines no wider than this; what does not fit the last line ends in an ellipsis. */
export function wrapText(text: string, maxWidth: number, maxLines: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/u).filter(Boolean)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (measure(longer) <= maxWidth) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (measure(line) > maxWidth && lines.length <= maxLines) {
      const head = longestPrefix(line, maxWidth, measure);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  if (line !== "") lines.push(line);
  if (lines.length <= maxLines) return lines;
  const last = lines[maxLines - 1] ?? "";
  return [...lines.slice(0, maxLines - 1), cut(last, maxWidth, measure)];
}

function cut(text: string, maxWidth: number, measure: Measure): string {
  const room = (prefix: string) => measure(prefix + ELLIPSIS);
  return longestPrefix(text, maxWidth, room).trimEnd() + ELLIPSIS;
}

/** At least one character, so that a caller who loops always gets further. */
function longestPrefix(text: string, maxWidth: number, measure: Measure): string {
  let prefix = "";
  for (const { segment } of graphemes.segment(text)) {
    if (prefix !== "" && measure(prefix + segment) > maxWidth) break;
    prefix += segment;
  }
  return prefix;
}
