import { DASH_COOLDOWN_TICKS } from "@tagalong/shared/world/tuning.ts";
import type Phaser from "phaser";
import { Depth } from "./depths.ts";

/** In world units. */
const WIDTH = 32;
const HEIGHT = 5;
const BELOW_FEET = 13;
const FADE_MS = 280;

/** A bar under one's own feet that fills until the next dash is ready, and then goes away. */
export class DashMeter {
  readonly #graphics: Phaser.GameObjects.Graphics;
  #drawnTicks = -1;
  #readyAt = Number.NEGATIVE_INFINITY;

  constructor(scene: Phaser.Scene) {
    this.#graphics = scene.add.graphics().setVisible(false);
  }

  update(x: number, y: number, cooldownTicks: number, now: number): void {
    if (cooldownTicks > 0) this.#readyAt = now;
    const alpha = 1 - (now - this.#readyAt) / FADE_MS;
    this.#graphics.setVisible(alpha > 0);
    if (alpha <= 0) return;
    this.#graphics
      .setPosition(x - WIDTH / 2, y + BELOW_FEET)
      .setDepth(Depth.MARKS + y)
      .setAlpha(alpha);
    if (cooldownTicks !== this.#drawnTicks) this.#draw(cooldownTicks);
  }

  destroy(): void {
    this.#graphics.destroy();
  }

  #draw(cooldownTicks: number): void {
    this.#drawnTicks = cooldownTicks;
    const filled = (1 - Math.min(cooldownTicks / DASH_COOLDOWN_TICKS, 1)) * (WIDTH - 2);
    this.#graphics
      .clear()
      .fillStyle(0x1f2430, 0.75)
      .fillRoundedRect(0, 0, WIDTH, HEIGHT, HEIGHT / 2)
      .fillStyle(cooldownTicks === 0 ? 0xffc94d : 0xfff8ec, 1)
      .fillRect(1, 1, filled, HEIGHT - 2);
  }
}
