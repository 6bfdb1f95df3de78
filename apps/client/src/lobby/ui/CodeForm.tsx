import { useSignal } from "@preact/signals";
import { CODE_ALPHABET, CODE_LENGTH, parseRoomCode } from "@tagalong/shared/lobby/codes.ts";
import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Field } from "../../app/ui/Field.tsx";
import { RefusalAlert } from "../../session/ui/RefusalAlert.tsx";
import { usePlacedRefusal } from "../../session/ui/usePlacedRefusal.ts";

export function CodeForm() {
  const { client, ui } = useApp();
  const isBad = useSignal(false);
  const refusal =
    usePlacedRefusal("code") ?? (isBad.value ? ({ reason: "lobby/bad_code" } as const) : undefined);
  return (
    <form
      class="code-form"
      onSubmit={(event) => {
        event.preventDefault();
        const code = parseRoomCode(ui.code.value);
        isBad.value = code === undefined;
        if (!code) return void document.getElementById("room-code")?.focus();
        const invitation = ui.invitation.value;
        ui.joinCode(code, "code", invitation?.code === code ? invitation.password : undefined);
      }}
    >
      <Field
        id="room-code"
        class="code-field"
        label="Room code"
        value={ui.code.value}
        placeholder={CODE_ALPHABET.slice(0, CODE_LENGTH)}
        autoComplete="off"
        autoCapitalize="characters"
        spellcheck={false}
        maxLength={12}
        enterKeyHint="go"
        error={refusal && <RefusalAlert inline refusal={refusal} />}
        onText={(text) => {
          ui.code.value = text.toUpperCase();
          isBad.value = false;
          if (refusal) client.dismissRefusal();
        }}
      >
        <Button type="submit">Join by code</Button>
      </Field>
    </form>
  );
}
