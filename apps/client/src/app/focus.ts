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

/** Whether what is typed now becomes text. */
export function isWritingIn(element: Element | null): boolean {
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLInputElement && !["radio", "checkbox", "button"].includes(element.type))
  );
}
