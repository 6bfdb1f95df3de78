import { useSignal } from "@preact/signals";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Dialog } from "../../app/ui/Dialog.tsx";
import { reasonText } from "../../session/reasonTexts.ts";
import type { RosterPlayer } from "./roster.ts";

export function KickDialog({ player }: { player: RosterPlayer }) {
  const { client, ui } = useApp();
  const refusal = useSignal<Refusal | undefined>(undefined);
  const isBusy = useSignal(false);

  async function kick() {
    isBusy.value = true;
    refusal.value = await client.kick(player.sessionId);
    isBusy.value = false;
    if (!refusal.value) ui.closeDialog();
  }
  return (
    <Dialog title={`Remove ${player.name}?`} onClose={() => ui.closeDialog()}>
      <p>They leave at once and cannot come back to this room.</p>
      {refusal.value && (
        <p role="alert" class="field-error">
          {reasonText(refusal.value)}
        </p>
      )}
      <div class="form-actions">
        <Button data-autofocus onClick={() => ui.closeDialog()}>
          Back
        </Button>
        <Button kind="danger" disabled={isBusy.value} onClick={() => void kick()}>
          Kick
        </Button>
      </div>
    </Dialog>
  );
}
