import type { MoveControls } from "@tagalong/shared/world/movement.ts";
import { isWritingIn, takesKey } from "../app/focus.ts";
import { HeldKeys, isGameKey } from "./controls.ts";

const STILL: MoveControls = { dx: 0, dy: 0, dash: 0 };

/** Listens to the page's keys and leaves to every other element the keys that are its own. */
export class Keyboard {
  readonly #canvas: HTMLCanvasElement;
  readonly #held = new HeldKeys();
  readonly #listening = new AbortController();
  #enabled = false;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    const { signal } = this.#listening;
    const releaseAll = () => this.#held.releaseAll();
    window.addEventListener("keydown", (event) => this.#onDown(event), { signal });
    window.addEventListener("keyup", (event) => this.#onUp(event), { signal });
    // After each of these a key can come up without anyone telling us.
    window.addEventListener("blur", releaseAll, { signal });
    window.addEventListener("pagehide", releaseAll, { signal });
    window.addEventListener("contextmenu", releaseAll, { signal });
    document.addEventListener("visibilitychange", releaseAll, { signal });
    document.addEventListener("focusin", () => isWritingIn(document.activeElement) && releaseAll(), {
      signal,
    });
  }

  /** While disabled nothing drives the avatar, and no key is kept from the page. */
  set enabled(enabled: boolean) {
    this.#enabled = enabled;
    if (!enabled) this.#held.releaseAll();
  }

  read(now: number): MoveControls {
    return this.#enabled && !isWritingIn(document.activeElement) ? this.#held.read(now) : STILL;
  }

  dispose(): void {
    this.#listening.abort();
  }

  #onDown(event: KeyboardEvent): void {
    if (!this.#enabled || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      // A shortcut. On a Mac the other keys' ups are never reported while Command is down.
      this.#held.releaseAll();
      return;
    }
    const focused = document.activeElement;
    if (!isGameKey(event.code)) return;
    const onGame = focused === null || focused === document.body || focused === this.#canvas;
    if (!onGame && takesKey(focused, event.code)) return;
    if (onGame) event.preventDefault();
    this.#held.press(event.code, event.timeStamp);
  }

  #onUp(event: KeyboardEvent): void {
    if (event.key === "Meta") this.#held.releaseAll();
    else this.#held.release(event.code);
  }
}
