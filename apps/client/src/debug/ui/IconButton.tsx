const SIGNS = {
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  up: "M6 15l6-6 6 6",
  down: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
} as const;

interface IconButtonProps {
  name: string;
  sign: keyof typeof SIGNS;
  isExpanded?: boolean;
  onClick(): void;
}

/** A small square button of the overlay's header. */
export function IconButton({ name, sign, isExpanded, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      class="debug-button debug-square"
      aria-label={name}
      title={name}
      aria-expanded={isExpanded}
      onClick={onClick}
    >
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d={SIGNS[sign]} />
      </svg>
    </button>
  );
}
