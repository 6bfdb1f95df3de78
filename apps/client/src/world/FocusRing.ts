import { isGameKey } from "./controls.ts";

/** Keys that bring the focus to the game from elsewhere in the page, or back to it. */
const LEADS_HERE: ReadonlySet<string> = new Set(["Tab", "Escape"]);

/**
 * Whether the game shows that it has the focus. Whoever comes to it by keyboard must see where they are, until they play:
 * then they see it by what they do, and a frame around the square would be in the way. Who is led here by the game itself,
 * after joining or sending a line, was not looking for the focus.
 */
export class FocusRing {
  readonly #canvas: HTMLCanvasElement;
  readonly #parent: HTMLElement;
  readonly #listening = new AbortController();
  /** One of these is down. */
  #isOnTheWay = false;

  constructor(canvas: HTMLCanvasElement, parent: HTMLElement) {
    this.#canvas = canvas;
    this.#parent = parent;
    const { signal } = this.#listening;
    const onKey = ({ type, key, code, altKey }: KeyboardEvent) => {
      this.#isOnTheWay = type === "keydown" && LEADS_HERE.has(key) && !altKey;
      if (type === "keydown" && isGameKey(code)) this.#show(false);
    };
    // Before anybody moves the focus on its account.
    window.addEventListener("keydown", onKey, { signal, capture: true });
    window.addEventListener("keyup", onKey, { signal, capture: true });
    const onPointer = () => {
      this.#isOnTheWay = false;
      this.#show(false);
    };
    window.addEventListener("pointerdown", onPointer, { signal, capture: true });
    canvas.addEventListener("focus", () => this.#show(this.#isOnTheWay), { signal });
    canvas.addEventListener("blur", () => this.#show(false), { signal });
  }

  dispose(): void {
    this.#listening.abort();
    this.#show(false);
  }

  #show(isShown: boolean): void {
    this.#parent.classList.toggle("has-focus-ring", isShown && document.activeElement === this.#canvas);
  }
}
