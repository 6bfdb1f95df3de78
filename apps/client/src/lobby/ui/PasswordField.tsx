import { useSignal } from "@preact/signals";
import { PASSWORD_MAX } from "@tagalong/shared/lobby/rules.ts";
import type { ComponentChildren } from "preact";
import { Button } from "../../app/ui/Button.tsx";
import { Field } from "../../app/ui/Field.tsx";

interface PasswordFieldProps {
  id: string;
  value: string;
  hint?: string;
  error?: ComponentChildren;
  onText(value: string): void;
}

/**
 * A room's password is a word shared among friends, not an account's secret: a text box (which has a role that
 * assistive technology knows, and which no password manager fills), covered until the player wants to see it.
 */
export function PasswordField(props: PasswordFieldProps) {
  const isShown = useSignal(false);
  return (
    <Field
      {...props}
      label="Password"
      class={isShown.value ? "" : "field-covered"}
      autoComplete="off"
      autoCapitalize="none"
      spellcheck={false}
      maxLength={PASSWORD_MAX}
      enterKeyHint="go"
    >
      <Button
        size="small"
        aria-pressed={isShown.value}
        onClick={() => {
          isShown.value = !isShown.value;
        }}
      >
        {isShown.value ? "Hide" : "Show"}
      </Button>
    </Field>
  );
}
