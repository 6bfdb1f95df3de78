import { useSignal } from "@preact/signals";
import {
  checkTitle,
  cleanTitle,
  ROOM_SIZE_DEFAULT,
  ROOM_SIZE_MIN,
  TITLE_MAX,
} from "@tagalong/shared/lobby/rules.ts";
import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Dialog } from "../../app/ui/Dialog.tsx";
import { Field } from "../../app/ui/Field.tsx";
import { reasonText } from "../../session/reasonTexts.ts";
import { RefusalAlert } from "../../session/ui/RefusalAlert.tsx";
import { usePlacedRefusal } from "../../session/ui/usePlacedRefusal.ts";
import { PasswordField } from "./PasswordField.tsx";

const SIZES = [2, 4, 8, 16, 24, 32].filter((size) => size >= ROOM_SIZE_MIN);

export function CreateRoomDialog() {
  const { client, ui } = useApp();
  const title = useSignal(suggestTitle(client.profile.cleanName));
  const size = useSignal(ROOM_SIZE_DEFAULT);
  const isPrivate = useSignal(false);
  const password = useSignal("");
  const isTried = useSignal(false);
  const refusal = usePlacedRefusal("create");
  const problem = checkTitle(cleanTitle(title.value));
  const isTitleRefused = refusal?.reason === "lobby/bad_title";

  function close() {
    client.dismissRefusal();
    ui.closeDialog();
  }
  function create() {
    isTried.value = true;
    if (problem) return void document.getElementById("room-title")?.focus();
    const room = {
      title: cleanTitle(title.value),
      maxPlayers: size.value,
      private: isPrivate.value,
      ...(password.value ? { password: password.value } : {}),
    };
    void client.join({ kind: "create", room }, "create");
  }
  let titleError = null;
  if (isTitleRefused) titleError = <RefusalAlert inline refusal={refusal} />;
  else if (problem && isTried.value) titleError = <span role="alert">{reasonText({ reason: problem })}</span>;
  return (
    <Dialog title="A room of your own" onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          create();
        }}
      >
        <Field
          id="room-title"
          label="Title"
          value={title.value}
          error={titleError}
          maxLength={TITLE_MAX * 2}
          autoComplete="off"
          enterKeyHint="go"
          onText={(text) => {
            title.value = text;
          }}
        />
        <div class="field">
          <label for="room-size">Players at most</label>
          <select
            id="room-size"
            value={size.value}
            onChange={(event) => {
              size.value = Number(event.currentTarget.value);
            }}
          >
            {SIZES.map((count) => (
              <option key={count} value={count}>
                {count}
              </option>
            ))}
          </select>
        </div>
        <label class="switch">
          <input
            type="checkbox"
            checked={isPrivate.value}
            onChange={(event) => {
              isPrivate.value = event.currentTarget.checked;
            }}
          />
          <span class="switch-track" aria-hidden="true" />
          <span>
            Private
            <small>Not in the list: friends come in by link or code.</small>
          </span>
        </label>
        <PasswordField
          id="create-password"
          value={password.value}
          hint="Leave empty for none."
          onText={(text) => {
            password.value = text;
          }}
        />
        {refusal && !isTitleRefused && <RefusalAlert inline refusal={refusal} />}
        <div class="form-actions">
          <Button onClick={close}>Back</Button>
          <Button kind="primary" type="submit">
            Open the room
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** `Ann's square`, cut where a long name would make the title too long. */
function suggestTitle(name: string): string {
  const title = name ? `${name}’s square` : "My square";
  return checkTitle(title) ? "My square" : title;
}
