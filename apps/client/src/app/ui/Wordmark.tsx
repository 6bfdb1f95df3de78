import { CharacterView } from "../../world/ui/CharacterView.tsx";

const LETTERS = ["T", "a", "g", "a", "l", "o", "n", "g"] as const;

/** The game's name in cut-paper letters. One of the town's people stands in for the "o". */
export function Wordmark() {
  return (
    <h1 class="wordmark" aria-label="Tagalong">
      {LETTERS.map((letter, index) => (
        <span key={`${index}-${letter}`} aria-hidden="true" class={letter === "o" ? "wordmark-o" : undefined}>
          {letter === "o" ? <CharacterView colour={0} hat={4} scale={0.21} unit="em" /> : letter}
        </span>
      ))}
    </h1>
  );
}
