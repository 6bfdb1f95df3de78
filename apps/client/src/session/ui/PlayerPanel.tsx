import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Panel } from "../../app/ui/Panel.tsx";
import { CodeForm } from "../../lobby/ui/CodeForm.tsx";
import { CharacterView } from "../../world/ui/CharacterView.tsx";
import { LookPicker } from "./LookPicker.tsx";
import { NameField } from "./NameField.tsx";

/** Who you are, and the ways in. */
export function PlayerPanel() {
  const { client, ui } = useApp();
  const { colour, hat } = client.profile;
  const invitation = ui.invitation.value;
  return (
    <Panel class="player-panel" aria-label="You">
      <form
        class="player-form"
        onSubmit={(event) => {
          event.preventDefault();
          ui.play();
        }}
      >
        <div class="player-stage" aria-hidden="true">
          <CharacterView colour={colour.value} hat={hat.value} scale={2.1} />
        </div>
        <div class="player-choices">
          <NameField />
          <LookPicker />
        </div>
        <div class="player-actions">
          {invitation && (
            <>
              <p class="invitation">A friend sent you a link to their room.</p>
              <Button kind="primary" size="big" type="submit" data-autofocus>
                Join room {invitation.code}
              </Button>
            </>
          )}
          <Button
            kind={invitation ? "plain" : "primary"}
            size="big"
            type={invitation ? "button" : "submit"}
            class="play"
            onClick={invitation ? () => ui.quickPlay() : undefined}
          >
            Play
          </Button>
          <Button icon="plus" size="big" onClick={() => ui.openCreate()}>
            Create room
          </Button>
        </div>
      </form>
      <CodeForm />
    </Panel>
  );
}
