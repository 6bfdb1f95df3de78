import type { ComponentChildren } from "preact";

interface ToggleProps {
  isOn: boolean;
  /** What it is, for whoever points at it. */
  hint?: string;
  onClick(): void;
  children: ComponentChildren;
}

/** A button that stays down. */
export function Toggle({ isOn, hint, onClick, children }: ToggleProps) {
  return (
    <button type="button" class="debug-button" title={hint} aria-pressed={isOn} onClick={onClick}>
      {children}
    </button>
  );
}
