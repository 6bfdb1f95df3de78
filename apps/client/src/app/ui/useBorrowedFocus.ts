import { useLayoutEffect } from "preact/hooks";

/**
 * For what lies over the rest of the page: takes the focus when it appears, and gives it back to whoever had it when it
 * goes.
 *
 * @param find what is to have the focus meanwhile
 */
export function useBorrowedFocus(find: () => HTMLElement | null | undefined): void {
  // Before the page is drawn: what is out of reach behind it has lost the focus by then.
  useLayoutEffect(() => {
    const before = document.activeElement;
    find()?.focus();
    return () => {
      // Once all of the page is as it will be: until then what lies behind is out of reach still.
      queueMicrotask(() => {
        if (before instanceof HTMLElement && isWithinReach(before)) before.focus();
      });
    };
  }, []);
}

/** Whoever was in the square may be in the menu now, or wait for something else. */
function isWithinReach(element: HTMLElement): boolean {
  return element.isConnected && !element.closest("[inert], [aria-hidden=true]");
}
