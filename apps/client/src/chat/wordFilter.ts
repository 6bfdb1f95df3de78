import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from "obscenity";

const matcher = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });

/**
 * The text with each rude word covered by stars, one per letter. The reader's choice, so it happens here:
 * the server sends what was said.
 */
export function filterWords(text: string): string {
  const chars = [...text];
  // Matches count UTF-16 units and include the last one.
  const covered = new Set<number>();
  for (const { startIndex, endIndex } of matcher.getAllMatches(text)) {
    for (let i = startIndex; i <= endIndex; i++) covered.add(i);
  }
  if (covered.size === 0) return text;
  let at = 0;
  return chars
    .map((char) => {
      const isCovered = covered.has(at);
      at += char.length;
      return isCovered && char !== " " ? "*" : char;
    })
    .join("");
}
