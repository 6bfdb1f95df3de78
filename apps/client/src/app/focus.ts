/** Moving the focus between the game and the interface around it. */

export function gameCanvas(): HTMLCanvasElement | null {
  return document.querySelector<HTMLCanvasElement>("#game canvas");
}

/** Whether the keys belong to the game: nothing of the interface has the focus. */
export function isGameFocused(): boolean {
  const focused = document.activeElement;
  return focused === null || focused === document.body || focused === gameCanvas();
}

/** Give the keys back to the game. */
export function focusGame(): void {
  const canvas = gameCanvas();
  if (canvas) canvas.focus({ preventScroll: true });
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** What has the focus, as far as it says which keys it takes. */
interface Focused {
  readonly tagName: string;
  /** Of an input. */
  readonly type?: string;
  readonly isContentEditable?: boolean;
}

/** Inputs that nothing is typed into. */
const UNTYPED: ReadonlySet<string> = new Set([
  "radio",
  "checkbox",
  "range",
  "color",
  "file",
  "button",
  "submit",
  "reset",
  "image",
]);

/** Whether what is typed now becomes text, or chooses from a list by its letters. */
export function isWritingIn(element: Focused | null): boolean {
  if (!element) return false;
  const { tagName, type = "text", isContentEditable = false } = element;
  if (tagName === "INPUT") return !UNTYPED.has(type);
  return isContentEditable || tagName === "TEXTAREA" || tagName === "SELECT";
}

/**
 * Whether an element of the interface has a use of its own for a key. A button and a checkbox take Space, a slider and a
 * scrolled list their arrows; letters and Shift mean nothing to them, and are the game's.
 *
 * @param code as in `KeyboardEvent.code`
 */
export function takesKey(element: Focused, code: string): boolean {
  return isWritingIn(element) || code === "Space" || code.startsWith("Arrow");
}
