import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { useBorrowedFocus } from "./useBorrowedFocus.ts";

interface DialogProps {
  title: string;
  onClose(): void;
  children: ComponentChildren;
}

/**
 * A form over everything else. The shell makes the rest inert; this takes the focus and gives it back.
 * Not a native modal dialog: that would silence the status "Connection", which must always be heard.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const box = useRef<HTMLDivElement>(null);
  const titleId = useId();
  useBorrowedFocus(() => box.current?.querySelector<HTMLElement>("[data-autofocus], input, select, button"));
  return (
    <div class="scrim">
      <div
        ref={box}
        class="panel dialog"
        role="dialog"
        aria-modal="true"
        aria-labelledby={titleId}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onClose();
        }}
      >
        <h2 id={titleId}>{title}</h2>
        {children}
      </div>
    </div>
  );
}
