interface ActionButtonProps {
  /** Where what is on it is too short to be a name. */
  name?: string;
  isPossible: boolean;
  onClick(): void;
  children: string;
}

/** Stays where the focus is while it can do nothing: what is possible changes under the finger. */
export function ActionButton({ name, isPossible, onClick, children }: ActionButtonProps) {
  return (
    <button
      type="button"
      class="debug-button"
      aria-label={name}
      aria-disabled={!isPossible}
      onClick={() => isPossible && onClick()}
    >
      {children}
    </button>
  );
}
