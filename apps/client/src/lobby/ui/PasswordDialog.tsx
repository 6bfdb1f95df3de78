import { useSignal } from "@preact/signals";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Dialog } from "../../app/ui/Dialog.tsx";
import { RefusalAlert } from "../../session/ui/RefusalAlert.tsx";
import { PasswordField } from "./PasswordField.tsx";

interface PasswordDialogProps {
  /** The room's title, where it is known. */
  room: string | undefined;
  refusal: Refusal | undefined;
  onJoin(password: string): void;
  onClose(): void;
}

export function PasswordDialog({ room, refusal, onJoin, onClose }: PasswordDialogProps) {
  const password = useSignal("");
  // Being asked is no mistake of the player's, and the title says it.
  const mistake = refusal?.reason === "lobby/password_needed" ? undefined : refusal;
  return (
    <Dialog
      title={room ? `“${room}” asks for a password` : "This room asks for a password"}
      onClose={onClose}
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (password.value !== "") onJoin(password.value);
        }}
      >
        <PasswordField
          id="join-password"
          value={password.value}
          error={mistake && <RefusalAlert inline refusal={mistake} />}
          onText={(text) => {
            password.value = text;
          }}
        />
        <div class="form-actions">
          <Button onClick={onClose}>Back</Button>
          <Button kind="primary" type="submit" disabled={password.value === ""}>
            Join
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
