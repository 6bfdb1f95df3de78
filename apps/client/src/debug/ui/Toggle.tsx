import type { ComponentChildren } from "preact";

interface ToggleProps {
  isOn: boolean;
  onClick(): void;
  children: ComponentChildren;
}

/** A button that stays down. */
export function Toggle({ isOn, onClick, children }: ToggleProps) {
  return (
    <button type="button" class="debug-button" aria-pressed={isOn} onClick={onClick}>
      {children}
    </button>
  );
}
