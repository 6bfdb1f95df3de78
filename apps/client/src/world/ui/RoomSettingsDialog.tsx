import { useSignal } from "@preact/signals";
import { checkTitle, cleanTitle, TITLE_MAX } from "@tagalong/shared/lobby/rules.ts";
import type { Refusal } from "@tagalong/shared/session/reasons.ts";
import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Dialog } from "../../app/ui/Dialog.tsx";
import { Field } from "../../app/ui/Field.tsx";
import { reasonText } from "../../session/reasonTexts.ts";

/** What the leader can change about the room. */
export function RoomSettingsDialog() {
  const { client, ui } = useApp();
  const roster = client.roster.value;
  const title = useSignal(roster?.title ?? "");
  const isLocked = useSignal(roster?.locked ?? false);
  const refusal = useSignal<Refusal | undefined>(undefined);
  const isBusy = useSignal(false);

  async function save() {
    const clean = cleanTitle(title.value);
    const problem = checkTitle(clean);
    if (problem) {
      refusal.value = { reason: problem };
      return;
    }
    isBusy.value = true;
    refusal.value = await client.configure({ title: clean, locked: isLocked.value });
    isBusy.value = false;
    if (!refusal.value) ui.closeDialog();
  }
  return (
    <Dialog title="Your room" onClose={() => ui.closeDialog()}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          id="settings-title"
          label="Title"
          value={title.value}
          maxLength={TITLE_MAX * 2}
          autoComplete="off"
          enterKeyHint="done"
          error={refusal.value && <span role="alert">{reasonText(refusal.value)}</span>}
          onText={(text) => {
            title.value = text;
            refusal.value = undefined;
          }}
        />
        <label class="switch">
          <input
            type="checkbox"
            checked={isLocked.value}
            onChange={(event) => {
              isLocked.value = event.currentTarget.checked;
            }}
          />
          <span class="switch-track" aria-hidden="true" />
          <span>
            Locked
            <small>Nobody new can come in.</small>
          </span>
        </label>
        <div class="form-actions">
          <Button onClick={() => ui.closeDialog()}>Back</Button>
          <Button kind="primary" type="submit" disabled={isBusy.value}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
