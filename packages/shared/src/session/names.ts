import type { Reason } from "./reasons.ts";

export const NAME_MIN = 2;
export const NAME_MAX = 16;

/** Visible characters, counted as a reader would: an emoji with its modifiers is one. */
export function visibleLength(text: string): number {
  return [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].length;
}

/**
 * A name as it will be stored: NFC, inner runs of white space as one space, no white space around it.
 * Control characters are left in, so that {@link checkName} can refuse them by name.
 */
export function cleanName(name: string): string {
  return name
    .normalize("NFC")
    .replace(/[\p{Zs}\t\r\n]+/gu, " ")
    .trim();
}

/** Whether a reader would see anything at all: not so for spaces, marks alone and letters that are blank. */
export function isBlank(text: string): boolean {
  return !/[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);
}

/**
 * Characters that show nothing or change the text around them: controls, formats (zero-width, bidirectional
 * overrides), private use, unassigned, line separators, and the blank letters that fake an empty name.
 * The joiner inside an emoji (U+200D between pictographs) and the emoji variation selector are allowed.
 */
const INVISIBLE =
  /(?!\uFE0F|(?<=\p{Extended_Pictographic}\uFE0F?\p{Emoji_Modifier}?)\u200D(?=\p{Extended_Pictographic}))[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** More than this many code points in 16 visible characters is a stack of marks, not a name. */
const CODE_POINTS_MAX = 64;

/**
 * Marks that draw over their neighbours: alone, twice the same, more than two accents on one letter, or more
 * of any kind than a script needs. Burmese has four on the one syllable of its word for "town".
 */
const STACKED_MARKS = /^\p{M}|(\p{M})\1|(?:(?=\p{M})\p{Script=Inherited}){3,}|\p{M}{5,}/u;

/** Why a cleaned name cannot be used, or `undefined`. Whether it is free is the room's to say. */
export function checkName(name: string): Reason | undefined {
  if (INVISIBLE.test(name)) return "name/bad_characters";
  if (STACKED_MARKS.test(name)) return "name/bad_characters";
  const length = visibleLength(name);
  if (length < NAME_MIN) return "name/too_short";
  if (length > NAME_MAX || [...name].length > CODE_POINTS_MAX) return "name/too_long";
  return undefined;
}

/**
 * Look-alikes of the letters and digits that players use to copy a name, after case folding and NFKD.
 * A selection of the single-character prototypes in Unicode's confusables.txt (UTS #39), by target.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: "аαɑ4@",
  b: "ьвƅβß8",
  c: "сϲᴄ",
  d: "ԁɗ",
  e: "еҽεєз3",
  f: "ƒ",
  g: "ɡց9",
  h: "һհн",
  i: "іıιɩӏl1|!",
  j: "јϳ",
  k: "кκ",
  m: "мμ",
  n: "ոпη",
  o: "оοօσς0",
  p: "рρ",
  q: "ԛզ",
  r: "гᴦ",
  s: "ѕꜱ5$",
  t: "тτ7",
  u: "υսцᴜ",
  v: "νѵᴠ",
  w: "ѡԝωш",
  x: "хχ×",
  y: "уγү",
  z: "ᴢζ2",
};
const PROTOTYPE: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([letter, likes]) => [...likes].map((like) => [like, letter] as const)),
);

/**
 * The key under which names are unique: two names that a player could mistake for each other have the same
 * key. Folds case, compatibility forms, accents, spaces and punctuation, and look-alike letters.
 */
export function foldName(name: string): string {
  const folded = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}\p{Z}\p{Cf}]/gu, "");
  const key = [...folded].map((char) => PROTOTYPE.get(char) ?? char).join("");
  const letters = key.replace(/[\p{P}\p{S}]/gu, "");
  // A name of symbols only keeps them: otherwise all of those would be the same name.
  return letters === "" ? key : letters.replaceAll("rn", "m").replaceAll("vv", "w");
}

/**
 * A free name close to the wanted one: `Ann` → `Ann 2`, cut so that it fits. Always finds one: a room holds
 * fewer players than there are numbers to try.
 *
 * @param isFree told whether a cleaned name is free
 */
export function suggestName(name: string, isFree: (name: string) => boolean): string {
  const parts = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name)];
  for (let number = 2; ; number++) {
    const suffix = ` ${number}`;
    const kept = parts.slice(0, NAME_MAX - suffix.length).map(({ segment }) => segment);
    // Few characters can be many code points: without this, no number would ever make such a name fit.
    while ([...kept.join("")].length > CODE_POINTS_MAX - suffix.length) kept.pop();
    const candidate = cleanName(`${kept.join("")}${suffix}`);
    if (isFree(candidate)) return candidate;
  }
}
