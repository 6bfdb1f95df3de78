import type { ComponentChildren } from "preact";
import { type SectionName, toggled } from "../DebugTools.ts";
import { useDebug } from "./DebugContext.ts";

interface SectionProps {
  name: SectionName;
  title: string;
  /** Beside the title. */
  note?: string;
  children: ComponentChildren;
}

/** A part of the overlay that can be folded away, and then costs nothing. */
export function Section({ name, title, note, children }: SectionProps) {
  const { openSections } = useDebug();
  const isOpen = openSections.value.has(name);
  return (
    <details
      class="debug-section"
      open={isOpen}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open !== openSections.peek().has(name)) {
          openSections.value = toggled(openSections.peek(), name);
        }
      }}
    >
      <summary>
        {title}
        {note && <span class="debug-note">{note}</span>}
      </summary>
      {isOpen && children}
    </details>
  );
}
