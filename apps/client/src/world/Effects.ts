import type Phaser from "phaser";
import { type Art, CHARACTERS } from "./art.ts";

const EFFECTS = {
  poof: { pictures: 5, pictureMs: 75 },
  sparkle: { pictures: 4, pictureMs: 110 },
  dust: { pictures: 3, pictureMs: 80 },
} as const;
export type Effect = keyof typeof EFFECTS;

interface Playing {
  readonly image: Phaser.GameObjects.Image;
  effect: Effect;
  startedAt: number;
  picture: number;
  free: boolean;
}

/** Short animations that play once, from a pool that grows to the most ever seen at a time. */
export class Effects {
  readonly #art: Art;
  readonly #pool: Playing[] = [];

  constructor(art: Art) {
    this.#art = art;
  }

  /** @param depth what it is drawn among: the feet's y of whoever caused it */
  play(effect: Effect, x: number, y: number, depth: number, now: number): void {
    const playing = this.#pool.find(({ free }) => free) ?? this.#grow();
    playing.free = false;
    playing.effect = effect;
    playing.startedAt = now;
    playing.picture = -1;
    playing.image.setPosition(x, y).setDepth(depth).setVisible(true);
    this.#show(playing, 0);
  }

  update(now: number): void {
    for (const playing of this.#pool) {
      if (playing.free) continue;
      const { pictures, pictureMs } = EFFECTS[playing.effect];
      const picture = Math.floor((now - playing.startedAt) / pictureMs);
      if (picture < pictures) {
        this.#show(playing, picture);
      } else {
        playing.free = true;
        playing.image.setVisible(false);
      }
    }
  }

  #show(playing: Playing, picture: number): void {
    if (playing.picture === picture) return;
    playing.picture = picture;
    // Every picture has its own size: the origin follows it.
    playing.image.setFrame(`${playing.effect}/${picture}`);
  }

  #grow(): Playing {
    const image = this.#art.image(CHARACTERS, "dust/0");
    const playing: Playing = { image, effect: "dust", startedAt: 0, picture: -1, free: true };
    this.#pool.push(playing);
    return playing;
  }
}
