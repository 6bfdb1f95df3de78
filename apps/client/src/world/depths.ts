/** What is drawn over what. Everything that stands on the ground has the y of its feet as depth. */
export const Depth = {
  GROUND: -400,
  OVERLAY: -300,
  SHADOW: -200,
  RING: -100,
  CLOUDS: 100_000,
  /** Plus the feet's y, as below. */
  MARKS: 200_000,
  PLATES: 300_000,
  BUBBLES: 400_000,
  DEBUG: 500_000,
  /** Added for what belongs to oneself: nobody's name covers one's own. */
  SELF: 10_000,
  /** Added for a plate that is shown: one that fades away does so behind it. */
  SHOWN: 5_000,
} as const;
