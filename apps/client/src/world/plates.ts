/** Where something lies over the world, in units of text. */
export interface Box {
  /** Its middle. */
  x: number;
  bottom: number;
  width: number;
  height: number;
}

/** A name plate as the rule sees it: where it lies, and how much it matters. */
export interface PlateBox extends Box {
  /** From oneself to whose it is (u). */
  distance: number;
  isSelf: boolean;
  /** There is a bubble over it: one wants to know whose. */
  isSpeaking: boolean;
  /** As decided in the frame before. */
  isShown: boolean;
}

export const PLATE_HEIGHT = 20;
/** A plate appears where there is this much space around it, and goes once it lies over another by this much. */
const SLACK = 3;
/** A shown plate gives way to another only when that one is nearer by this (u): names do not take turns. */
const HOLD = 40;
/** Further apart than any two players: what sets the ranks apart. */
const FAR = 1e6;

/**
 * Which name plates are shown, so that none covers another: one's own, then those of whoever speaks, then the nearest.
 * Nor is one shown, other than one's own, that a bubble would cover a part of.
 *
 * Called in every frame. Nobody's plate flickers: as long as nothing moves, the answer to its own answer is the same.
 *
 * @param plates in any lasting order, which decides between equals
 * @returns whether each is shown, in the same order
 */
export function choosePlates(plates: readonly PlateBox[], bubbles: readonly Box[] = []): boolean[] {
  const ranks = plates.map(rankOf);
  const order = plates.map((_, index) => index).sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0) || a - b);
  const taken: Box[] = [...bubbles];
  const answer = plates.map(() => false);
  for (const index of order) {
    const plate = plates[index];
    if (!plate || (!plate.isSelf && taken.some((other) => isInTheWay(plate, other)))) continue;
    taken.push(plate);
    answer[index] = true;
  }
  return answer;
}

/** The lower, the sooner a plate is shown. */
function rankOf({ isSelf, isSpeaking, isShown, distance }: PlateBox): number {
  if (isSelf) return Number.NEGATIVE_INFINITY;
  return (isSpeaking ? 0 : FAR) + distance - (isShown ? HOLD : 0);
}

function isInTheWay(plate: PlateBox, other: Box): boolean {
  const gap = plate.isShown ? -SLACK : SLACK;
  const apartY = plate.bottom - plate.height / 2 - (other.bottom - other.height / 2);
  return (
    Math.abs(plate.x - other.x) < (plate.width + other.width) / 2 + gap &&
    Math.abs(apartY) < (plate.height + other.height) / 2 + gap
  );
}
