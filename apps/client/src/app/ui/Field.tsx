import type { ComponentChildren, ComponentProps } from "preact";

type InputProps = Pick<
  ComponentProps<"input">,
  "autoCapitalize" | "autoComplete" | "enterKeyHint" | "maxLength" | "onBlur" | "placeholder" | "spellcheck"
>;

export interface FieldProps extends InputProps {
  id: string;
  label: string;
  value: string;
  class?: string;
  /** Said under the box, and read with it. */
  hint?: string;
  error?: ComponentChildren;
  onText(value: string): void;
  /** Beside the box, on its line. */
  children?: ComponentChildren;
}

/** A labelled box to type in, with its hint or what is wrong with it. */
export function Field({ id, label, hint, error, onText, children, class: extra, ...input }: FieldProps) {
  const noteId = `${id}-note`;
  const hasNote = Boolean(error ?? hint);
  return (
    <div class={`field ${extra ?? ""}`}>
      <label for={id}>{label}</label>
      <div class="field-row">
        <input
          {...input}
          type="text"
          id={id}
          aria-describedby={hasNote ? noteId : undefined}
          aria-invalid={error ? "true" : undefined}
          onInput={(event) => onText(event.currentTarget.value)}
        />
        {children}
      </div>
      {hasNote && (
        <div id={noteId} class={error ? "field-error" : "field-hint"}>
          {error ?? hint}
        </div>
      )}
    </div>
  );
}
