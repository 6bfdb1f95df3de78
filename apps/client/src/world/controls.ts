import type { MoveControls } from "@tagalong/shared/world/movement.ts";

type Action = "left" | "right" | "up" | "down" | "dash";

/** By place on the keyboard, not by letter: WASD is where the hand lies on every layout. */
const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ["ArrowLeft", "left"],
  ["ArrowRight", "right"],
  ["ArrowUp", "up"],
  ["ArrowDown", "down"],
  ["KeyA", "left"],
  ["KeyD", "right"],
  ["KeyW", "up"],
  ["KeyS", "down"],
  ["ShiftLeft", "dash"],
  ["ShiftRight", "dash"],
  ["Space", "dash"],
]);

/** A tap shorter than a tick must still reach one: between fast frames it lasts this long (ms). */
const MIN_HOLD_MS = 50;

/** Whether this key, by `KeyboardEvent.code`, drives the avatar. */
export function isGameKey(code: string): boolean {
  return ACTIONS.has(code);
}

/** Turns keys going down and up into one tick's controls. Knows no DOM and no clock. */
export class HeldKeys {
  readonly #down = new Set<string>();
  /** Until when an action counts as held after its key came up again (ms). */
  readonly #until = new Map<Action, number>();
  /** Pressed since the last reading: between slow frames a tap lasts until it is seen. */
  readonly #unread = new Set<Action>();
  readonly #controls = { dx: 0, dy: 0, dash: 0 };
  #now = 0;

  press(code: string, now: number): void {
    const action = ACTIONS.get(code);
    if (action === undefined || this.#down.has(code)) return;
    this.#down.add(code);
    this.#until.set(action, now + MIN_HOLD_MS);
    this.#unread.add(action);
  }

  release(code: string): void {
    this.#down.delete(code);
  }

  /** For every moment after which a key may come up unseen: focus lost, typing begins, a menu opens. */
  releaseAll(): void {
    this.#down.clear();
    this.#until.clear();
    this.#unread.clear();
  }

  /** The controls at this moment. The object is reused: read it, do not keep it. */
  read(now: number): MoveControls {
    this.#now = now;
    this.#controls.dx = this.#held("right") - this.#held("left");
    this.#controls.dy = this.#held("down") - this.#held("up");
    this.#controls.dash = this.#held("dash");
    this.#unread.clear();
    return this.#controls;
  }

  #held(action: Action): 0 | 1 {
    if (this.#unread.has(action) || (this.#until.get(action) ?? 0) > this.#now) return 1;
    for (const code of this.#down) if (ACTIONS.get(code) === action) return 1;
    return 0;
  }
}
