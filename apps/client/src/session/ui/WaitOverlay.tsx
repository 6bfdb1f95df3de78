import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { useBorrowedFocus } from "../../app/ui/useBorrowedFocus.ts";
import { CharacterView } from "../../world/ui/CharacterView.tsx";

interface WaitOverlayProps {
  title: string;
  /** Why one waits: said at once, and again when it changes. */
  why?: string;
  /** Beside "Cancel". */
  action?: ComponentChildren;
  onCancel(): void;
  children?: ComponentChildren;
}

/** Dims what is behind it and says what is being waited for, with a way out. */
export function WaitOverlay({ title, why, action, onCancel, children }: WaitOverlayProps) {
  const { profile } = useApp().client;
  const box = useRef<HTMLDivElement>(null);
  const whyId = useId();
  useBorrowedFocus(() => box.current);
  return (
    <div class="scrim scrim-wait">
      {/* biome-ignore lint/a11y/useSemanticElements: a native modal would silence the status "Connection". */}
      <div
        ref={box}
        class="panel wait"
        role="group"
        aria-label={title}
        aria-describedby={why && whyId}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === "Escape") onCancel();
        }}
      >
        <div class="wait-walker" aria-hidden="true">
          <CharacterView colour={profile.colour.value} hat={profile.hat.value} scale={1.3} />
        </div>
        <h2>{title}</h2>
        {why && (
          <p id={whyId} aria-live="polite">
            {why}
          </p>
        )}
        {children}
        <div class="form-actions">
          <Button onClick={onCancel}>Cancel</Button>
          {action}
        </div>
      </div>
    </div>
  );
}
